//! `PUT /<key>?acl` and `GET /<key>?acl`. The document is an
//! [`AccessControlPolicy`](crate::acl::AccessControlPolicy).
//!
//! Spec: spec/cos/acl.md.

use http::Method;

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::acl::{Acl, AclSubject};
use crate::names::{BucketName, ObjectKey, VersionId};
use crate::parse_error::ParseError;

/// Sets the rights of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutObjectAcl {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
    /// From the headers, which win over a body; unset when the body has to say.
    pub acl: Acl,
}

/// Asks for the rights of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetObjectAcl {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
}

impl PutObjectAcl {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            version_id: request.version_id(),
            acl: Acl::from_headers(request.headers, AclSubject::Object)?,
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::PUT, &self.bucket, &self.key);
        wire.query.push_flag("acl");
        wire.query.push_optional("versionId", self.version_id.as_ref());
        self.acl.write(&mut wire.headers);
        wire
    }
}

impl GetObjectAcl {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Self {
        let (bucket, key) = (request.bucket.clone(), request.key.clone());
        Self { bucket, key, version_id: request.version_id() }
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::GET, &self.bucket, &self.key);
        wire.query.push_flag("acl");
        wire.query.push_optional("versionId", self.version_id.as_ref());
        wire
    }
}
