//! Headers of the answer to a download or HEAD.
//!
//! Spec: spec/cos/objects.md, GET Object.

use std::collections::BTreeMap;

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;

use crate::attributes::{ContentHeaders, StorageClass, read_metadata, write_metadata};
use crate::names::{ETag, VersionId};
use crate::parse_error::ParseError;
use crate::{header, timestamp};

/// Headers of the answer to a download or HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHeaders {
    /// Headers that describe content.
    pub content: ContentHeaders,
    /// User metadata.
    pub metadata: BTreeMap<String, HeaderValue>,
    /// Size of what the answer holds or would hold.
    pub content_length: Option<u64>,
    /// Which bytes of the object these are, as `bytes a-b/total`.
    pub content_range: Option<String>,
    /// Tag of the object.
    pub etag: Option<ETag>,
    /// When the object was written.
    pub last_modified: Option<Timestamp>,
    /// CRC-64 of the whole object.
    pub crc64: Option<u64>,
    /// Its class.
    pub storage_class: StorageClass,
    /// Its version.
    pub version_id: Option<VersionId>,
    /// How many tags it has.
    pub tag_count: Option<u32>,
    /// Whether archived content is on its way or there, and until when.
    pub restore: Option<String>,
    /// Where the next append begins; only of objects that can be appended to.
    pub next_append_position: Option<u64>,
}

impl ObjectHeaders {
    /// Writes the headers of an answer.
    pub fn write(&self, headers: &mut HeaderMap) {
        self.content.write(headers);
        write_metadata(&self.metadata, headers);
        if let Some(size_bytes) = self.content_length {
            headers.insert(CONTENT_LENGTH, size_bytes.into());
        }
        header::set_optional(headers, "content-range", self.content_range.as_deref());
        header::set_optional(headers, "etag", self.etag.as_ref().map(ETag::quoted));
        header::set_optional(headers, "last-modified", self.last_modified.map(timestamp::http_date));
        header::set_optional(headers, "x-cos-hash-crc64ecma", self.crc64);
        let class = (self.storage_class != StorageClass::Standard).then_some(self.storage_class);
        header::set_optional(headers, "x-cos-storage-class", class);
        header::set_optional(headers, "x-cos-version-id", self.version_id.as_ref());
        header::set_optional(headers, "x-cos-tagging-count", self.tag_count);
        header::set_optional(headers, "x-cos-restore", self.restore.as_deref());
        header::set_optional(headers, "x-cos-object-type", self.next_append_position.map(|_| "appendable"));
        header::set_optional(headers, "x-cos-next-append-position", self.next_append_position);
        header::set(headers, "accept-ranges", "bytes");
    }

    /// Reads the headers of an answer. Pictures made on the way have tags of another shape; those are left out.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, ParseError> {
        let modified = header::text(headers, "last-modified")?;
        Ok(Self {
            content: ContentHeaders::from_headers(headers),
            metadata: read_metadata(headers)?,
            content_length: header::parsed(headers, "content-length")?,
            content_range: header::text(headers, "content-range")?.map(str::to_owned),
            etag: header::parsed(headers, "etag").ok().flatten(),
            last_modified: modified.and_then(timestamp::parse_http_date),
            crc64: header::parsed(headers, "x-cos-hash-crc64ecma")?,
            storage_class: header::parsed(headers, "x-cos-storage-class")?.unwrap_or_default(),
            version_id: header::text(headers, "x-cos-version-id")?.map(VersionId::from),
            tag_count: header::parsed(headers, "x-cos-tagging-count")?,
            restore: header::text(headers, "x-cos-restore")?.map(str::to_owned),
            next_append_position: header::parsed(headers, "x-cos-next-append-position")?,
        })
    }
}
