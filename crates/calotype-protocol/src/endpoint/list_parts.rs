//! `GET /<key>?uploadId`: the parts of an upload that have arrived.
//!
//! Spec: spec/cos/multipart.md, List parts.

use http::Method;
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::{ObjectRequest, QueryValues};
use super::listing::{ENTRIES_PER_PAGE_MAX, KeyCoding, Owner, moment};
use crate::attributes::StorageClass;
use crate::names::{BucketName, ETag, ObjectKey, UploadId};
use crate::parse_error::ParseError;
use crate::timestamp;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Asks for one page of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListParts {
    /// Where the object will live.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which upload.
    pub upload_id: UploadId,
    /// Only numbers behind it; 0 for the first page.
    pub part_number_marker: u32,
    /// Parts on the page.
    pub max_parts: u32,
    /// Whether the answer percent-encodes the key.
    pub encode_keys: bool,
}

/// One page of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPartsResult {
    /// As asked.
    pub bucket: BucketName,
    /// Whether the key is percent-encoded in the document; here it never is.
    pub encode_keys: bool,
    /// As asked.
    pub key: ObjectKey,
    /// As asked.
    pub upload_id: UploadId,
    /// The account by its APPID.
    pub owner: Owner,
    /// As asked.
    pub part_number_marker: u32,
    /// Who began the upload.
    pub initiator: Owner,
    /// By number.
    pub parts: Vec<ListedPart>,
    /// The last number of this page, when there is more.
    pub next_part_number_marker: Option<u32>,
    /// Class of the object to be.
    pub storage_class: StorageClass,
    /// As asked.
    pub max_parts: u32,
    /// Whether there is more.
    pub is_truncated: bool,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPart {
    /// Its place.
    pub number: u32,
    /// When it arrived.
    pub last_modified: Timestamp,
    /// Its tag.
    pub etag: ETag,
    /// Its size.
    pub size_bytes: u64,
}

impl ListParts {
    /// The first page of an upload.
    pub fn new(bucket: BucketName, key: ObjectKey, upload_id: UploadId) -> Self {
        let max_parts = ENTRIES_PER_PAGE_MAX;
        Self { bucket, key, upload_id, part_number_marker: 0, max_parts, encode_keys: true }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            upload_id: request.upload_id()?,
            part_number_marker: request.query.parsed("part-number-marker")?.unwrap_or(0),
            max_parts: request.query.count("max-parts", ENTRIES_PER_PAGE_MAX)?,
            encode_keys: request.query.encodes_keys()?,
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::GET, &self.bucket, &self.key);
        wire.query.push("uploadId", Some(self.upload_id.to_string()));
        wire.query.push("part-number-marker", Some(self.part_number_marker.to_string()));
        wire.query.push("max-parts", Some(self.max_parts.to_string()));
        wire.query.push_optional("encoding-type", self.encode_keys.then_some("url"));
        wire
    }
}

impl XmlBody for ListPartsResult {
    const ROOT: &'static str = "ListPartsResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        let coding = KeyCoding { encoded: self.encode_keys };
        xml.leaf("Bucket", &self.bucket);
        xml.leaf("Encoding-type", if self.encode_keys { "url" } else { "" });
        xml.leaf("Key", coding.write(self.key.as_str()));
        xml.leaf("UploadId", &self.upload_id);
        self.owner.write("Owner", xml);
        xml.leaf("PartNumberMarker", self.part_number_marker);
        self.initiator.write("Initiator", xml);
        for part in &self.parts {
            xml.parent("Part", |xml| {
                xml.leaf("PartNumber", part.number);
                xml.leaf("LastModified", timestamp::iso_millis(part.last_modified));
                xml.leaf("ETag", part.etag.quoted());
                xml.leaf("Size", part.size_bytes);
            });
        }
        xml.optional("NextPartNumberMarker", self.next_part_number_marker);
        xml.leaf("StorageClass", self.storage_class);
        xml.leaf("MaxParts", self.max_parts);
        xml.leaf("IsTruncated", self.is_truncated);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let encode_keys = root.text_of("Encoding-type") == "url";
        let part = |part: &Element| {
            Ok(ListedPart {
                number: part.required("PartNumber")?,
                last_modified: moment(part, "LastModified")?,
                etag: part.required("ETag")?,
                size_bytes: part.required("Size")?,
            })
        };
        Ok(Self {
            bucket: root.required("Bucket")?,
            encode_keys,
            key: KeyCoding { encoded: encode_keys }.read_key(root)?,
            upload_id: root.required_text("UploadId")?.into(),
            owner: root.child("Owner").map(Owner::read).unwrap_or_default(),
            part_number_marker: root.optional("PartNumberMarker")?.unwrap_or(0),
            initiator: root.child("Initiator").map(Owner::read).unwrap_or_default(),
            parts: root.children("Part").map(part).collect::<Result<_, MalformedXml>>()?,
            next_part_number_marker: root.optional("NextPartNumberMarker")?,
            storage_class: root.optional("StorageClass")?.unwrap_or_default(),
            max_parts: root.optional("MaxParts")?.unwrap_or(ENTRIES_PER_PAGE_MAX),
            is_truncated: root.flag("IsTruncated"),
        })
    }
}
