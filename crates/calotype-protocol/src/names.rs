//! The validated words every part of calotype shares: buckets, keys, entity tags, upload and version ids.
//!
//! Spec: spec/cos/README.md, 1.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Longest bucket name on the wire, with its `-<appid>`.
pub const BUCKET_NAME_BYTES_MAX: usize = 50;
/// Longest object key after decoding.
pub const OBJECT_KEY_BYTES_MAX: usize = 850;

/// Why a text is not the name it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Not `<name>-<appid>` in lower-case letters, digits and hyphens, or too long.
    #[error("bucket name {0:?} is not <name>-<appid>")]
    Bucket(String),
    /// A key has at least one byte.
    #[error("object key is empty")]
    KeyEmpty,
    /// Longer than [`OBJECT_KEY_BYTES_MAX`].
    #[error("object key has {size_bytes} bytes, at most {OBJECT_KEY_BYTES_MAX} are allowed")]
    KeyTooLong {
        /// Length of the refused key.
        size_bytes: usize,
    },
    /// Nothing but empty and `.` path segments, such as `//` or `./`.
    #[error("object key {0:?} names nothing")]
    KeyDegenerate(String),
    /// Neither 32 hex digits nor 32 hex digits and a part count.
    #[error("entity tag {0:?} is not an MD5 in hex, with or without a part count")]
    ETag(String),
}

/// A bucket as it is written on the wire: `<name>-<appid>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BucketName(Arc<str>);

impl BucketName {
    /// The whole name, `<name>-<appid>`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits after the last hyphen: the account the bucket belongs to.
    pub fn app_id(&self) -> &str {
        self.0.rsplit_once('-').map_or("", |(_, app_id)| app_id)
    }

    /// The part in front of the account's digits.
    pub fn short_name(&self) -> &str {
        self.0.rsplit_once('-').map_or("", |(name, _)| name)
    }

    /// Whether `text` has the shape of a bucket name, whatever its length.
    pub(crate) fn has_shape(text: &str) -> bool {
        let Some((name, app_id)) = text.rsplit_once('-') else { return false };
        !name.is_empty()
            && !name.starts_with('-')
            && !name.ends_with('-')
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !app_id.is_empty()
            && app_id.bytes().all(|b| b.is_ascii_digit())
    }
}

impl FromStr for BucketName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if text.len() <= BUCKET_NAME_BYTES_MAX && Self::has_shape(text) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidName::Bucket(text.to_owned()))
        }
    }
}

/// The path of an object inside its bucket: 1 to 850 bytes of UTF-8, never normalised.
///
/// Ordered by its bytes, as listings are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey(Arc<str>);

impl ObjectKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key as the bytes it is sorted by.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether all path segments of `text` are empty or `.`, as in `//` or `./`.
    pub(crate) fn names_nothing(text: &str) -> bool {
        text.split('/').all(|segment| segment.is_empty() || segment == ".")
    }

    fn check(text: &str) -> Result<(), InvalidName> {
        if text.is_empty() {
            return Err(InvalidName::KeyEmpty);
        }
        if text.len() > OBJECT_KEY_BYTES_MAX {
            return Err(InvalidName::KeyTooLong { size_bytes: text.len() });
        }
        if Self::names_nothing(text) {
            return Err(InvalidName::KeyDegenerate(text.to_owned()));
        }
        Ok(())
    }
}

impl FromStr for ObjectKey {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::check(text)?;
        Ok(Self(text.into()))
    }
}

/// The fingerprint of stored content, without its quotes: an MD5 in lower-case hex, for multipart objects
/// followed by `-<parts>`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ETag(Arc<str>);

impl ETag {
    /// The tag of content that was stored in one piece.
    pub fn from_md5(digest: [u8; 16]) -> Self {
        Self(hex(&digest).into())
    }

    /// The tag of a multipart object: the MD5 over the parts' MD5s, and how many parts there are.
    pub fn from_parts(digest: [u8; 16], part_count: usize) -> Self {
        Self(format!("{}-{part_count}", hex(&digest)).into())
    }

    /// Reads a tag with or without its quotes; hex digits may be upper case.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let bare = unquoted(text).to_ascii_lowercase();
        let (digest, parts) = match bare.split_once('-') {
            Some((digest, parts)) => (digest, Some(parts)),
            None => (bare.as_str(), None),
        };
        let is_digest = digest.len() == 32 && digest.bytes().all(|b| b.is_ascii_hexdigit());
        let is_count =
            parts.is_none_or(|p| (1..=5).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
        if is_digest && is_count { Ok(Self(bare.into())) } else { Err(InvalidName::ETag(text.to_owned())) }
    }

