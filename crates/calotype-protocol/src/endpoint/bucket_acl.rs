//! `PUT /?acl` and `GET /?acl`. The document is an [`AccessControlPolicy`](crate::acl::AccessControlPolicy).
//!
//! Spec: spec/cos/acl.md.

use http::Method;

use super::WireRequest;
use super::incoming::BucketRequest;
use crate::acl::{Acl, AclSubject};
use crate::names::BucketName;
use crate::parse_error::ParseError;

/// Sets the rights of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBucketAcl {
    /// Of this bucket.
    pub bucket: BucketName,
    /// From the headers, which win over a body; unset when the body has to say.
    pub acl: Acl,
}

/// Asks for the rights of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetBucketAcl {
    /// Of this bucket.
    pub bucket: BucketName,
}

impl PutBucketAcl {
    pub(super) fn parse(request: &BucketRequest<'_>) -> Result<Self, ParseError> {
        let acl = Acl::from_headers(request.headers, AclSubject::Bucket)?;
        Ok(Self { bucket: request.bucket.clone(), acl })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::PUT, &self.bucket);
        wire.query.push_flag("acl");
        self.acl.write(&mut wire.headers);
        wire
    }
}

impl GetBucketAcl {
    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::GET, &self.bucket);
        wire.query.push_flag("acl");
        wire
    }
}
