//! Records in SQLite, inside this process: one writer thread that commits in groups, readers on the spot.

mod buckets;
mod jobs;
mod listings;
mod objects;
mod readers;
mod rows;
mod schema;
mod uploads;
mod versions;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use calotype_protocol::names::{BucketName, ObjectKey, UploadId, VersionId};
use rusqlite::Connection;

use super::{
    Batch, BucketChange, MetadataStore, ObjectChange, Published, RemoveObject, Removed, TextKind, UploadParts,
};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::job::{JobPage, JobRecord, JobState, ListJobs};
use crate::listing::{ListObjects, ListUploads, ListVersions, ObjectPage, UploadPage, VersionPage};
use crate::record::{BucketRecord, StoredObject};
use crate::upload::{ListParts, PartPage, StoredPart, UploadRecord};

const BACKEND: &str = "embedded database";

/// A [`MetadataStore`] in one SQLite file. Only one process may have it open.
pub struct EmbeddedMetadata {
    // In this order: the writer has to be done before the readers' connections close the database.
    writer: writer::Writer,
    readers: Arc<readers::Readers>,
}

impl EmbeddedMetadata {
    /// Opens the file, which is made or brought up to date if need be. Errors: [`StoreError::NewerSchema`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connect(path)?;
        schema::bring_up_to_date(&mut connection)?;
        let writer = writer::Writer::start(connection)?;
        Ok(Self { writer, readers: Arc::new(readers::Readers::new(path)) })
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.write(work).await
    }

    /// A short read, done on the spot: a point look-up takes 10 to 20 µs of pages that are as a rule in memory, and
    /// handing it to another thread and back costs small requests a quarter of their speed.
    fn look_up<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.readers.read(work)
    }

    /// A read of many rows, done where it may block.
    async fn scan<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        let scanned = tokio::task::spawn_blocking(move || readers.read(work)).await;
        scanned.map_err(|error| StoreError::backend(BACKEND, "read records", error))?
    }
}

/// Opens one connection with the settings all of them share.
fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    // FULL: a commit is on the disk when it returns. The WAL lets readers go on meanwhile.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = OFF;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA busy_timeout = 10000;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::backend(BACKEND, "read or write records", error)
    }
}

#[async_trait]
impl MetadataStore for EmbeddedMetadata {
    async fn create_bucket(&self, bucket: BucketRecord) -> Result<(), StoreError> {
        self.write(move |db| buckets::create(db, &bucket)).await
    }

    async fn bucket(&self, name: &BucketName) -> Result<BucketRecord, StoreError> {
        self.look_up(|db| buckets::find(db, name))
    }

    async fn delete_bucket(&self, name: &BucketName) -> Result<(), StoreError> {
        let name = name.clone();
        self.write(move |db| buckets::delete(db, &name)).await
    }

    async fn list_buckets(&self, owner: Option<&str>) -> Result<Vec<BucketRecord>, StoreError> {
        let owner = owner.map(str::to_owned);
        self.scan(move |db| buckets::list(db, owner.as_deref())).await
    }

    async fn change_bucket(&self, name: &BucketName, change: BucketChange) -> Result<(), StoreError> {
        let name = name.clone();
        self.write(move |db| buckets::change(db, &name, &change)).await
    }