    /// The tag without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag in double quotes, as headers and XML carry it.
    pub fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }

    /// The MD5 in front of the part count.
    pub fn digest(&self) -> [u8; 16] {
        let mut digest = [0; 16];
        for (byte, pair) in digest.iter_mut().zip(self.0.as_bytes().chunks(2)) {
            *byte = pair.iter().fold(0, |value, digit| value << 4 | hex_value(*digit));
        }
        digest
    }

    /// How many parts the object was uploaded in; none for content stored in one piece.
    pub fn part_count(&self) -> Option<u32> {
        self.0.split_once('-').and_then(|(_, count)| count.parse().ok())
    }
}

impl FromStr for ETag {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::parse(text)
    }
}

/// Takes one pair of double quotes off, if there is one.
pub(crate) fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

fn hex(digest: &[u8; 16]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => 0,
    }
}

/// Names one unfinished multipart upload. Opaque: it is only repeated.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct UploadId(Arc<str>);

impl UploadId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names one version of an object. Opaque: it is only repeated.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct VersionId(Arc<str>);

impl VersionId {
    /// The version of objects that were written while versioning was not enabled.
    pub fn null() -> Self {
        Self("null".into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is [`VersionId::null`].
    pub fn is_null(&self) -> bool {
        &*self.0 == "null"
    }
}

/// What every name is besides itself: printable, borrowable and convertible to text.
macro_rules! text_type {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.as_ref().to_owned()
            }
        }
    };
}

macro_rules! checked_text {
    ($name:ident) => {
        text_type!($name);

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidName;

            fn try_from(text: &str) -> Result<Self, InvalidName> {
                text.parse()
            }
        }
    };
}

macro_rules! opaque_text {
    ($name:ident) => {
        text_type!($name);

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }
    };
}

checked_text!(BucketName);
checked_text!(ObjectKey);
checked_text!(ETag);
opaque_text!(UploadId);
opaque_text!(VersionId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_name_has_an_account() {
        let name: BucketName = "example-bucket-1250000000".parse().unwrap();
        assert_eq!((name.short_name(), name.app_id()), ("example-bucket", "1250000000"));
        for bad in ["", "bucket", "Bucket-1", "-a-1", "a--1", "a-", "a-b", "a_b-1", "-1", "a.b-1"] {
            assert!(bad.parse::<BucketName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn bucket_name_ends_at_fifty_bytes() {
        assert!(format!("{}-1", "a".repeat(48)).parse::<BucketName>().is_ok());
        assert!(format!("{}-1", "a".repeat(49)).parse::<BucketName>().is_err());
    }

    #[test]
    fn object_key_ends_at_850_bytes() {
        assert!("a".repeat(850).parse::<ObjectKey>().is_ok());
        assert_eq!("a".repeat(851).parse::<ObjectKey>(), Err(InvalidName::KeyTooLong { size_bytes: 851 }));
        assert_eq!("".parse::<ObjectKey>(), Err(InvalidName::KeyEmpty));
    }

    #[test]
    fn keys_of_nothing_but_slashes_and_dots_are_refused() {
        for bad in ["/", "//////", "./", ".", "/./"] {
            assert_eq!(bad.parse::<ObjectKey>(), Err(InvalidName::KeyDegenerate(bad.into())));
        }
        for good in ["abc/../", "a/", "//a", "..", "a//b", "图 片.jpg", " "] {
            assert_eq!(good.parse::<ObjectKey>().unwrap().as_str(), good);
        }
    }

    #[test]
    fn keys_sort_by_their_bytes() {
        let [upper, lower, cjk] = ["Z", "a", "图"].map(|k| k.parse::<ObjectKey>().unwrap());
        assert!(upper < lower && lower < cjk);
    }

    #[test]
    fn entity_tag_is_read_with_and_without_quotes() {
        let tag = ETag::from_md5([0xab; 16]);
        assert_eq!(ETag::parse(&tag.quoted()).unwrap(), tag);
        assert_eq!(ETag::parse(tag.as_str()).unwrap(), tag);
        assert_eq!(tag.digest(), [0xab; 16]);
        let parts = ETag::from_parts([0x0f; 16], 12);
        assert_eq!((parts.digest(), parts.part_count()), ([0x0f; 16], Some(12)));
        assert_eq!(ETag::parse(&parts.quoted()).unwrap(), parts);
        for bad in ["", "\"\"", "abc", "g".repeat(32).as_str(), &format!("{}-", "a".repeat(32))] {
            assert!(ETag::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_travel_as_plain_text() {
        let key: ObjectKey = serde_json::from_str("\"a/b\"").unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"a/b\"");
        assert!(serde_json::from_str::<BucketName>("\"nope\"").is_err());
        assert!(VersionId::null().is_null());
    }
}
