//! `DELETE /`: removes an empty bucket.
//!
//! Spec: spec/cos/buckets.md, DELETE Bucket.

use http::Method;

use super::WireRequest;
use crate::names::BucketName;

/// Removes an empty bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteBucket {
    /// Its name.
    pub bucket: BucketName,
}

impl DeleteBucket {
    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        WireRequest::bucket(Method::DELETE, &self.bucket)
    }
}
