//! `POST /<key>?uploadId`: makes one object of the parts, and with `Pic-Operations` pictures from it.
//!
//! Spec: spec/cos/multipart.md, Complete; spec/ci/persistent.md, 5.3.

use http::{HeaderValue, Method};

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::conditions::WriteConditions;
use crate::header;
use crate::names::{BucketName, ETag, ObjectKey, UploadId, unquoted};
use crate::parse_error::ParseError;
use crate::pic_operations::{
    ImageInfoBlock, OriginalInfo, PIC_OPERATIONS, PicOperations, ProcessResults, UploadResult,
};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Completes an upload with the parts its body lists: [`CompletedParts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteMultipartUpload {
    /// Where the object will live.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which upload.
    pub upload_id: UploadId,
    /// MD5 the body has to have.
    pub content_md5: Option<[u8; 16]>,
    /// Demands on the object that is replaced.
    pub only_if: WriteConditions,
    /// The raw header; [`PicOperations::parse`] reads it.
    pub pic_operations: Option<HeaderValue>,
}

/// The body of the request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompletedParts(pub Vec<CompletedPart>);

/// One part as the client remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedPart {
    /// Its place.
    pub number: u32,
    /// Its tag without quotes, as text, because a wrong one is an invalid part and not malformed XML.
    pub etag: String,
}

/// The body of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteMultipartUploadResult {
    /// The object's address: a URL, or host and key when pictures were made.
    pub location: String,
    /// As asked.
    pub bucket: BucketName,
    /// As asked.
    pub key: ObjectKey,
    /// Tag of the whole object.
    pub etag: ETag,
    /// What the object looks like, when that was asked for.
    pub image_info: Option<ImageInfoBlock>,
    /// What came of the rules; none when there was no `Pic-Operations`.
    pub results: Option<ProcessResults>,
}

impl CompleteMultipartUpload {
    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            upload_id: request.upload_id()?,
            content_md5: header::content_md5(request.headers)?,
            only_if: WriteConditions::from_headers(request.headers),
            pic_operations: request.headers.get(PIC_OPERATIONS).cloned(),
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self, parts: &CompletedParts) -> WireRequest {
        let mut wire = WireRequest::object(Method::POST, &self.bucket, &self.key);
        wire.query.push("uploadId", Some(self.upload_id.to_string()));
        self.only_if.write(&mut wire.headers);
        if let Some(operations) = &self.pic_operations {
            wire.headers.insert(PIC_OPERATIONS, operations.clone());
        }
        wire.with_xml(parts.to_xml())
    }

    /// Asks for pictures from the completed object.
    pub fn with_pictures(mut self, operations: &PicOperations) -> Self {
        self.pic_operations = Some(operations.to_header());
        self
    }
}

impl CompletedParts {
    /// Whether the numbers go up without repeats, as they have to.
    pub fn is_ascending(&self) -> bool {
        self.0.windows(2).all(|pair| pair[0].number < pair[1].number)
    }
}

impl XmlBody for CompletedParts {
    const ROOT: &'static str = "CompleteMultipartUpload";

    fn write_content(&self, xml: &mut XmlWriter) {
        for part in &self.0 {
            xml.parent("Part", |xml| {
                xml.leaf("PartNumber", part.number);
                xml.leaf("ETag", format!("\"{}\"", part.etag));
            });
        }
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let read = |part: &Element| {
            let etag = unquoted(part.required_text("ETag")?.trim()).to_owned();
            Ok(CompletedPart { number: part.required("PartNumber")?, etag })
        };
        let parts = root.children("Part").map(read).collect::<Result<Vec<_>, MalformedXml>>()?;
        if parts.is_empty() {
            return Err(MalformedXml("there is no Part".into()));
        }
        Ok(Self(parts))
    }
}

impl CompleteMultipartUploadResult {
    /// The same answer in the shape of an upload with pictures.
    pub fn into_upload_result(self) -> UploadResult {
        let original = OriginalInfo {
            key: self.key,
            location: self.location,
            etag: self.etag.into(),
            image_info: self.image_info,
        };
        UploadResult { original, results: self.results.unwrap_or_default() }
    }
}

impl XmlBody for CompleteMultipartUploadResult {
    const ROOT: &'static str = "CompleteMultipartUploadResult";
    const NAMESPACE: Option<&'static str> = Some("http://www.qcloud.com/document/product/436/7751");

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("Location", &self.location);
        xml.leaf("Bucket", &self.bucket);
        xml.leaf("Key", &self.key);
        xml.leaf("ETag", self.etag.quoted());
        if let Some(info) = &self.image_info {
            info.write(xml);
        }
        if let Some(results) = &self.results {
            results.write(xml);
        }
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            location: root.text_of("Location").to_owned(),
            bucket: root.required("Bucket")?,
            key: root.required("Key")?,
            etag: root.required("ETag")?,
            image_info: root.child("ImageInfo").map(ImageInfoBlock::read).transpose()?,
            results: root.child("ProcessResults").map(ProcessResults::read).transpose()?,
        })
    }
}
