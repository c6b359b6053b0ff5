//! What is kept beside the bytes of an object: headers, metadata, class, rights, tags.
//!
//! Spec: spec/cos/objects.md, PUT Object.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, EXPIRES,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::acl::{Acl, AclSubject};
use crate::content_type::content_type_of;
use crate::encryption::Encryption;
use crate::error_code::ErrorCode;
use crate::header;
use crate::names::ObjectKey;
use crate::parse_error::ParseError;
use crate::tagging::TagSet;

/// Most bytes of names and values in user metadata.
pub const METADATA_BYTES_MAX: usize = 2048;

const METADATA_PREFIX: &str = "x-cos-meta-";

/// Headers of an upload that stay with the object. Values are kept byte for byte.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectAttributes {
    /// The headers a download repeats.
    pub content: ContentHeaders,
    /// User metadata by lower-case name without `x-cos-meta-`; values are raw bytes, often UTF-8.
    pub metadata: BTreeMap<String, HeaderValue>,
    /// How the object is stored and billed.
    pub storage_class: StorageClass,
    /// Rights; unset means as the bucket.
    pub acl: Acl,
    /// Tags in order.
    pub tags: TagSet,
    /// Encryption at rest.
    pub encryption: Encryption,
}

/// The six standard headers that describe content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContentHeaders {
    /// `Content-Type`.
    pub content_type: Option<HeaderValue>,
    /// `Cache-Control`.
    pub cache_control: Option<HeaderValue>,
    /// `Content-Disposition`.
    pub content_disposition: Option<HeaderValue>,
    /// `Content-Encoding`, without transfer framing.
    pub content_encoding: Option<HeaderValue>,
    /// `Content-Language`.
    pub content_language: Option<HeaderValue>,
    /// `Expires`, verbatim.
    pub expires: Option<HeaderValue>,
}

/// How an object is stored and billed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StorageClass {
    /// At once, often.
    #[default]
    Standard,
    /// At once, seldom.
    StandardIa,
    /// Moves between tiers by itself.
    IntelligentTiering,
    /// After a restore.
    Archive,
    /// After a long restore.
    DeepArchive,
    /// At once, very seldom.
    Cold,
    /// As standard, in several zones.
    MazStandard,
    /// As infrequent access, in several zones.
    MazStandardIa,
    /// As tiering, in several zones.
    MazIntelligentTiering,
}

impl ObjectAttributes {
    /// Reads an upload's headers. Unknown headers are not kept.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, ParseError> {
        Ok(Self {
            content: ContentHeaders::from_headers(headers),
            metadata: read_metadata(headers)?,
            storage_class: header::text(headers, "x-cos-storage-class")?
                .map(StorageClass::from_str)
                .transpose()?
                .unwrap_or_default(),
            acl: Acl::from_headers(headers, AclSubject::Object)?,
            tags: header::text(headers, "x-cos-tagging")?
                .map(TagSet::from_header)
                .transpose()?
                .unwrap_or_default(),
            encryption: Encryption::from_headers(headers)?,
        })
    }

    /// Writes an upload's headers.
    pub fn write(&self, headers: &mut HeaderMap) {
        self.content.write(headers);
        write_metadata(&self.metadata, headers);
        if self.storage_class != StorageClass::Standard {
            header::set(headers, "x-cos-storage-class", self.storage_class);
        }
        self.acl.write(headers);
        if !self.tags.is_empty() {
            header::set(headers, "x-cos-tagging", &self.tags);
        }
        self.encryption.write_request(headers);
    }

    /// The type a download will carry: the one given, or the one that goes with the key.
    pub fn content_type_for(&self, key: &ObjectKey) -> HeaderValue {
        let inferred = || HeaderValue::from_static(content_type_of(key.as_str()));
        self.content.content_type.clone().unwrap_or_else(inferred)
    }
}

impl ContentHeaders {
    /// Reads the headers of an upload or of a download.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let value = |name: HeaderName| header::value(headers, name.as_str()).cloned();
        Self {
            content_type: value(CONTENT_TYPE),
            cache_control: value(CACHE_CONTROL),
            content_disposition: value(CONTENT_DISPOSITION),
            content_encoding: value(CONTENT_ENCODING).and_then(without_framing),
            content_language: value(CONTENT_LANGUAGE),
            expires: value(EXPIRES),
        }
    }

    /// Writes the headers that have a value.
    pub fn write(&self, headers: &mut HeaderMap) {
        for (name, value) in [
            (CONTENT_TYPE, &self.content_type),
            (CACHE_CONTROL, &self.cache_control),
            (CONTENT_DISPOSITION, &self.content_disposition),
            (CONTENT_ENCODING, &self.content_encoding),
            (CONTENT_LANGUAGE, &self.content_language),
            (EXPIRES, &self.expires),
        ] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
    }
}

/// `aws-chunked` frames the transfer and is no property of the object.
fn without_framing(value: HeaderValue) -> Option<HeaderValue> {
    let Some(text) = value.to_str().ok().filter(|text| text.contains("aws-chunked")) else {
        return Some(value);
    };
    let rest: Vec<&str> = text.split(',').map(str::trim).filter(|coding| *coding != "aws-chunked").collect();
    HeaderValue::try_from(rest.join(", ")).ok().filter(|value| !value.is_empty())
}

