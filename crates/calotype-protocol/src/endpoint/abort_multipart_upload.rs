//! `DELETE /<key>?uploadId`: forgets an upload and its parts.
//!
//! Spec: spec/cos/multipart.md, Abort.

use http::Method;

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::names::{BucketName, ObjectKey, UploadId};
use crate::parse_error::ParseError;

/// Forgets an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbortMultipartUpload {
    /// Where the object would have lived.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which upload.
    pub upload_id: UploadId,
}

impl AbortMultipartUpload {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        let (bucket, key) = (request.bucket.clone(), request.key.clone());
        Ok(Self { bucket, key, upload_id: request.upload_id()? })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::DELETE, &self.bucket, &self.key);
        wire.query.push("uploadId", Some(self.upload_id.to_string()));
        wire
    }
}
