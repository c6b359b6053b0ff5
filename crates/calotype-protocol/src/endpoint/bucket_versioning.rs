//! `PUT /?versioning` and `GET /?versioning`: whether a bucket keeps versions.
//!
//! Spec: spec/cos/buckets.md, GET / PUT Bucket versioning.

use http::Method;

use super::WireRequest;
use crate::names::BucketName;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Switches versions on or off, as its body says: a [`VersioningConfiguration`] with a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBucketVersioning {
    /// Of this bucket.
    pub bucket: BucketName,
}

/// Asks whether a bucket keeps versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetBucketVersioning {
    /// Of this bucket.
    pub bucket: BucketName,
}

/// The body of the request and of the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VersioningConfiguration {
    /// None for a bucket that never kept versions.
    pub status: Option<VersioningStatus>,
}

/// What becomes of objects that are replaced or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersioningStatus {
    /// They are kept.
    Enabled,
    /// Those kept before stay; what is written now has the version null.
    Suspended,
}

impl PutBucketVersioning {
    /// The request as it is sent.
    pub fn to_wire(&self, status: VersioningStatus) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::PUT, &self.bucket);
        wire.query.push_flag("versioning");
        wire.with_xml(VersioningConfiguration { status: Some(status) }.to_xml())
    }
}

impl GetBucketVersioning {
    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::GET, &self.bucket);
        wire.query.push_flag("versioning");
        wire
    }
}

impl VersioningStatus {
    fn word(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Suspended => "Suspended",
        }
    }
}

impl XmlBody for VersioningConfiguration {
    const ROOT: &'static str = "VersioningConfiguration";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.optional("Status", self.status.map(VersioningStatus::word));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let status = match root.optional_text("Status").map(str::trim) {
            None => None,
            Some("Enabled") => Some(VersioningStatus::Enabled),
            Some("Suspended") => Some(VersioningStatus::Suspended),
            Some(other) => {
                return Err(MalformedXml(format!("Status {other:?} is neither Enabled nor Suspended")));
            }
        };
        Ok(Self { status })
    }
}
