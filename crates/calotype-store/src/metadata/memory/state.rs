//! The maps behind the store in memory, and the changes that keep them in step.

use std::collections::{BTreeMap, HashMap};

use calotype_protocol::names::{BucketName, ObjectKey, UploadId};

use super::versions::Version;
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::job::JobRecord;
use crate::metadata::{Batch, BatchObject, FinishUpload, Published, TextKind};
use crate::record::{BucketRecord, Segment};
use crate::upload::{StoredPart, UploadRecord};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) buckets: BTreeMap<BucketName, Bucket>,
    /// How many records point to each blob.
    pub(super) blobs: HashMap<BlobId, u64>,
}

#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) record: BucketRecord,
    pub(super) objects: BTreeMap<Vec<u8>, Vec<Version>>,
    pub(super) uploads: BTreeMap<(Vec<u8>, UploadId), Upload>,
    pub(super) texts: BTreeMap<(TextKind, String), String>,
    pub(super) jobs: BTreeMap<String, JobRecord>,
}

#[derive(Debug)]
pub(super) struct Upload {
    pub(super) record: UploadRecord,
    pub(super) parts: BTreeMap<u16, StoredPart>,
    pub(super) generation: u64,
}

impl State {
    pub(super) fn bucket(&mut self, name: &BucketName) -> Result<&mut Bucket, StoreError> {
        self.buckets.get_mut(name).ok_or_else(|| StoreError::NoSuchBucket(name.clone()))
    }

    pub(super) fn upload(
        &mut self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<&mut Upload, StoreError> {
        let uploads = &mut self.bucket(bucket)?.uploads;
        uploads.get_mut(&upload_key(key, id)).ok_or_else(|| StoreError::NoSuchUpload(id.clone()))
    }

    pub(super) fn name_blobs(&mut self, segments: &[Segment]) {
        for segment in segments {
            *self.blobs.entry(segment.blob).or_default() += 1;
        }
    }

    /// Takes one record's claim off its blobs and returns those nobody claims any more.
    pub(super) fn release_blobs(&mut self, segments: &[Segment]) -> Vec<BlobId> {
        let mut retired = Vec::new();
        for segment in segments {
            if let Some(claims) = self.blobs.get_mut(&segment.blob) {
                *claims -= 1;
                if *claims == 0 {
                    self.blobs.remove(&segment.blob);
                    retired.push(segment.blob);
                }
            }
        }
        retired
    }

    /// Everything that can be wrong with a batch, before anything is changed.
    pub(super) fn check(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if let Some(FinishUpload { bucket, key, upload_id, generation }) = &batch.finish
            && self.upload(bucket, key, upload_id)?.generation != *generation
        {
            return Err(StoreError::Conflict("upload"));
        }
        for (index, BatchObject { object, only_if, shared_segments }) in batch.objects.iter().enumerate() {
            let is_same = |o: &&BatchObject| o.object.bucket == object.bucket && o.object.key == object.key;
            let bucket = self.bucket(&object.bucket)?;
            let earlier = batch.objects[..index].iter().rfind(is_same).map(|entry| &entry.object);
            let current = earlier.or_else(|| bucket.current(object.key.as_bytes()));
            let replaced = bucket.record.versioning.next_id();
            if bucket.retains(object.key.as_bytes(), &replaced, object.last_modified) {
                return Err(StoreError::ObjectLocked(object.key.clone()));
            }
            only_if.check(&object.key, bucket.record.versioning, current.map(|current| &current.etag))?;
            let shared = object.body.segments().iter().take(*shared_segments);
            if !shared.map(|segment| segment.blob).all(|blob| self.blobs.contains_key(&blob)) {
                return Err(StoreError::Conflict("object"));
            }
        }
        Ok(())
    }

    pub(super) fn apply(&mut self, batch: Batch) -> Result<Published, StoreError> {
        let mut published = Published::default();
        for BatchObject { mut object, .. } in batch.objects {
            self.name_blobs(object.body.segments());
            let bucket = self.bucket(&object.bucket)?;
            let id = bucket.record.versioning.next_id();
            object.version_id = Some(id.clone()).filter(|id| !id.is_null());
            let version = Version { id, made: object.last_modified, object: Some(object.clone()) };
            let replaced = bucket.add(object.key.as_bytes(), version);
            if let Some(old) = replaced.and_then(|version| version.object) {
                published.retired.extend(self.release_blobs(old.body.segments()));
            }
            published.objects.push(object);
        }
        if let Some(FinishUpload { bucket, key, upload_id, .. }) = batch.finish {
            published.retired.extend(self.end_upload(&bucket, &key, &upload_id)?);
        }
        Ok(published)
    }

    pub(super) fn end_upload(
        &mut self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<Vec<BlobId>, StoreError> {
        let ended = self.bucket(bucket)?.uploads.remove(&upload_key(key, id));
        let ended = ended.ok_or_else(|| StoreError::NoSuchUpload(id.clone()))?;
        Ok(ended.parts.values().flat_map(|part| self.release_blobs(&part.segments)).collect())
    }
}

pub(super) fn upload_key(key: &ObjectKey, id: &UploadId) -> (Vec<u8>, UploadId) {
    (key.as_bytes().to_vec(), id.clone())
}
