//! `PUT /<key>`: stores a body, and with `Pic-Operations` makes pictures from it.
//!
//! Spec: spec/cos/objects.md, PUT Object; spec/ci/persistent.md.

use http::{HeaderMap, HeaderValue, Method};

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::attributes::ObjectAttributes;
use crate::conditions::WriteConditions;
use crate::header;
use crate::names::{BucketName, ETag, ObjectKey, VersionId};
use crate::parse_error::ParseError;
use crate::pic_operations::PIC_OPERATIONS;

/// Largest body of one upload or part.
pub const OBJECT_BYTES_MAX: u64 = 5 << 30;

/// Stores a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutObject {
    /// Where the object will live.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// What is kept beside the bytes.
    pub attributes: ObjectAttributes,
    /// Size of the body; none when it comes in chunks.
    pub content_length: Option<u64>,
    /// MD5 the body has to have.
    pub content_md5: Option<[u8; 16]>,
    /// Demands on the object that is replaced.
    pub only_if: WriteConditions,
    /// How fast the body may come, in bits per second.
    pub traffic_limit: Option<u64>,
    /// The raw header; [`PicOperations::parse`](crate::PicOperations::parse) reads it.
    pub pic_operations: Option<HeaderValue>,
}

/// Headers of the answer to an upload, part or completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// Of what was stored; completions have it in their body only.
    pub etag: Option<ETag>,
    /// CRC-64 of what was stored.
    pub crc64: Option<u64>,
    /// The version that was made.
    pub version_id: Option<VersionId>,
}

impl PutObject {
    /// Stores a body under its key and nothing more.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            attributes: ObjectAttributes::default(),
            content_length: None,
            content_md5: None,
            only_if: WriteConditions::default(),
            traffic_limit: None,
            pic_operations: None,
        }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            attributes: ObjectAttributes::from_headers(request.headers)?,
            content_length: request.body_size(OBJECT_BYTES_MAX)?,
            content_md5: header::content_md5(request.headers)?,
            only_if: WriteConditions::from_headers(request.headers),
            traffic_limit: request.traffic_limit()?,
            pic_operations: request.headers.get(PIC_OPERATIONS).cloned(),
        })
    }

    /// The request as it is sent; the body travels beside it.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::PUT, &self.bucket, &self.key);
        self.attributes.write(&mut wire.headers);
        header::set_optional(&mut wire.headers, "content-length", self.content_length);
        if let Some(digest) = self.content_md5 {
            header::set_content_md5(&mut wire.headers, digest);
        }
        self.only_if.write(&mut wire.headers);
        header::set_optional(&mut wire.headers, "x-cos-traffic-limit", self.traffic_limit);
        if let Some(operations) = &self.pic_operations {
            wire.headers.insert(PIC_OPERATIONS, operations.clone());
        }
        wire
    }
}

impl StoredReply {
    /// Writes the headers of an answer.
    pub fn write(&self, headers: &mut HeaderMap) {
        header::set_optional(headers, "etag", self.etag.as_ref().map(ETag::quoted));
        header::set_optional(headers, "x-cos-hash-crc64ecma", self.crc64);
        header::set_optional(headers, "x-cos-version-id", self.version_id.as_ref());
    }

    /// Reads the headers of an answer.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, ParseError> {
        Ok(Self {
            etag: header::parsed(headers, "etag")?,
            crc64: header::parsed(headers, "x-cos-hash-crc64ecma")?,
            version_id: header::text(headers, "x-cos-version-id")?.map(VersionId::from),
        })
    }
}
