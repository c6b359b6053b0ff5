//! `POST /<key>?uploads`: begins an object that arrives in parts.
//!
//! Spec: spec/cos/multipart.md, Initiate.

use http::Method;

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::attributes::ObjectAttributes;
use crate::header;
use crate::names::{BucketName, ObjectKey, UploadId};
use crate::parse_error::ParseError;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Begins an upload. `Pic-Operations` means nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitiateMultipartUpload {
    /// Where the object will live.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// What is kept beside the bytes.
    pub attributes: ObjectAttributes,
    /// Whether an object that is there must stay.
    pub forbid_overwrite: bool,
}

/// The body of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitiateMultipartUploadResult {
    /// As asked.
    pub bucket: BucketName,
    /// As asked.
    pub key: ObjectKey,
    /// Names the upload from now on.
    pub upload_id: UploadId,
}

impl InitiateMultipartUpload {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            attributes: ObjectAttributes::from_headers(request.headers)?,
            forbid_overwrite: header::flag(request.headers, "x-cos-forbid-overwrite"),
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::POST, &self.bucket, &self.key);
        wire.query.push_flag("uploads");
        self.attributes.write(&mut wire.headers);
        let forbid = self.forbid_overwrite.then_some("true");
        header::set_optional(&mut wire.headers, "x-cos-forbid-overwrite", forbid);
        wire
    }
}

impl XmlBody for InitiateMultipartUploadResult {
    const ROOT: &'static str = "InitiateMultipartUploadResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("Bucket", &self.bucket);
        xml.leaf("Key", &self.key);
        xml.leaf("UploadId", &self.upload_id);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            bucket: root.required("Bucket")?,
            key: root.required("Key")?,
            upload_id: root.required_text("UploadId")?.into(),
        })
    }
}
