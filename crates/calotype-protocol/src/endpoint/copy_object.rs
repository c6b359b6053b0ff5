//! `PUT /<key>` with `x-cos-copy-source`: stores what is stored already.
//!
//! Spec: spec/cos/objects.md, PUT Object - Copy.

use http::Method;
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::ObjectRequest;
use super::listing::moment;
use crate::attributes::ObjectAttributes;
use crate::conditions::{ConditionHeaders, Conditions, WriteConditions};
use crate::copy_source::CopySource;
use crate::encryption::{COPY_SOURCE_KEY, CustomerKey};
use crate::names::{BucketName, ETag, ObjectKey, VersionId};
use crate::parse_error::ParseError;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};
use crate::{header, timestamp};

/// Copies an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyObject {
    /// Where the copy will live.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// What is copied.
    pub source: CopySource,
    /// Demands on the source.
    pub source_conditions: Conditions,
    /// Opens a source that was stored with a key of the client.
    pub source_key: Option<CustomerKey>,
    /// Whose headers and metadata the copy has.
    pub metadata: Directive,
    /// Whose tags the copy has.
    pub tagging: Directive,
    /// Headers, metadata and tags count only where replaced; class, rights and encryption always do.
    pub attributes: ObjectAttributes,
    /// Demands on the object that is replaced.
    pub only_if: WriteConditions,
}

/// Whose attributes a copy has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Directive {
    /// Those of the source.
    #[default]
    Copy,
    /// Those of the request.
    Replaced,
}

/// The body of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyObjectResult {
    /// Tag of the copy.
    pub etag: ETag,
    /// CRC-64 of the copy.
    pub crc64: Option<u64>,
    /// When it was written.
    pub last_modified: Timestamp,
    /// The version that was made.
    pub version_id: Option<VersionId>,
}

impl CopyObject {
    /// Copies an object with everything that belongs to it.
    pub fn new(bucket: BucketName, key: ObjectKey, source: CopySource) -> Self {
        Self {
            bucket,
            key,
            source,
            source_conditions: Conditions::default(),
            source_key: None,
            metadata: Directive::Copy,
            tagging: Directive::Copy,
            attributes: ObjectAttributes::default(),
            only_if: WriteConditions::default(),
        }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            source: parse_source(request)?,
            source_conditions: Conditions::from_headers(request.headers, &ConditionHeaders::COPY_SOURCE),
            source_key: CustomerKey::from_copy_source_headers(request.headers)?,
            metadata: Directive::parse(request, "x-cos-metadata-directive")?,
            tagging: Directive::parse(request, "x-cos-tagging-directive")?,
            attributes: ObjectAttributes::from_headers(request.headers)?,
            only_if: WriteConditions::from_headers(request.headers),
        })
    }

    /// The request as it is sent.
    ///
    /// - `endpoint`: what follows the source's bucket in its host, such as `cos.ap-guangzhou.myqcloud.com`.
    pub fn to_wire(&self, endpoint: &str) -> WireRequest {
        let mut wire = WireRequest::object(Method::PUT, &self.bucket, &self.key);
        self.attributes.write(&mut wire.headers);
        header::set(&mut wire.headers, "x-cos-copy-source", self.source.to_header(endpoint));
        self.source_conditions.write(&mut wire.headers, &ConditionHeaders::COPY_SOURCE);
        if let Some(key) = &self.source_key {
            key.write(&mut wire.headers, &COPY_SOURCE_KEY);
        }
        header::set(&mut wire.headers, "x-cos-metadata-directive", self.metadata.word());
        if self.tagging == Directive::Replaced {
            header::set(&mut wire.headers, "x-cos-tagging-directive", self.tagging.word());
        }
        self.only_if.write(&mut wire.headers);
        wire
    }
}

/// The source of a copy or of a part copy.
pub(super) fn parse_source(request: &ObjectRequest<'_>) -> Result<CopySource, ParseError> {
    let text = header::text(request.headers, "x-cos-copy-source")?.unwrap_or_default();
    CopySource::parse(text, request.addressing)
}

impl Directive {
    fn word(self) -> &'static str {
        match self {
            Self::Copy => "Copy",
            Self::Replaced => "Replaced",
        }
    }

    fn parse(request: &ObjectRequest<'_>, name: &str) -> Result<Self, ParseError> {
        let text = header::text(request.headers, name)?.unwrap_or("Copy");
        match text.to_ascii_lowercase().as_str() {
            "copy" => Ok(Self::Copy),
            "replaced" | "replace" => Ok(Self::Replaced),
            _ => Err(ParseError::argument(format!("{name} {text:?} is neither Copy nor Replaced"))),
        }
    }
}

impl XmlBody for CopyObjectResult {
    const ROOT: &'static str = "CopyObjectResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("ETag", self.etag.quoted());
        xml.optional("CRC64", self.crc64);
        xml.leaf("LastModified", timestamp::iso_seconds(self.last_modified));
        xml.optional("VersionId", self.version_id.as_ref());
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            etag: root.required("ETag")?,
            crc64: root.optional("CRC64")?,
            last_modified: moment(root, "LastModified")?,
            version_id: root.optional_text("VersionId").map(VersionId::from),
        })
    }
}