    async fn put_text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
        text: String,
    ) -> Result<(), StoreError> {
        let (bucket, name) = (bucket.clone(), name.to_owned());
        self.write(move |db| buckets::put_text(db, &bucket, kind, &name, &text)).await
    }

    async fn text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        self.look_up(|db| buckets::text(db, bucket, kind, name))
    }

    async fn texts(&self, bucket: &BucketName, kind: TextKind) -> Result<Vec<(String, String)>, StoreError> {
        let bucket = bucket.clone();
        self.scan(move |db| buckets::texts(db, &bucket, kind)).await
    }

    async fn delete_text(&self, bucket: &BucketName, kind: TextKind, name: &str) -> Result<bool, StoreError> {
        let (bucket, name) = (bucket.clone(), name.to_owned());
        self.write(move |db| buckets::delete_text(db, &bucket, kind, &name)).await
    }

    async fn publish(&self, batch: Batch) -> Result<Published, StoreError> {
        self.write(move |db| objects::publish(db, batch)).await
    }

    async fn object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<StoredObject, StoreError> {
        self.look_up(|db| objects::find(db, bucket, key, version))
    }

    async fn change_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
        change: ObjectChange,
    ) -> Result<(), StoreError> {
        let (bucket, key, version) = (bucket.clone(), key.clone(), version.cloned());
        self.write(move |db| objects::change(db, &bucket, &key, version.as_ref(), change)).await
    }

    async fn remove_objects(
        &self,
        bucket: &BucketName,
        objects: Vec<RemoveObject>,
        now: SystemTime,
    ) -> Result<Removed, StoreError> {
        let bucket = bucket.clone();
        self.write(move |db| objects::remove(db, &bucket, &objects, now)).await
    }

    async fn list_objects(&self, bucket: &BucketName, list: &ListObjects) -> Result<ObjectPage, StoreError> {
        let (bucket, list) = (bucket.clone(), list.clone());
        self.scan(move |db| listings::objects(db, &bucket, &list)).await
    }

    async fn list_versions(
        &self,
        bucket: &BucketName,
        list: &ListVersions,
    ) -> Result<VersionPage, StoreError> {
        let (bucket, list) = (bucket.clone(), list.clone());
        self.scan(move |db| listings::versions(db, &bucket, &list)).await
    }

    async fn create_upload(&self, upload: UploadRecord) -> Result<(), StoreError> {
        self.write(move |db| uploads::create(db, &upload)).await
    }

    async fn put_part(
        &self,
        upload: &UploadRecord,
        part: StoredPart,
        shares_blobs: bool,
    ) -> Result<Vec<BlobId>, StoreError> {
        let upload = upload.clone();
        self.write(move |db| uploads::put_part(db, &upload, &part, shares_blobs)).await
    }

    async fn upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<UploadRecord, StoreError> {
        self.look_up(|db| Ok(uploads::find(db, bucket, key, id)?.0))
    }

    async fn upload_parts(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<UploadParts, StoreError> {
        let (bucket, key, id) = (bucket.clone(), key.clone(), id.clone());
        self.scan(move |db| uploads::all_parts(db, &bucket, &key, &id)).await
    }

    async fn list_parts(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
        list: &ListParts,
    ) -> Result<PartPage, StoreError> {
        let (bucket, key, id, list) = (bucket.clone(), key.clone(), id.clone(), list.clone());
        self.scan(move |db| uploads::list_parts(db, &bucket, &key, &id, &list)).await
    }

    async fn list_uploads(&self, bucket: &BucketName, list: &ListUploads) -> Result<UploadPage, StoreError> {
        let (bucket, list) = (bucket.clone(), list.clone());
        self.scan(move |db| uploads::list(db, &bucket, &list)).await
    }

    async fn abort_upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<Vec<BlobId>, StoreError> {
        let (bucket, key, id) = (bucket.clone(), key.clone(), id.clone());
        self.write(move |db| uploads::end(db, &bucket, &key, &id)).await
    }

    async fn create_job(&self, job: JobRecord) -> Result<(), StoreError> {
        self.write(move |db| jobs::create(db, &job)).await
    }

    async fn change_job(&self, job: JobRecord, from: JobState) -> Result<bool, StoreError> {
        self.write(move |db| jobs::change(db, &job, from)).await
    }

    async fn job(&self, bucket: &BucketName, id: &str) -> Result<Option<JobRecord>, StoreError> {
        self.look_up(|db| jobs::find(db, bucket, id))
    }

    async fn list_jobs(&self, bucket: &BucketName, list: &ListJobs) -> Result<JobPage, StoreError> {
        let (bucket, list) = (bucket.clone(), list.clone());
        self.scan(move |db| jobs::list(db, &bucket, &list)).await
    }

    async fn pending_jobs(&self, jobs_max: usize) -> Result<Vec<JobRecord>, StoreError> {
        self.scan(move |db| jobs::pending(db, jobs_max)).await
    }

    async fn count_pending_jobs(&self, bucket: &BucketName) -> Result<u64, StoreError> {
        let bucket = bucket.clone();
        self.scan(move |db| jobs::count_pending(db, &bucket)).await
    }

    async fn forget_jobs(&self, ended_before: SystemTime) -> Result<u64, StoreError> {
        self.write(move |db| jobs::forget(db, ended_before)).await
    }

    async fn known_blobs(&self, ids: &[BlobId]) -> Result<Vec<bool>, StoreError> {
        let ids = ids.to_vec();
        self.scan(move |db| objects::known_blobs(db, &ids)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn embedded_keeps_the_promises() {
        let folder = tempfile::tempdir().unwrap();
        let metadata = EmbeddedMetadata::open(&folder.path().join("calotype.db")).unwrap();
        crate::metadata::conformance::check_metadata_store(&metadata).await;
    }
}
