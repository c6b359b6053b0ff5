//! Pages of listings: objects, versions, unfinished uploads.
//!
//! Spec: spec/cos/buckets.md (list v1, versions), spec/cos/multipart.md (list uploads).

mod walk;

use std::time::SystemTime;

use calotype_protocol::names::{ETag, ObjectKey, UploadId, VersionId};

use crate::record::StoredObject;
use crate::upload::UploadRecord;

pub(crate) use walk::{Step, Walk};

/// Which objects of a bucket to list. Empty text means not given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListObjects {
    /// Only keys that begin with it.
    pub prefix: String,
    /// Keys that have it after the prefix are rolled up into one common prefix each.
    pub delimiter: String,
    /// Only keys and common prefixes that sort after it, by bytes.
    pub marker: String,
    /// At most so many keys and common prefixes together.
    pub entries_max: usize,
}

/// What a listing says about one object.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectSummary {
    /// Its key.
    pub key: ObjectKey,
    /// Fingerprint of its content.
    pub etag: ETag,
    /// Length of its content.
    pub size_bytes: u64,
    /// When it was stored.
    pub last_modified: SystemTime,
    /// Its storage class.
    pub storage_class: String,
}

impl ObjectSummary {
    pub(crate) fn of(object: &StoredObject) -> Self {
        Self {
            key: object.key.clone(),
            etag: object.etag.clone(),
            size_bytes: object.size_bytes,
            last_modified: object.last_modified,
            storage_class: object.attributes.storage_class.clone(),
        }
    }
}

/// Some objects of a bucket, in byte order of their keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ObjectPage {
    /// Objects.
    pub objects: Vec<ObjectSummary>,
    /// Common prefixes, ending in the delimiter.
    pub common_prefixes: Vec<String>,
    /// The last key or common prefix of this page if there are more; the marker of the next page.
    pub next_marker: Option<String>,
}

/// Which unfinished uploads of a bucket to list. Empty text means not given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListUploads {
    /// Only keys that begin with it.
    pub prefix: String,
    /// Keys that have it after the prefix are rolled up into one common prefix each.
    pub delimiter: String,
    /// Only keys that sort after it.
    pub key_marker: String,
    /// With a key marker: also uploads of that very key that were begun after this one.
    pub upload_id_marker: Option<UploadId>,
    /// At most so many uploads and common prefixes together.
    pub entries_max: usize,
}

impl ListUploads {
    /// Whether an earlier page showed this upload of the marker's own key.
    pub(crate) fn is_seen(&self, upload: &UploadRecord) -> bool {
        upload.key.as_str() == self.key_marker
            && self.upload_id_marker.as_ref().is_some_and(|marker| upload.upload_id <= *marker)
    }
}

/// Some unfinished uploads, by key and then oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UploadPage {
    /// Uploads.
    pub uploads: Vec<UploadRecord>,
    /// Common prefixes, ending in the delimiter.
    pub common_prefixes: Vec<String>,
    /// Key marker and upload id marker of the next page, if there is one.
    pub next: Option<(String, Option<UploadId>)>,
}

/// Which versions of a bucket's objects to list. Empty text means not given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListVersions {
    /// Only keys that begin with it.
    pub prefix: String,
    /// Keys that have it after the prefix are rolled up into one common prefix each.
    pub delimiter: String,
    /// Only keys that sort after it.
    pub key_marker: String,
    /// With a key marker: also the versions of that very key that are older than this one, or all of them if this one
    /// is gone.
    pub version_marker: Option<VersionId>,
    /// At most so many versions and common prefixes together.
    pub entries_max: usize,
}

/// What a listing says about one version.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionSummary {
    /// Its key.
    pub key: ObjectKey,
    /// Its id; null for what was written while the bucket did not keep versions.
    pub version_id: VersionId,
    /// Whether it is what the key shows now.
    pub is_latest: bool,
    /// When it was stored.
    pub last_modified: SystemTime,
    /// What was stored; none for a delete marker.
    pub content: Option<VersionContent>,
}

/// What a listing says about the content of a version.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionContent {
    /// Its fingerprint.
    pub etag: ETag,
    /// Its length.
    pub size_bytes: u64,
    /// Its storage class.
    pub storage_class: String,
}

/// Some versions, by key and then newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VersionPage {
    /// Versions and delete markers.
    pub versions: Vec<VersionSummary>,
    /// Common prefixes, ending in the delimiter.
    pub common_prefixes: Vec<String>,
    /// Key marker and version marker of the next page, if there is one.
    pub next: Option<(String, Option<VersionId>)>,
}
