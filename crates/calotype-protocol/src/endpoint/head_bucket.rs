//! `HEAD /`: asks whether a bucket is there and may be read.
//!
//! Spec: spec/cos/buckets.md, HEAD Bucket.

use http::Method;

use super::WireRequest;
use crate::names::BucketName;

/// Asks whether a bucket is there and may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadBucket {
    /// Its name.
    pub bucket: BucketName,
}

impl HeadBucket {
    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        WireRequest::bucket(Method::HEAD, &self.bucket)
    }
}
