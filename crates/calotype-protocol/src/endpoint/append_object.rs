//! `POST /<key>?append&position`: adds bytes at the end of an object.
//!
//! Spec: spec/cos/objects.md, APPEND Object.

use http::{HeaderMap, Method};

use super::incoming::{ObjectRequest, QueryValues};
use super::{OBJECT_BYTES_MAX, WireRequest};
use crate::attributes::ObjectAttributes;
use crate::header;
use crate::names::{BucketName, ETag, ObjectKey};
use crate::parse_error::ParseError;

/// Appends a body, and makes the object if there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendObject {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Its size so far.
    pub position: u64,
    /// What is kept beside the bytes; counts only when the object is made.
    pub attributes: ObjectAttributes,
    /// Size of the body; none when it comes in chunks.
    pub content_length: Option<u64>,
    /// MD5 the body has to have.
    pub content_md5: Option<[u8; 16]>,
    /// How fast the body may come, in bits per second.
    pub traffic_limit: Option<u64>,
}

/// Headers of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendedReply {
    /// Tag of the whole object.
    pub etag: Option<ETag>,
    /// CRC-64 of the whole object.
    pub crc64: Option<u64>,
    /// Where the next append begins.
    pub next_position: Option<u64>,
    /// MD5 of what was appended, in hex. The header has the name of another hash.
    pub content_md5_hex: Option<String>,
}

impl AppendObject {
    /// Appends at a position and says nothing about the object.
    pub fn new(bucket: BucketName, key: ObjectKey, position: u64) -> Self {
        Self {
            bucket,
            key,
            position,
            attributes: ObjectAttributes::default(),
            content_length: None,
            content_md5: None,
            traffic_limit: None,
        }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        let position = request.query.parsed("position")?;
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            position: position.ok_or_else(|| ParseError::argument("position is missing"))?,
            attributes: ObjectAttributes::from_headers(request.headers)?,
            content_length: request.body_size(OBJECT_BYTES_MAX)?,
            content_md5: header::content_md5(request.headers)?,
            traffic_limit: request.traffic_limit()?,
        })
    }

    /// The request as it is sent; the body travels beside it.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::POST, &self.bucket, &self.key);
        wire.query.push_flag("append");
        wire.query.push_optional("position", Some(self.position));
        self.attributes.write(&mut wire.headers);
        header::set_optional(&mut wire.headers, "content-length", self.content_length);
        if let Some(digest) = self.content_md5 {
            header::set_content_md5(&mut wire.headers, digest);
        }
        header::set_optional(&mut wire.headers, "x-cos-traffic-limit", self.traffic_limit);
        wire
    }
}

impl AppendedReply {
    /// Writes the headers of an answer.
    pub fn write(&self, headers: &mut HeaderMap) {
        header::set_optional(headers, "etag", self.etag.as_ref().map(ETag::quoted));
        header::set_optional(headers, "x-cos-hash-crc64ecma", self.crc64);
        header::set_optional(headers, "x-cos-next-append-position", self.next_position);
        header::set_optional(headers, "x-cos-content-sha1", self.content_md5_hex.as_deref());
    }

    /// Reads the headers of an answer.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, ParseError> {
        Ok(Self {
            etag: header::parsed(headers, "etag")?,
            crc64: header::parsed(headers, "x-cos-hash-crc64ecma")?,
            next_position: header::parsed(headers, "x-cos-next-append-position")?,
            content_md5_hex: header::text(headers, "x-cos-content-sha1")?.map(str::to_owned),
        })
    }
}
