//! `DELETE /<key>`: removes an object, or one version of it.
//!
//! Spec: spec/cos/objects.md, DELETE Object.

use http::{HeaderMap, Method};

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::conditions::{ConditionHeaders, Conditions, TagMatch};
use crate::header;
use crate::names::{BucketName, ObjectKey, VersionId};
use crate::parse_error::ParseError;

/// Removes an object; one that is not there counts as removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteObject {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none leaves a marker where versions are kept.
    pub version_id: Option<VersionId>,
    /// One of these tags has to be the object's.
    pub if_match: Option<TagMatch>,
}

/// Headers of the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeletedReply {
    /// Whether a delete marker was made or removed.
    pub delete_marker: bool,
    /// The version that was made or removed.
    pub version_id: Option<VersionId>,
}

impl DeleteObject {
    /// Removes what a key shows, whatever it is.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self { bucket, key, version_id: None, if_match: None }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Self {
        let (bucket, key) = (request.bucket.clone(), request.key.clone());
        let if_match = Conditions::from_headers(request.headers, &ConditionHeaders::OBJECT).if_match;
        Self { bucket, key, version_id: request.version_id(), if_match }
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::DELETE, &self.bucket, &self.key);
        wire.query.push_optional("versionId", self.version_id.as_ref());
        Conditions { if_match: self.if_match.clone(), ..Conditions::default() }
            .write(&mut wire.headers, &ConditionHeaders::OBJECT);
        wire
    }
}

impl DeletedReply {
    /// Writes the headers of an answer.
    pub fn write(&self, headers: &mut HeaderMap) {
        header::set_optional(headers, "x-cos-delete-marker", self.delete_marker.then_some("true"));
        header::set_optional(headers, "x-cos-version-id", self.version_id.as_ref());
    }

    /// Reads the headers of an answer.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, ParseError> {
        Ok(Self {
            delete_marker: header::flag(headers, "x-cos-delete-marker"),
            version_id: header::text(headers, "x-cos-version-id")?.map(VersionId::from),
        })
    }
}
