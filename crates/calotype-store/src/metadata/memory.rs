//! Records in memory, for tests and for stores that need not outlive the process.

mod listings;
mod state;
mod versions;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use calotype_protocol::names::{BucketName, ObjectKey, UploadId, VersionId};

use self::state::{Bucket, State, Upload, upload_key};
use super::{
    Batch, BucketChange, MetadataStore, ObjectChange, Published, RemoveObject, Removed, TextKind, UploadParts,
};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::job::{JobPage, JobRecord, JobState, ListJobs};
use crate::listing::{
    ListObjects, ListUploads, ListVersions, ObjectPage, Step, UploadPage, VersionPage, Walk,
};
use crate::record::{BucketRecord, StoredObject};
use crate::upload::{ListParts, PartPage, StoredPart, UploadRecord};

/// A [`MetadataStore`] that forgets everything when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryMetadata {
    state: Mutex<State>,
}

impl MemoryMetadata {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl MetadataStore for MemoryMetadata {
    async fn create_bucket(&self, record: BucketRecord) -> Result<(), StoreError> {
        let mut state = self.lock();
        if let Some(Bucket { record: taken, .. }) = state.buckets.get(&record.name) {
            return Err(StoreError::BucketExists { bucket: record.name, owner: taken.owner.clone() });
        }
        let (objects, uploads, texts, jobs) = Default::default();
        state.buckets.insert(record.name.clone(), Bucket { record, objects, uploads, texts, jobs });
        Ok(())
    }

    async fn bucket(&self, name: &BucketName) -> Result<BucketRecord, StoreError> {
        self.lock().bucket(name).map(|bucket| bucket.record.clone())
    }

    async fn delete_bucket(&self, name: &BucketName) -> Result<(), StoreError> {
        let mut state = self.lock();
        let bucket = state.bucket(name)?;
        if !bucket.objects.is_empty() || !bucket.uploads.is_empty() {
            return Err(StoreError::BucketNotEmpty(name.clone()));
        }
        state.buckets.remove(name);
        Ok(())
    }

    async fn list_buckets(&self, owner: Option<&str>) -> Result<Vec<BucketRecord>, StoreError> {
        let state = self.lock();
        let records = state.buckets.values().map(|bucket| &bucket.record);
        Ok(records.filter(|record| owner.is_none_or(|owner| record.owner == owner)).cloned().collect())
    }

    async fn change_bucket(&self, name: &BucketName, change: BucketChange) -> Result<(), StoreError> {
        let mut state = self.lock();
        let record = &mut state.bucket(name)?.record;
        match change {
            BucketChange::Acl(acl) => record.acl = acl,
            BucketChange::Versioning(versioning) => record.versioning = versioning,
            BucketChange::RetentionDays(days) => record.retention_days = Some(days),
        }
        Ok(())
    }

    async fn put_text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
        text: String,
    ) -> Result<(), StoreError> {
        self.lock().bucket(bucket)?.texts.insert((kind, name.to_owned()), text);
        Ok(())
    }

