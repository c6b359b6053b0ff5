//! `PUT /`: makes a bucket.
//!
//! Spec: spec/cos/buckets.md, PUT Bucket.

use http::Method;

use super::WireRequest;
use super::incoming::BucketRequest;
use crate::acl::{Acl, AclSubject};
use crate::header;
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::tagging::TagSet;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Makes a bucket. A body, if there is one, is a [`CreateBucketConfiguration`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBucket {
    /// Its name.
    pub bucket: BucketName,
    /// Rights; unset means private.
    pub acl: Acl,
    /// Tags to begin with.
    pub tags: TagSet,
}

/// How a bucket is laid out; remembered and shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreateBucketConfiguration {
    /// `MAZ` for several zones.
    pub az_type: Option<String>,
    /// `OFS` for the file system kind.
    pub architecture: Option<String>,
}

impl PutBucket {
    /// A private bucket.
    pub fn new(bucket: BucketName) -> Self {
        Self { bucket, acl: Acl::default(), tags: TagSet::default() }
    }

    pub(super) fn parse(request: &BucketRequest<'_>) -> Result<Self, ParseError> {
        let tags = header::text(request.headers, "x-cos-tagging")?;
        Ok(Self {
            bucket: request.bucket.clone(),
            acl: Acl::from_headers(request.headers, AclSubject::Bucket)?,
            tags: tags.map(TagSet::from_header).transpose()?.unwrap_or_default(),
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::PUT, &self.bucket);
        self.acl.write(&mut wire.headers);
        header::set_optional(
            &mut wire.headers,
            "x-cos-tagging",
            (!self.tags.is_empty()).then_some(&self.tags),
        );
        wire
    }
}

impl XmlBody for CreateBucketConfiguration {
    const ROOT: &'static str = "CreateBucketConfiguration";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.optional("BucketAZConfig", self.az_type.as_deref());
        xml.optional("BucketArchConfig", self.architecture.as_deref());
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let known = ["BucketAZConfig", "BucketArchConfig"];
        if let Some(other) = root.elements().iter().find(|child| !known.contains(&child.name())) {
            return Err(MalformedXml(format!("{} is not known here", other.name())));
        }
        let owned = |name| root.optional_text(name).map(str::to_owned);
        Ok(Self { az_type: owned("BucketAZConfig"), architecture: owned("BucketArchConfig") })
    }
}
