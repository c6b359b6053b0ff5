//! `PUT /<key>?partNumber&uploadId` with `x-cos-copy-source`: a part from what is stored already.
//!
//! Spec: spec/cos/multipart.md, Upload part copy.

use jiff::Timestamp;

use super::WireRequest;
use super::copy_object::parse_source;
use super::incoming::ObjectRequest;
use super::listing::moment;
use super::upload_part::{parse_part_number, part_request};
use crate::conditions::{ConditionHeaders, Conditions};
use crate::copy_source::CopySource;
use crate::encryption::{COPY_SOURCE_KEY, CustomerKey, KEY};
use crate::names::{BucketName, ETag, ObjectKey, UploadId};
use crate::parse_error::ParseError;
use crate::range::ByteRange;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};
use crate::{header, timestamp};

/// Copies a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadPartCopy {
    /// Where the object will live.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which upload.
    pub upload_id: UploadId,
    /// Its place, 1 to [`PART_NUMBER_MAX`](super::PART_NUMBER_MAX).
    pub part_number: u32,
    /// What is copied.
    pub source: CopySource,
    /// Which bytes of it, always [`ByteRange::FromTo`]; none for all.
    pub source_range: Option<ByteRange>,
    /// Demands on the source.
    pub source_conditions: Conditions,
    /// Opens a source that was stored with a key of the client.
    pub source_key: Option<CustomerKey>,
    /// The key the upload began with.
    pub customer_key: Option<CustomerKey>,
}

/// The body of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyPartResult {
    /// Tag of the part.
    pub etag: ETag,
    /// When it was written.
    pub last_modified: Timestamp,
}

impl UploadPartCopy {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        let range = header::text(request.headers, "x-cos-copy-source-range")?;
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            upload_id: request.upload_id()?,
            part_number: parse_part_number(request)?,
            source: parse_source(request)?,
            source_range: range.map(ByteRange::parse_strict).transpose()?,
            source_conditions: Conditions::from_headers(request.headers, &ConditionHeaders::COPY_SOURCE),
            source_key: CustomerKey::from_copy_source_headers(request.headers)?,
            customer_key: CustomerKey::from_headers(request.headers)?,
        })
    }

    /// The request as it is sent.
    ///
    /// - `endpoint`: what follows the source's bucket in its host, such as `cos.ap-guangzhou.myqcloud.com`.
    pub fn to_wire(&self, endpoint: &str) -> WireRequest {
        let mut wire = part_request(&self.bucket, &self.key, &self.upload_id, self.part_number);
        header::set(&mut wire.headers, "x-cos-copy-source", self.source.to_header(endpoint));
        header::set_optional(&mut wire.headers, "x-cos-copy-source-range", self.source_range);
        self.source_conditions.write(&mut wire.headers, &ConditionHeaders::COPY_SOURCE);
        for (key, names) in [(&self.source_key, &COPY_SOURCE_KEY), (&self.customer_key, &KEY)] {
            if let Some(key) = key {
                key.write(&mut wire.headers, names);
            }
        }
        wire
    }
}

impl XmlBody for CopyPartResult {
    const ROOT: &'static str = "CopyPartResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("ETag", self.etag.quoted());
        xml.leaf("LastModified", timestamp::iso_millis(self.last_modified));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self { etag: root.required("ETag")?, last_modified: moment(root, "LastModified")? })
    }
}
