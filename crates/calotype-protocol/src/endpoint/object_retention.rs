//! `GET /<key>?retention`: until when an object can be neither replaced nor removed.
//!
//! Spec: spec/cos/misc.md, object-lock.

use http::Method;
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::ObjectRequest;
use super::listing::moment;
use crate::names::{BucketName, ObjectKey, VersionId};
use crate::timestamp;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Asks how long an object is retained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetObjectRetention {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
}

/// The body of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// From when on the object can be removed.
    pub retain_until: Timestamp,
}

impl GetObjectRetention {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Self {
        let (bucket, key) = (request.bucket.clone(), request.key.clone());
        Self { bucket, key, version_id: request.version_id() }
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::GET, &self.bucket, &self.key);
        wire.query.push_flag("retention");
        wire.query.push_optional("versionId", self.version_id.as_ref());
        wire
    }
}

impl XmlBody for Retention {
    const ROOT: &'static str = "Retention";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("RetainUntilDate", timestamp::iso_millis(self.retain_until));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self { retain_until: moment(root, "RetainUntilDate")? })
    }
}
