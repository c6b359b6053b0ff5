//! `POST /<key>?image_process`: makes pictures from a stored one. The answer is an
//! [`UploadResult`](crate::UploadResult).
//!
//! Spec: spec/ci/persistent.md.

use http::{HeaderValue, Method};

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::error_code::ErrorCode;
use crate::header;
use crate::names::{BucketName, ObjectKey};
use crate::parse_error::ParseError;
use crate::pic_operations::{PIC_OPERATIONS, PicOperations};

/// Makes pictures from a stored one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessImage {
    /// Where the source lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// The raw header; [`PicOperations::parse`] reads it.
    pub pic_operations: HeaderValue,
}

impl ProcessImage {
    /// Makes what the operations say.
    pub fn new(bucket: BucketName, key: ObjectKey, operations: &PicOperations) -> Self {
        Self { bucket, key, pic_operations: operations.to_header() }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        let missing = || ParseError::new(ErrorCode::InvalidPicOperations, "header Pic-Operations is missing");
        let pic_operations = header::value(request.headers, PIC_OPERATIONS).cloned().ok_or_else(missing)?;
        Ok(Self { bucket: request.bucket.clone(), key: request.key.clone(), pic_operations })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::POST, &self.bucket, &self.key);
        wire.query.push_flag("image_process");
        header::set(&mut wire.headers, "content-length", 0);
        wire.headers.insert(PIC_OPERATIONS, self.pic_operations.clone());
        wire
    }
}
