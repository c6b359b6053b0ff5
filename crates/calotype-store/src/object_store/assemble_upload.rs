//! `assemble_upload`: the object that the parts of an upload make, before anybody else sees it.

use std::sync::Arc;

use calotype_protocol::names::{BucketName, ETag, ObjectKey, UploadId};

use super::{ObjectReader, ObjectStore, now};
use crate::crc64;
use crate::digest::Md5;
use crate::error::StoreError;
use crate::metadata::{FinishUpload, UploadParts};
use crate::record::{ObjectBody, StoredObject};
use crate::upload::{StoredPart, UploadRecord};

/// A part the client wants in the object.
#[derive(Debug, Clone, PartialEq)]
pub struct CompletedPart {
    /// Its number.
    pub number: u16,
    /// The entity tag it was given when it arrived.
    pub etag: ETag,
}

/// An upload whose parts fit together. Readable, not yet visible.
pub struct AssembledUpload {
    pub(super) upload: UploadRecord,
    pub(super) requested: Vec<CompletedPart>,
    pub(super) reader: ObjectReader,
    pub(super) finish: FinishUpload,
}

impl AssembledUpload {
    /// The upload as it was begun, with its note.
    pub fn upload(&self) -> &UploadRecord {
        &self.upload
    }

    /// The object to be: its record, and its bytes.
    pub fn reader(&self) -> &ObjectReader {
        &self.reader
    }
}

impl ObjectStore {
    /// Checks that `parts` can be put together, and gives access to what they make. Nothing changes yet.
    ///
    /// Checked in this order: [`StoreError::NoSuchUpload`], [`StoreError::InvalidPartOrder`],
    /// [`StoreError::InvalidPart`], [`StoreError::PartTooSmall`]. Without any part it is an invalid part 1.
    ///
    /// Spec: spec/cos/multipart.md, Complete.
    pub async fn assemble_upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
        parts: Vec<CompletedPart>,
    ) -> Result<AssembledUpload, StoreError> {
        const ATTEMPTS_MAX: usize = 16;
        for _ in 0..ATTEMPTS_MAX {
            let found = self.inner.metadata.upload_parts(bucket, key, id).await?;
            let chosen = choose(&found.parts, &parts)?;
            check_sizes(&chosen, self.inner.config.part_size_bytes_min)?;
            let object = joined(&found.upload, &chosen);
            let leases = self.inner.lease(object.body.segments());
            // Unchanged after leasing: every blob was there when it was leased, and so it stays.
            let UploadParts { generation, .. } = self.inner.metadata.upload_parts(bucket, key, id).await?;
            if generation == found.generation {
                let reader = ObjectReader::new(&self.inner, Arc::new(object), None, leases, None);
                let (bucket, key, upload_id) = (bucket.clone(), key.clone(), id.clone());
                let finish = FinishUpload { bucket, key, upload_id, generation };
                return Ok(AssembledUpload { upload: found.upload, requested: parts, reader, finish });
            }
        }
        Err(StoreError::Conflict("upload"))
    }
}

fn choose(found: &[StoredPart], wanted: &[CompletedPart]) -> Result<Vec<StoredPart>, StoreError> {
    if wanted.is_empty() {
        return Err(StoreError::InvalidPart { number: 1 });
    }
    if !wanted.is_sorted_by(|a, b| a.number < b.number) {
        return Err(StoreError::InvalidPartOrder);
    }
    let find = |part: &CompletedPart| {
        let at = found.binary_search_by_key(&part.number, |p| p.number).ok();
        let is_same = |p: &&StoredPart| p.etag == part.etag;
        at.map(|at| &found[at])
            .filter(is_same)
            .cloned()
            .ok_or(StoreError::InvalidPart { number: part.number })
    };
    wanted.iter().map(find).collect()
}

fn check_sizes(parts: &[StoredPart], size_bytes_min: u64) -> Result<(), StoreError> {
    let all_but_last = &parts[..parts.len().saturating_sub(1)];
    match all_but_last.iter().find(|part| part.size_bytes < size_bytes_min) {
        Some(&StoredPart { number, size_bytes, .. }) => {
            Err(StoreError::PartTooSmall { number, size_bytes, size_bytes_min })
        }
        None => Ok(()),
    }
}

/// The record of the whole, from the records of its parts alone.
fn joined(upload: &UploadRecord, parts: &[StoredPart]) -> StoredObject {
    let mut md5 = Md5::new();
    let (mut crc64, mut size_bytes) = (0, 0);
    for part in parts {
        md5.update(&part.etag.digest());
        crc64 = crc64::combine(crc64, part.crc64, part.size_bytes);
        size_bytes += part.size_bytes;
    }
    StoredObject {
        bucket: upload.bucket.clone(),
        key: upload.key.clone(),
        version_id: None,
        etag: ETag::from_parts(md5.finish(), parts.len()),
        size_bytes,
        crc64,
        last_modified: now(),
        attributes: upload.attributes.clone(),
        body: ObjectBody::Segments(parts.iter().flat_map(|part| part.segments.clone()).collect()),
    }
}
