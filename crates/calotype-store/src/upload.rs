//! Records of multipart uploads: what was begun, and the parts that have arrived.

use std::time::SystemTime;

use calotype_protocol::names::{BucketName, ETag, ObjectKey, UploadId};

use crate::record::{ObjectAttributes, Segment};

/// An upload that was begun and neither completed nor aborted.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadRecord {
    /// Bucket of the object to be.
    pub bucket: BucketName,
    /// Key of the object to be.
    pub key: ObjectKey,
    /// Names this upload. Ids of one key sort in the order in which the uploads were begun.
    pub upload_id: UploadId,
    /// When it was begun, to the millisecond.
    pub initiated: SystemTime,
    /// Who began it, in the caller's own form of account ids.
    pub initiator: String,
    /// What the object will bear.
    pub attributes: ObjectAttributes,
    /// Text the caller wants to find again at completion.
    pub note: Option<String>,
}

/// A part that has arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPart {
    /// 1 to 10,000.
    pub number: u16,
    /// MD5 of the part.
    pub etag: ETag,
    /// Length of the part.
    pub size_bytes: u64,
    /// CRC-64/XZ of the part.
    pub crc64: u64,
    /// When it arrived, to the millisecond.
    pub last_modified: SystemTime,
    /// Where its bytes are.
    pub segments: Vec<Segment>,
}

/// Which parts to list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListParts {
    /// Only parts with greater numbers.
    pub number_marker: u16,
    /// At most so many.
    pub parts_max: usize,
}

/// Parts in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub struct PartPage {
    /// The upload they belong to.
    pub upload: UploadRecord,
    /// The parts.
    pub parts: Vec<StoredPart>,
    /// Marker for the next page; none if this is the last.
    pub next_number_marker: Option<u16>,
}

impl PartPage {
    /// A page from `parts`, of which there is one more than wanted if there are more.
    pub(crate) fn cut(upload: UploadRecord, mut parts: Vec<StoredPart>, parts_max: usize) -> Self {
        let is_truncated = parts.len() > parts_max;
        parts.truncate(parts_max);
        let last = parts.last().map(|part| part.number);
        Self { upload, next_number_marker: last.filter(|_| is_truncated), parts }
    }
}
