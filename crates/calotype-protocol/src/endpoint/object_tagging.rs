//! `PUT`, `GET` and `DELETE` of `/<key>?tagging`: the tags of an object. The document is a
//! [`TagSet`](crate::tagging::TagSet).
//!
//! Spec: spec/cos/objects.md, Object tagging.

use http::Method;

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::names::{BucketName, ObjectKey, VersionId};
use crate::tagging::TagSet;
use crate::xml::XmlBody;

/// Which object, or which version of it, a request for tags is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectTagging {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
}

impl ObjectTagging {
    /// The tags of the newest version.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self { bucket, key, version_id: None }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Self {
        let (bucket, key) = (request.bucket.clone(), request.key.clone());
        Self { bucket, key, version_id: request.version_id() }
    }

    /// The request that sets all tags.
    pub fn to_put(&self, tags: &TagSet) -> WireRequest {
        self.to_wire(Method::PUT).with_xml(tags.to_xml())
    }

    /// The request that asks for all tags.
    pub fn to_get(&self) -> WireRequest {
        self.to_wire(Method::GET)
    }

    /// The request that removes all tags.
    pub fn to_delete(&self) -> WireRequest {
        self.to_wire(Method::DELETE)
    }

    fn to_wire(&self, method: Method) -> WireRequest {
        let mut wire = WireRequest::object(method, &self.bucket, &self.key);
        wire.query.push_flag("tagging");
        wire.query.push_optional("versionId", self.version_id.as_ref());
        wire
    }
}
