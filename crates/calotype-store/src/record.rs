//! What is known about buckets and objects: the records the metadata store keeps.

use std::time::SystemTime;

use bytes::Bytes;
use calotype_protocol::names::{BucketName, ETag, ObjectKey, VersionId};
use serde::{Deserialize, Serialize};

use crate::blob::BlobId;

/// A bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct BucketRecord {
    /// Its name, unique in the store.
    pub name: BucketName,
    /// Who made it, in the caller's own form of account ids.
    pub owner: String,
    /// Where it was made.
    pub region: String,
    /// When it was made, to the millisecond.
    pub created: SystemTime,
    /// Who may use it besides the owner.
    pub acl: Acl,
    /// Small facts given at creation (availability zones, architecture), by name.
    pub traits: Vec<(String, String)>,
    /// What becomes of objects that are replaced or deleted.
    pub versioning: Versioning,
    /// For how many days after they were written objects can be neither replaced nor removed; none if that was never
    /// switched on.
    pub retention_days: Option<u32>,
}

/// What becomes of objects that are replaced or deleted. Spec: spec/cos/buckets.md, versioning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Versioning {
    /// They are gone; the bucket never kept any.
    #[default]
    Unversioned,
    /// They are kept as older versions.
    Enabled,
    /// Those from before are kept; what is written now has the version null and replaces the one that had it.
    Suspended,
}

impl Versioning {
    /// The version of what is written now.
    pub(crate) fn next_id(self) -> VersionId {
        match self {
            Self::Enabled => VersionId::from(BlobId::unique().to_string()),
            Self::Unversioned | Self::Suspended => VersionId::null(),
        }
    }
}

/// An object as it was stored: everything but the bytes, and where those are.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredObject {
    /// The bucket it is in.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Its version; none for the null version, which is what buckets that keep no versions write.
    pub version_id: Option<VersionId>,
    /// Fingerprint of the content.
    pub etag: ETag,
    /// Length of the content.
    pub size_bytes: u64,
    /// CRC-64/XZ of the content.
    pub crc64: u64,
    /// When it was stored, to the millisecond.
    pub last_modified: SystemTime,
    /// What the client said about it.
    pub attributes: ObjectAttributes,
    /// Where the content is.
    pub body: ObjectBody,
}

/// Where the content of an object is. Only the store looks inside.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectBody {
    /// In the record itself.
    Inline(Bytes),
    /// In blobs, one piece after the other.
    Segments(Vec<Segment>),
}

impl ObjectBody {
    /// The blobs the content lies in; none if it is inline.
    pub(crate) fn segments(&self) -> &[Segment] {
        match self {
            Self::Inline(_) => &[],
            Self::Segments(segments) => segments,
        }
    }
}

/// A stretch of a blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The blob.
    pub blob: BlobId,
    /// Where in it the stretch begins.
    pub offset_bytes: u64,
    /// How long it is.
    pub size_bytes: u64,
}

/// What a client says about an object when storing it. Kept and returned as it was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectAttributes {
    /// `Content-Type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `Cache-Control`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// `Content-Encoding`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    /// `Content-Language`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// `Expires`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The client's own names and values. Values are bytes: clients send what they like.
    #[serde(with = "byte_values", skip_serializing_if = "Vec::is_empty")]
    pub user_metadata: Vec<(String, Vec<u8>)>,
    /// `STANDARD` unless the client chose another.
    pub storage_class: String,
    /// Tags, in the order given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
    /// Who may use the object besides the owner.
    pub acl: Acl,
    /// What was asked about encryption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// When archived content was asked for, and for how long it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore: Option<Restore>,
    /// Only of symbolic links: the key of the object they stand for. They have no content of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symlink_target: Option<ObjectKey>,
    /// Only of objects that can be appended to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appendable: Option<Appendable>,
    /// Anything else worth keeping, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<(String, String)>,
}

impl Default for ObjectAttributes {
    fn default() -> Self {
        Self {
            content_type: None,
            cache_control: None,
            content_disposition: None,
            content_encoding: None,
            content_language: None,
            expires: None,
            user_metadata: Vec::new(),
            storage_class: "STANDARD".to_owned(),
            tags: Vec::new(),
            acl: Acl::default(),
            encryption: None,
            restore: None,
            symlink_target: None,
            appendable: None,
            extra: Vec::new(),
        }
    }
}

/// Archived content that was asked for. The store keeps it and never judges by it. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restore {
    /// How much of a hurry there was, such as `Standard`.
    pub tier: String,
    /// When it was asked for.
    pub requested_s: i64,
    /// From when on it can be read.
    pub ready_s: i64,
    /// When it cannot be read any more.
    pub expires_s: i64,
}

/// What an append goes on from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appendable {
    /// The MD5 of the content so far, in a form that takes more.
    pub(crate) md5_state: String,
}

/// Server-side encryption as the client asked for it; echoed, not carried out here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Encryption {
    /// `AES256` or `cos/kms`; none with a key of the customer's.
    pub algorithm: Option<String>,
    /// Key the client named for `cos/kms`.
    pub kms_key_id: Option<String>,
    /// Context the client gave for `cos/kms`.
    pub kms_context: Option<String>,
    /// Algorithm for a key of the customer's.
    pub customer_algorithm: Option<String>,
    /// Fingerprint of the customer's key, as the client wrote it. The key itself is never kept.
    pub customer_key_md5: Option<String>,
}

/// Who may use a bucket or object besides its owner. The store keeps it and never judges by it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acl {
    /// The ready-made list the client named, such as `public-read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canned: Option<String>,
    /// Grants given one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
}

/// One permission for one grantee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// What, such as `READ`.
    pub permission: String,
}

/// Who is granted something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grantee {
    /// One account, by id.
    User(String),
    /// A group, by URI.
    Group(String),
}

/// Byte values as JSON text: each byte becomes the character of the same number, so any bytes survive.
mod byte_values {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(pairs: &[(String, Vec<u8>)], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(
            pairs
                .iter()
                .map(|(name, value)| (name, value.iter().map(|byte| char::from(*byte)).collect::<String>())),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(String, Vec<u8>)>, D::Error> {
        let pairs = Vec::<(String, String)>::deserialize(from)?;
        let bytes = |text: String| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        Ok(pairs.into_iter().map(|(name, value)| (name, bytes(value))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_survive_json_with_any_bytes() {
        let all_bytes: Vec<u8> = (0..=255).collect();
        let attributes = ObjectAttributes {
            content_type: Some("image/jpeg".into()),
            user_metadata: vec![("x-cos-meta-raw".into(), all_bytes), ("x-cos-meta-图".into(), "片".into())],
            acl: Acl {
                canned: None,
                grants: vec![Grant { grantee: Grantee::User("1".into()), permission: "READ".into() }],
            },
            ..ObjectAttributes::default()
        };
        let json = serde_json::to_string(&attributes).unwrap();
        assert_eq!(serde_json::from_str::<ObjectAttributes>(&json).unwrap(), attributes);
    }

    #[test]
    fn records_of_older_programs_are_still_read() {
        let old: ObjectAttributes = serde_json::from_str("{}").unwrap();
        assert_eq!(old, ObjectAttributes::default());
    }
}