    async fn text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        Ok(self.lock().bucket(bucket)?.texts.get(&(kind, name.to_owned())).cloned())
    }

    async fn texts(&self, bucket: &BucketName, kind: TextKind) -> Result<Vec<(String, String)>, StoreError> {
        let mut state = self.lock();
        let all = state.bucket(bucket)?.texts.iter();
        Ok(all
            .filter(|((k, _), _)| *k == kind)
            .map(|((_, name), text)| (name.clone(), text.clone()))
            .collect())
    }

    async fn delete_text(&self, bucket: &BucketName, kind: TextKind, name: &str) -> Result<bool, StoreError> {
        Ok(self.lock().bucket(bucket)?.texts.remove(&(kind, name.to_owned())).is_some())
    }

    async fn publish(&self, batch: Batch) -> Result<Published, StoreError> {
        let mut state = self.lock();
        state.check(&batch)?;
        state.apply(batch)
    }

    async fn object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<StoredObject, StoreError> {
        Ok(self.lock().bucket(bucket)?.object(key, version)?.clone())
    }

    async fn change_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
        change: ObjectChange,
    ) -> Result<(), StoreError> {
        let mut state = self.lock();
        let object = state.bucket(bucket)?.object(key, version)?;
        change.apply(&mut object.attributes, object.last_modified)?;
        Ok(())
    }

    async fn remove_objects(
        &self,
        bucket: &BucketName,
        objects: Vec<RemoveObject>,
        now: SystemTime,
    ) -> Result<Removed, StoreError> {
        let mut state = self.lock();
        let mut removed = Removed::default();
        let found = state.bucket(bucket)?;
        for object in &objects {
            let etag =
                found.object(&object.key, object.version.as_ref()).ok().map(|object| object.etag.clone());
            object.check(etag.as_ref())?;
        }
        for object in objects {
            let outcome = state.remove(bucket, object, now, &mut removed.retired)?;
            removed.objects.push(outcome);
        }
        Ok(removed)
    }

    async fn list_objects(&self, bucket: &BucketName, list: &ListObjects) -> Result<ObjectPage, StoreError> {
        Ok(listings::objects(self.lock().bucket(bucket)?, list))
    }

    async fn list_versions(
        &self,
        bucket: &BucketName,
        list: &ListVersions,
    ) -> Result<VersionPage, StoreError> {
        Ok(listings::versions(self.lock().bucket(bucket)?, list))
    }

    async fn create_upload(&self, record: UploadRecord) -> Result<(), StoreError> {
        let mut state = self.lock();
        let key = upload_key(&record.key, &record.upload_id);
        let uploads = &mut state.bucket(&record.bucket)?.uploads;
        uploads.insert(key, Upload { record, parts: BTreeMap::new(), generation: 0 });
        Ok(())
    }

    async fn put_part(
        &self,
        upload: &UploadRecord,
        part: StoredPart,
        shares_blobs: bool,
    ) -> Result<Vec<BlobId>, StoreError> {
        let mut state = self.lock();
        state.upload(&upload.bucket, &upload.key, &upload.upload_id)?;
        if shares_blobs && !part.segments.iter().all(|s| state.blobs.contains_key(&s.blob)) {
            return Err(StoreError::Conflict("object"));
        }
        state.name_blobs(&part.segments);
        let found = state.upload(&upload.bucket, &upload.key, &upload.upload_id)?;
        found.generation += 1;
        let old = found.parts.insert(part.number, part);
        Ok(old.map(|old| state.release_blobs(&old.segments)).unwrap_or_default())
    }

    async fn upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<UploadRecord, StoreError> {
        self.lock().upload(bucket, key, id).map(|upload| upload.record.clone())
    }

    async fn upload_parts(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<UploadParts, StoreError> {
        let mut state = self.lock();
        let Upload { record, parts, generation } = state.upload(bucket, key, id)?;
        let parts = parts.values().cloned().collect();
        Ok(UploadParts { upload: record.clone(), parts, generation: *generation })
    }

    async fn list_parts(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
        list: &ListParts,
    ) -> Result<PartPage, StoreError> {
        let mut state = self.lock();
        let upload = state.upload(bucket, key, id)?;
        let after = upload.parts.range((Bound::Excluded(list.number_marker), Bound::Unbounded));
        let parts = after.take(list.parts_max.saturating_add(1)).map(|(_, part)| part.clone()).collect();
        Ok(PartPage::cut(upload.record.clone(), parts, list.parts_max))
    }

    async fn list_uploads(&self, bucket: &BucketName, list: &ListUploads) -> Result<UploadPage, StoreError> {
        let mut state = self.lock();
        let uploads = &state.bucket(bucket)?.uploads;
        let mut walk = Walk::new(&list.prefix, &list.delimiter, list.entries_max);
        let mut page: Vec<UploadRecord> = Vec::new();
        let mut from = (walk.start(&list.key_marker, list.upload_id_marker.is_some()), UploadId::from(""));
        'seek: while !walk.is_empty() {
            for (at, upload) in uploads.range(from.clone()..) {
                if at.0 >= walk.end() {
                    break 'seek;
                }
                if list.is_seen(&upload.record) {
                    continue;
                }
                match walk.offer(&at.0) {
                    Step::Take => page.push(upload.record.clone()),
                    Step::Seek(next) => {
                        from = (next, UploadId::from(""));
                        continue 'seek;
                    }
                    Step::Full => break 'seek,
                }
            }
            break;
        }
        Ok(walk.into_upload_page(page))
    }

    async fn abort_upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<Vec<BlobId>, StoreError> {
        self.lock().end_upload(bucket, key, id)
    }

    async fn create_job(&self, job: JobRecord) -> Result<(), StoreError> {
        self.lock().bucket(&job.bucket)?.jobs.insert(job.id.clone(), job);
        Ok(())
    }

    async fn change_job(&self, job: JobRecord, from: JobState) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let kept = state.bucket(&job.bucket)?.jobs.get_mut(&job.id).filter(|kept| kept.state == from);
        let is_changed = kept.is_some();
        if let Some(kept) = kept {
            *kept = job;
        }
        Ok(is_changed)
    }

    async fn job(&self, bucket: &BucketName, id: &str) -> Result<Option<JobRecord>, StoreError> {
        Ok(self.lock().bucket(bucket)?.jobs.get(id).cloned())
    }

    async fn list_jobs(&self, bucket: &BucketName, list: &ListJobs) -> Result<JobPage, StoreError> {
        let mut state = self.lock();
        let mut jobs: Vec<&JobRecord> = state.bucket(bucket)?.jobs.values().collect();
        if list.newest_first {
            jobs.reverse();
        }
        let is_past = |job: &&JobRecord| match &list.marker {
            Some(marker) if list.newest_first => job.id < *marker,
            Some(marker) => job.id > *marker,
            None => true,
        };
        let found = jobs.into_iter().filter(is_past).filter(|job| list.matches(job));
        Ok(JobPage::cut(found.take(list.jobs_max + 1).cloned().collect(), list.jobs_max))
    }

    async fn pending_jobs(&self, jobs_max: usize) -> Result<Vec<JobRecord>, StoreError> {
        let state = self.lock();
        let jobs = state.buckets.values().flat_map(|bucket| bucket.jobs.values());
        let mut pending: Vec<JobRecord> = jobs.filter(|job| job.state.is_pending()).cloned().collect();
        pending.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        pending.truncate(jobs_max);
        Ok(pending)
    }

    async fn count_pending_jobs(&self, bucket: &BucketName) -> Result<u64, StoreError> {
        let mut state = self.lock();
        let pending = state.bucket(bucket)?.jobs.values().filter(|job| job.state.is_pending());
        Ok(pending.count() as u64)
    }

    async fn forget_jobs(&self, ended_before: SystemTime) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for bucket in self.lock().buckets.values_mut() {
            let before = bucket.jobs.len();
            bucket.jobs.retain(|_, job| {
                job.state.is_pending() || job.ended.is_none_or(|ended| ended >= ended_before)
            });
            forgotten += (before - bucket.jobs.len()) as u64;
        }
        Ok(forgotten)
    }

    async fn known_blobs(&self, ids: &[BlobId]) -> Result<Vec<bool>, StoreError> {
        let state = self.lock();
        Ok(ids.iter().map(|id| state.blobs.contains_key(id)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_promises() {
        crate::metadata::conformance::check_metadata_store(&MemoryMetadata::new()).await;
    }
}
