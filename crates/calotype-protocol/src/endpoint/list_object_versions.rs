//! `GET /?versions`: one page of versions and delete markers, by key and then newest first.
//!
//! Spec: spec/cos/buckets.md, GET Bucket object versions.

use http::Method;
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::{BucketRequest, QueryValues};
use super::listing::{ENTRIES_PER_PAGE_MAX, KeyCoding, Owner, moment};
use crate::attributes::StorageClass;
use crate::names::{BucketName, ETag, ObjectKey, VersionId};
use crate::parse_error::ParseError;
use crate::timestamp;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Asks for one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListObjectVersions {
    /// The bucket to list.
    pub bucket: BucketName,
    /// Only keys that begin with it.
    pub prefix: String,
    /// Keys are folded at its first occurrence behind the prefix.
    pub delimiter: Option<String>,
    /// Only keys behind it; empty for the first page.
    pub key_marker: String,
    /// With a key marker: also older versions of that very key than this one.
    pub version_id_marker: Option<VersionId>,
    /// Entries on the page, versions, markers and prefixes together.
    pub max_keys: u32,
    /// Whether the answer percent-encodes keys.
    pub encode_keys: bool,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListVersionsResult {
    /// The bucket.
    pub name: BucketName,
    /// As asked.
    pub prefix: String,
    /// As asked.
    pub key_marker: String,
    /// As asked.
    pub version_id_marker: Option<VersionId>,
    /// As asked, at most [`ENTRIES_PER_PAGE_MAX`].
    pub max_keys: u32,
    /// As asked.
    pub delimiter: Option<String>,
    /// Whether keys are percent-encoded in the document; here they never are.
    pub encode_keys: bool,
    /// Whether there is more.
    pub is_truncated: bool,
    /// Key of the last entry of this page, when there is more.
    pub next_key_marker: Option<String>,
    /// Version of the last entry, when there is more and it is not a prefix.
    pub next_version_id_marker: Option<VersionId>,
    /// Folded keys.
    pub common_prefixes: Vec<String>,
    /// Versions and delete markers in order.
    pub versions: Vec<ListedVersion>,
}

/// One version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedVersion {
    /// Its key.
    pub key: ObjectKey,
    /// Its id; none in a bucket that never kept versions.
    pub version_id: Option<VersionId>,
    /// Whether it is what the key shows now.
    pub is_latest: bool,
    /// When it was written.
    pub last_modified: Timestamp,
    /// The account by its APPID.
    pub owner: Owner,
    /// What was written; none for a delete marker.
    pub content: Option<ListedContent>,
}

/// The content of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedContent {
    /// Its tag.
    pub etag: ETag,
    /// Its size.
    pub size_bytes: u64,
    /// Its class.
    pub storage_class: StorageClass,
}

impl ListObjectVersions {
    /// The first page of a bucket, folded nowhere, encoded so that every key survives the XML.
    pub fn new(bucket: BucketName) -> Self {
        Self {
            bucket,
            prefix: String::new(),
            delimiter: None,
            key_marker: String::new(),
            version_id_marker: None,
            max_keys: ENTRIES_PER_PAGE_MAX,
            encode_keys: true,
        }
    }

    pub(super) fn parse(request: &BucketRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            prefix: request.query.text("prefix"),
            delimiter: request.query.value("delimiter").map(str::to_owned),
            key_marker: request.query.text("key-marker"),
            version_id_marker: request.query.value("version-id-marker").map(VersionId::from),
            max_keys: request.query.count("max-keys", ENTRIES_PER_PAGE_MAX)?,
            encode_keys: request.query.encodes_keys()?,
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::GET, &self.bucket);
        let filled = |text: &String| (!text.is_empty()).then(|| text.clone());
        wire.query.push_flag("versions");
        wire.query.push_optional("prefix", filled(&self.prefix));
        wire.query.push_optional("delimiter", self.delimiter.as_ref());
        wire.query.push_optional("key-marker", filled(&self.key_marker));
        wire.query.push_optional("version-id-marker", self.version_id_marker.as_ref());
        wire.query.push_optional("max-keys", Some(self.max_keys));
        wire.query.push_optional("encoding-type", self.encode_keys.then_some("url"));
        wire
    }
}

