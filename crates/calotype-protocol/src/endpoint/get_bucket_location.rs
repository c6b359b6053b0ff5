//! `GET /?location`: the region of a bucket.
//!
//! Spec: spec/cos/buckets.md, GET Bucket location.

use http::Method;

use super::WireRequest;
use crate::names::BucketName;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Asks for the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetBucketLocation {
    /// Of this bucket.
    pub bucket: BucketName,
}

/// The plain region label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationConstraint(pub String);

impl GetBucketLocation {
    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::GET, &self.bucket);
        wire.query.push_flag("location");
        wire
    }
}

impl XmlBody for LocationConstraint {
    const ROOT: &'static str = "LocationConstraint";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.text(&self.0);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self(root.text().to_owned()))
    }
}