pub(crate) fn read_metadata(headers: &HeaderMap) -> Result<BTreeMap<String, HeaderValue>, ParseError> {
    let mut metadata: BTreeMap<String, HeaderValue> = BTreeMap::new();
    for (name, value) in headers {
        let Some(name) = name.as_str().strip_prefix(METADATA_PREFIX).filter(|name| !name.is_empty()) else {
            continue;
        };
        let joined = match metadata.get(name) {
            Some(first) => {
                HeaderValue::from_bytes(&[first.as_bytes(), value.as_bytes()].join(&b","[..])).ok()
            }
            None => Some(value.clone()),
        };
        metadata.extend(joined.map(|value| (name.to_owned(), value)));
    }
    let size_bytes: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size_bytes > METADATA_BYTES_MAX {
        let message = format!("Metadata too large: {size_bytes} bytes, at most {METADATA_BYTES_MAX}");
        return Err(ParseError::argument(message));
    }
    Ok(metadata)
}

pub(crate) fn write_metadata(metadata: &BTreeMap<String, HeaderValue>, headers: &mut HeaderMap) {
    for (name, value) in metadata {
        if let Ok(name) = HeaderName::try_from(format!("{METADATA_PREFIX}{name}")) {
            headers.insert(name, value.clone());
        }
    }
}

impl StorageClass {
    const WORDS: [(Self, &'static str); 9] = [
        (Self::Standard, "STANDARD"),
        (Self::StandardIa, "STANDARD_IA"),
        (Self::IntelligentTiering, "INTELLIGENT_TIERING"),
        (Self::Archive, "ARCHIVE"),
        (Self::DeepArchive, "DEEP_ARCHIVE"),
        (Self::Cold, "COLD"),
        (Self::MazStandard, "MAZ_STANDARD"),
        (Self::MazStandardIa, "MAZ_STANDARD_IA"),
        (Self::MazIntelligentTiering, "MAZ_INTELLIGENT_TIERING"),
    ];

    /// Whether content has to be restored before it is read.
    pub fn is_archive(self) -> bool {
        matches!(self, Self::Archive | Self::DeepArchive)
    }
}

impl fmt::Display for StorageClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(class, _)| class == self).map_or("", |(_, word)| word);
        f.write_str(word)
    }
}

impl FromStr for StorageClass {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let found =
            Self::WORDS.iter().find(|(_, word)| word.eq_ignore_ascii_case(text)).map(|(class, _)| *class);
        found.ok_or_else(|| {
            ParseError::new(ErrorCode::InvalidStorageClass, format!("storage class {text:?} is not known"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acl::CannedAcl;

    fn headers(pairs: &[(&'static str, &[u8])]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &[u8])| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn attributes_are_written_and_read_back_byte_for_byte() {
        let written = headers(&[
            ("content-type", b"image/jpeg"),
            ("content-disposition", "attachment; filename=\"图.jpg\"".as_bytes()),
            ("expires", b"Wed, 21 Oct 2037 07:28:00 GMT"),
            ("x-cos-meta-author", "作者".as_bytes()),
            ("x-cos-meta-raw", b"\xff\xfe"),
            ("x-cos-storage-class", b"standard_ia"),
            ("x-cos-acl", b"public-read"),
            ("x-cos-tagging", b"a=1"),
            ("x-cos-server-side-encryption", b"AES256"),
        ]);
        let attributes = ObjectAttributes::from_headers(&written).unwrap();
        assert_eq!(attributes.metadata["raw"].as_bytes(), b"\xff\xfe");
        assert_eq!(attributes.acl.canned, Some(CannedAcl::PublicRead));
        let mut again = HeaderMap::new();
        attributes.write(&mut again);
        assert_eq!(ObjectAttributes::from_headers(&again).unwrap(), attributes);
        assert_eq!(again["x-cos-meta-author"], written["x-cos-meta-author"]);
    }

    #[test]
    fn blank_headers_are_absent_and_the_type_follows_the_key() {
        let attributes =
            ObjectAttributes::from_headers(&headers(&[("content-type", b""), ("cache-control", b" ")]))
                .unwrap();
        assert_eq!(attributes, ObjectAttributes::default());
        assert_eq!(attributes.content_type_for(&"a.jpg".parse().unwrap()), "image/jpeg");
    }

    #[test]
    fn transfer_framing_is_not_kept() {
        let encoding =
            |value| ContentHeaders::from_headers(&headers(&[("content-encoding", value)])).content_encoding;
        assert_eq!(encoding(b"aws-chunked"), None);
        assert_eq!(encoding(b"aws-chunked, gzip").unwrap(), "gzip");
    }

    #[test]
    fn limits_and_classes_are_checked() {
        let value = vec![b'v'; METADATA_BYTES_MAX - 1];
        assert!(read_metadata(&headers(&[("x-cos-meta-k", &value)])).is_ok());
        assert!(read_metadata(&headers(&[("x-cos-meta-kk", &value)])).is_err());
        assert_eq!("HOT".parse::<StorageClass>().unwrap_err().code, ErrorCode::InvalidStorageClass);
        for (class, word) in StorageClass::WORDS {
            assert_eq!(word.parse(), Ok(class));
        }
    }
}