impl ListedVersion {
    fn write(&self, coding: KeyCoding, xml: &mut XmlWriter) {
        let element = if self.content.is_some() { "Version" } else { "DeleteMarker" };
        xml.parent(element, |xml| {
            xml.leaf("Key", coding.write(self.key.as_str()));
            xml.leaf("VersionId", self.version_id.as_ref().map_or("", VersionId::as_str));
            xml.leaf("IsLatest", self.is_latest);
            xml.leaf("LastModified", timestamp::iso_millis(self.last_modified));
            if let Some(content) = &self.content {
                xml.leaf("ETag", content.etag.quoted());
                xml.leaf("Size", content.size_bytes);
                xml.leaf("StorageClass", content.storage_class);
            }
            self.owner.write("Owner", xml);
        });
    }

    fn read(coding: KeyCoding, entry: &Element) -> Result<Self, MalformedXml> {
        let content = || {
            Ok::<_, MalformedXml>(ListedContent {
                etag: entry.required("ETag")?,
                size_bytes: entry.required("Size")?,
                storage_class: entry.optional("StorageClass")?.unwrap_or_default(),
            })
        };
        Ok(Self {
            key: coding.read_key(entry)?,
            version_id: entry.optional_text("VersionId").map(VersionId::from),
            is_latest: entry.flag("IsLatest"),
            last_modified: moment(entry, "LastModified")?,
            owner: entry.child("Owner").map(Owner::read).unwrap_or_default(),
            content: if entry.name() == "Version" { Some(content()?) } else { None },
        })
    }
}

impl XmlBody for ListVersionsResult {
    const ROOT: &'static str = "ListVersionsResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        let coding = KeyCoding { encoded: self.encode_keys };
        xml.optional("EncodingType", self.encode_keys.then_some("url"));
        xml.leaf("Name", &self.name);
        xml.leaf("Prefix", coding.write(&self.prefix));
        xml.leaf("KeyMarker", coding.write(&self.key_marker));
        xml.leaf("VersionIdMarker", self.version_id_marker.as_ref().map_or("", VersionId::as_str));
        xml.leaf("MaxKeys", self.max_keys);
        xml.optional("Delimiter", self.delimiter.as_deref().map(|text| coding.write(text)));
        xml.leaf("IsTruncated", self.is_truncated);
        xml.optional("NextKeyMarker", self.next_key_marker.as_deref().map(|text| coding.write(text)));
        xml.optional("NextVersionIdMarker", self.next_version_id_marker.as_ref());
        coding.write_prefixes(&self.common_prefixes, xml);
        self.versions.iter().for_each(|version| version.write(coding, xml));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let encode_keys = root.text_of("EncodingType") == "url";
        let coding = KeyCoding { encoded: encode_keys };
        let entries = root.elements().iter();
        let versions = entries.filter(|entry| matches!(entry.name(), "Version" | "DeleteMarker"));
        Ok(Self {
            name: root.required("Name")?,
            prefix: coding.read(root.text_of("Prefix"))?,
            key_marker: coding.read(root.text_of("KeyMarker"))?,
            version_id_marker: root.optional_text("VersionIdMarker").map(VersionId::from),
            max_keys: root.optional("MaxKeys")?.unwrap_or(ENTRIES_PER_PAGE_MAX),
            delimiter: coding.optional(root, "Delimiter")?,
            encode_keys,
            is_truncated: root.flag("IsTruncated"),
            next_key_marker: coding.optional(root, "NextKeyMarker")?,
            next_version_id_marker: root.optional_text("NextVersionIdMarker").map(VersionId::from),
            common_prefixes: coding.read_prefixes(root)?,
            versions: versions.map(|entry| ListedVersion::read(coding, entry)).collect::<Result<_, _>>()?,
        })
    }
}
