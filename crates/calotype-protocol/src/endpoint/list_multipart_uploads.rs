//! `GET /?uploads`: the uploads of a bucket that are not finished.
//!
//! Spec: spec/cos/multipart.md, List multipart uploads.

use http::Method;
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::{BucketRequest, QueryValues};
use super::listing::{ENTRIES_PER_PAGE_MAX, KeyCoding, Owner, moment};
use crate::attributes::StorageClass;
use crate::names::{BucketName, ObjectKey, UploadId};
use crate::parse_error::ParseError;
use crate::timestamp;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Asks for one page of uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListMultipartUploads {
    /// The bucket to list.
    pub bucket: BucketName,
    /// Only keys that begin with it.
    pub prefix: String,
    /// Keys are folded at its first occurrence behind the prefix.
    pub delimiter: Option<String>,
    /// Only keys behind it; empty for the first page.
    pub key_marker: String,
    /// Beside a key marker: also that key, from behind this upload.
    pub upload_id_marker: Option<UploadId>,
    /// Entries on the page, uploads and prefixes together.
    pub max_uploads: u32,
    /// Whether the answer percent-encodes keys.
    pub encode_keys: bool,
}

/// One page of uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListMultipartUploadsResult {
    /// The bucket.
    pub bucket: BucketName,
    /// Whether keys are percent-encoded in the document; here they never are.
    pub encode_keys: bool,
    /// As asked.
    pub key_marker: String,
    /// As asked.
    pub upload_id_marker: Option<UploadId>,
    /// As asked.
    pub max_uploads: u32,
    /// As asked.
    pub prefix: String,
    /// As asked.
    pub delimiter: Option<String>,
    /// Whether there is more.
    pub is_truncated: bool,
    /// Key of the last entry, when there is more.
    pub next_key_marker: Option<String>,
    /// Upload of the last entry, when there is more.
    pub next_upload_id_marker: Option<UploadId>,
    /// By key, then by time.
    pub uploads: Vec<ListedUpload>,
    /// Folded keys.
    pub common_prefixes: Vec<String>,
}

/// One upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUpload {
    /// Key of the object to be.
    pub key: ObjectKey,
    /// Names the upload.
    pub upload_id: UploadId,
    /// Who began it.
    pub initiator: Owner,
    /// Whose object it will be.
    pub owner: Owner,
    /// Class of the object to be.
    pub storage_class: StorageClass,
    /// When it began.
    pub initiated: Timestamp,
}

impl ListMultipartUploads {
    /// The first page of a bucket.
    pub fn new(bucket: BucketName) -> Self {
        Self {
            bucket,
            prefix: String::new(),
            delimiter: None,
            key_marker: String::new(),
            upload_id_marker: None,
            max_uploads: ENTRIES_PER_PAGE_MAX,
            encode_keys: true,
        }
    }

    pub(super) fn parse(request: &BucketRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            prefix: request.query.text("prefix"),
            delimiter: request.query.value("delimiter").map(str::to_owned),
            key_marker: request.query.text("key-marker"),
            upload_id_marker: request.query.value("upload-id-marker").map(UploadId::from),
            max_uploads: request.query.count("max-uploads", ENTRIES_PER_PAGE_MAX)?,
            encode_keys: request.query.encodes_keys()?,
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::GET, &self.bucket);
        let filled = |text: &String| (!text.is_empty()).then(|| text.clone());
        wire.query.push_flag("uploads");
        wire.query.push_optional("prefix", filled(&self.prefix));
        wire.query.push_optional("delimiter", self.delimiter.as_ref());
        wire.query.push_optional("key-marker", filled(&self.key_marker));
        wire.query.push_optional("upload-id-marker", self.upload_id_marker.as_ref());
        wire.query.push_optional("max-uploads", Some(self.max_uploads));
        wire.query.push_optional("encoding-type", self.encode_keys.then_some("url"));
        wire
    }
}

impl XmlBody for ListMultipartUploadsResult {
    const ROOT: &'static str = "ListMultipartUploadsResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        let coding = KeyCoding { encoded: self.encode_keys };
        xml.leaf("Bucket", &self.bucket);
        xml.leaf("Encoding-Type", if self.encode_keys { "url" } else { "" });
        xml.leaf("KeyMarker", coding.write(&self.key_marker));
        xml.leaf("UploadIdMarker", self.upload_id_marker.as_ref().map_or("", UploadId::as_str));
        xml.leaf("MaxUploads", self.max_uploads);
        xml.leaf("Prefix", coding.write(&self.prefix));
        xml.leaf("Delimiter", coding.write(self.delimiter.as_deref().unwrap_or_default()));
        xml.leaf("IsTruncated", self.is_truncated);
        xml.optional("NextKeyMarker", self.next_key_marker.as_deref().map(|text| coding.write(text)));
        xml.optional("NextUploadIdMarker", self.next_upload_id_marker.as_ref());
        for upload in &self.uploads {
            xml.parent("Upload", |xml| {
                xml.leaf("Key", coding.write(upload.key.as_str()));
                xml.leaf("UploadId", &upload.upload_id);
                upload.initiator.write("Initiator", xml);
                upload.owner.write("Owner", xml);
                xml.leaf("StorageClass", upload.storage_class);
                xml.leaf("Initiated", timestamp::iso_millis(upload.initiated));
            });
        }
        coding.write_prefixes(&self.common_prefixes, xml);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let encode_keys = root.text_of("Encoding-Type") == "url";
        let coding = KeyCoding { encoded: encode_keys };
        let upload = |upload: &Element| {
            Ok(ListedUpload {
                key: coding.read_key(upload)?,
                upload_id: upload.required_text("UploadId")?.into(),
                initiator: upload.child("Initiator").map(Owner::read).unwrap_or_default(),
                owner: upload.child("Owner").map(Owner::read).unwrap_or_default(),
                storage_class: upload.optional("StorageClass")?.unwrap_or_default(),
                initiated: moment(upload, "Initiated")?,
            })
        };
        Ok(Self {
            bucket: root.required("Bucket")?,
            encode_keys,
            key_marker: coding.read(root.text_of("KeyMarker"))?,
            upload_id_marker: root.optional_text("UploadIdMarker").map(UploadId::from),
            max_uploads: root.optional("MaxUploads")?.unwrap_or(ENTRIES_PER_PAGE_MAX),
            prefix: coding.read(root.text_of("Prefix"))?,
            delimiter: coding.optional(root, "Delimiter")?,
            is_truncated: root.flag("IsTruncated"),
            next_key_marker: coding.optional(root, "NextKeyMarker")?,
            next_upload_id_marker: root.optional_text("NextUploadIdMarker").map(UploadId::from),
            uploads: root.children("Upload").map(upload).collect::<Result<_, MalformedXml>>()?,
            common_prefixes: coding.read_prefixes(root)?,
        })
    }
}
