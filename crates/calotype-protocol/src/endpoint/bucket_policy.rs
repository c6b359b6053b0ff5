//! `PUT`, `GET` and `DELETE /?policy`. The document is the JSON of a [`Policy`](crate::policy::Policy).
//!
//! Spec: spec/cos/misc.md, policy.

use http::HeaderValue;
use http::Method;
use http::header::CONTENT_TYPE;

use super::WireRequest;
use crate::names::BucketName;

/// Sets the policy of a bucket; the body has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBucketPolicy {
    /// Of this bucket.
    pub bucket: BucketName,
}

/// Asks for the policy of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetBucketPolicy {
    /// Of this bucket.
    pub bucket: BucketName,
}

/// Takes the policy of a bucket away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteBucketPolicy {
    /// Of this bucket.
    pub bucket: BucketName,
}

impl PutBucketPolicy {
    /// The request as it is sent, without its body.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = about(Method::PUT, &self.bucket);
        wire.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        wire
    }
}

impl GetBucketPolicy {
    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        about(Method::GET, &self.bucket)
    }
}

impl DeleteBucketPolicy {
    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        about(Method::DELETE, &self.bucket)
    }
}

fn about(method: Method, bucket: &BucketName) -> WireRequest {
    let mut wire = WireRequest::bucket(method, bucket);
    wire.query.push_flag("policy");
    wire
}
