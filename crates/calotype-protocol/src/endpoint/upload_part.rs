//! `PUT /<key>?partNumber&uploadId`: one part of an upload. The answer is a [`StoredReply`](super::StoredReply).
//!
//! Spec: spec/cos/multipart.md, Upload part.

use http::Method;

use super::incoming::ObjectRequest;
use super::{OBJECT_BYTES_MAX, WireRequest};
use crate::encryption::CustomerKey;
use crate::header;
use crate::names::{BucketName, ObjectKey, UploadId};
use crate::parse_error::ParseError;

/// Highest number of a part.
pub const PART_NUMBER_MAX: u32 = 10_000;

/// Stores one part; one with the same number is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadPart {
    /// Where the object will live.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which upload.
    pub upload_id: UploadId,
    /// Its place, 1 to [`PART_NUMBER_MAX`].
    pub part_number: u32,
    /// Size of the body; none when it comes in chunks.
    pub content_length: Option<u64>,
    /// MD5 the body has to have.
    pub content_md5: Option<[u8; 16]>,
    /// How fast the body may come, in bits per second.
    pub traffic_limit: Option<u64>,
    /// The key the upload began with.
    pub customer_key: Option<CustomerKey>,
}

impl UploadPart {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            upload_id: request.upload_id()?,
            part_number: parse_part_number(request)?,
            content_length: request.body_size(OBJECT_BYTES_MAX)?,
            content_md5: header::content_md5(request.headers)?,
            traffic_limit: request.traffic_limit()?,
            customer_key: CustomerKey::from_headers(request.headers)?,
        })
    }

    /// The request as it is sent; the body travels beside it.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = part_request(&self.bucket, &self.key, &self.upload_id, self.part_number);
        header::set_optional(&mut wire.headers, "content-length", self.content_length);
        if let Some(digest) = self.content_md5 {
            header::set_content_md5(&mut wire.headers, digest);
        }
        header::set_optional(&mut wire.headers, "x-cos-traffic-limit", self.traffic_limit);
        if let Some(key) = &self.customer_key {
            key.write(&mut wire.headers, &crate::encryption::KEY);
        }
        wire
    }
}

pub(super) fn part_request(
    bucket: &BucketName,
    key: &ObjectKey,
    upload_id: &UploadId,
    part_number: u32,
) -> WireRequest {
    let mut wire = WireRequest::object(Method::PUT, bucket, key);
    wire.query.push("partNumber", Some(part_number.to_string()));
    wire.query.push("uploadId", Some(upload_id.to_string()));
    wire
}

pub(super) fn parse_part_number(request: &ObjectRequest<'_>) -> Result<u32, ParseError> {
    let text = request.query.value("partNumber").unwrap_or_default();
    let number = text.parse().ok().filter(|number| (1..=PART_NUMBER_MAX).contains(number));
    number.ok_or_else(|| {
        ParseError::argument(format!("partNumber {text:?} is not a number from 1 to {PART_NUMBER_MAX}"))
    })
}
