//! `PUT /<key>?symlink` and `GET /<key>?symlink`: keys that stand for other keys.
//!
//! Spec: spec/cos/objects.md, Symlink.

use http::{HeaderMap, Method};
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::conditions::WriteConditions;
use crate::names::{BucketName, ETag, ObjectKey, VersionId};
use crate::parse_error::ParseError;
use crate::{encoding, header, timestamp};

const TARGET: &str = "x-cos-symlink-target";

/// Makes a key stand for another one of its bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutSymlink {
    /// Where both live.
    pub bucket: BucketName,
    /// The key of the link.
    pub key: ObjectKey,
    /// The key it stands for, which need not exist.
    pub target: ObjectKey,
    /// Demands on the object that is replaced.
    pub only_if: WriteConditions,
}

/// Asks what a link stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetSymlink {
    /// Where the link lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
}

/// Headers of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymlinkReply {
    /// What the link stands for.
    pub target: ObjectKey,
    /// Tag of the link itself.
    pub etag: ETag,
    /// When the link was made.
    pub last_modified: Timestamp,
    /// Version of the link.
    pub version_id: Option<VersionId>,
}

impl PutSymlink {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        let (bucket, key) = (request.bucket.clone(), request.key.clone());
        let target = parse_target(request.headers)?;
        Ok(Self { bucket, key, target, only_if: WriteConditions::from_headers(request.headers) })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::PUT, &self.bucket, &self.key);
        wire.query.push_flag("symlink");
        header::set(&mut wire.headers, TARGET, encoding::encode_path(self.target.as_str()));
        self.only_if.write(&mut wire.headers);
        wire
    }
}

impl GetSymlink {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Self {
        let (bucket, key) = (request.bucket.clone(), request.key.clone());
        Self { bucket, key, version_id: request.version_id() }
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::GET, &self.bucket, &self.key);
        wire.query.push_flag("symlink");
        wire.query.push_optional("versionId", self.version_id.as_ref());
        wire
    }
}

impl SymlinkReply {
    /// Writes the headers of an answer.
    pub fn write(&self, headers: &mut HeaderMap) {
        header::set(headers, TARGET, encoding::encode_path(self.target.as_str()));
        header::set(headers, "etag", self.etag.quoted());
        header::set(headers, "last-modified", timestamp::http_date(self.last_modified));
        header::set_optional(headers, "x-cos-version-id", self.version_id.as_ref());
    }
}

/// The target, percent-encoded or as it is: official clients send both.
fn parse_target(headers: &HeaderMap) -> Result<ObjectKey, ParseError> {
    let text = header::text(headers, TARGET)?;
    let text = text.ok_or_else(|| ParseError::argument(format!("header {TARGET} is missing")))?;
    let invalid = || ParseError::argument(format!("{TARGET} {text:?} is no object key"));
    encoding::decode(text).and_then(|key| key.parse().ok()).ok_or_else(invalid)
}
