//! Where records are kept: what exists, in which order, and which blobs it lies in.

mod embedded;
mod memory;

#[cfg(test)]
pub(crate) mod conformance;

use std::time::SystemTime;

use async_trait::async_trait;
use calotype_protocol::names::{BucketName, ETag, ObjectKey, UploadId, VersionId};

use crate::blob::BlobId;
use crate::error::StoreError;
use crate::job::{JobPage, JobRecord, JobState, ListJobs};
use crate::listing::{ListObjects, ListUploads, ListVersions, ObjectPage, UploadPage, VersionPage};
use crate::precondition::{Precondition, TagDemand};
use crate::record::{Acl, BucketRecord, ObjectAttributes, Restore, StoredObject, Versioning};
use crate::upload::{ListParts, PartPage, StoredPart, UploadRecord};

pub use embedded::EmbeddedMetadata;
pub use memory::MemoryMetadata;

/// Objects that become visible together.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// The objects, in order; of two with one key the later wins.
    pub objects: Vec<BatchObject>,
    /// An upload that ends with this batch.
    pub finish: Option<FinishUpload>,
}

/// One object of a [`Batch`].
#[derive(Debug, Clone)]
pub struct BatchObject {
    /// The record to be. Its version is decided when it is written.
    pub object: StoredObject,
    /// What has to be true of the object that is there already.
    pub only_if: Precondition,
    /// How many of its segments, from the first on, lie in blobs that other records have. Those must still be known, the
    /// others must be new.
    pub shared_segments: usize,
}

/// An upload that is over once its object is visible.
#[derive(Debug, Clone)]
pub struct FinishUpload {
    /// Bucket of the upload.
    pub bucket: BucketName,
    /// Key of the upload.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// What [`MetadataStore::upload_parts`] said when the parts were read.
    pub generation: u64,
}

/// What came of a [`Batch`].
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// The records as they are now, in the order of the batch.
    pub objects: Vec<StoredObject>,
    /// Blobs no record points to any more.
    pub retired: Vec<BlobId>,
}

/// An object to be removed, or one version of it.
#[derive(Debug, Clone)]
pub struct RemoveObject {
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the object the key shows.
    pub version: Option<VersionId>,
    /// Tags one of which it must have, or else [`StoreError::PreconditionFailed`].
    pub if_match: Option<TagDemand>,
    /// How a listing showed it: what is not so any more stays, and that is no error.
    pub as_listed: Option<AsListed>,
}

/// What a listing said about a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsListed {
    /// When it was stored.
    pub last_modified: SystemTime,
    /// Whether it was the newest of its key.
    pub is_latest: bool,
}

/// What came of deletions.
#[derive(Debug, Clone, Default)]
pub struct Removed {
    /// What became of each object asked for, in order.
    pub objects: Vec<RemovedObject>,
    /// Blobs no record points to any more.
    pub retired: Vec<BlobId>,
}

/// What became of one object that was to be deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemovedObject {
    /// Whether there was anything to delete.
    pub existed: bool,
    /// The version that was named, or the delete marker that was made.
    pub version_id: Option<VersionId>,
    /// Whether that version is a delete marker.
    pub is_delete_marker: bool,
    /// Whether nothing happened, because the bucket retains the object.
    pub is_locked: bool,
}

/// All parts of an upload at one moment.
#[derive(Debug, Clone)]
pub struct UploadParts {
    /// The upload.
    pub upload: UploadRecord,
    /// Its parts in ascending order.
    pub parts: Vec<StoredPart>,
    /// Grows with every change to the parts.
    pub generation: u64,
}

/// A change to a bucket that leaves its objects alone.
#[derive(Debug, Clone)]
pub enum BucketChange {
    /// Another access list.
    Acl(Acl),
    /// What becomes of objects that are replaced or deleted from now on.
    Versioning(Versioning),
    /// For how many days objects can be neither replaced nor removed.
    RetentionDays(u32),
}

/// A change to an object that leaves its content and time alone.
#[derive(Debug, Clone)]
pub enum ObjectChange {
    /// Another access list.
    Acl(Acl),
    /// Other tags.
    Tags(Vec<(String, String)>),
    /// Archived content that is asked for.
    Restore(Restore),
    /// Another storage class, for what was stored at this moment and for nothing stored later.
    StorageClass {
        /// Its name.
        class: String,
        /// When the object was stored.
        stored: SystemTime,
    },
}

impl RemoveObject {
    /// An object to be removed whatever it is.
    pub fn new(key: ObjectKey, version: Option<VersionId>) -> Self {
        Self { key, version, if_match: None, as_listed: None }
    }

    /// - `current`: tag of the object or version that is named, if it is there.
    fn check(&self, current: Option<&ETag>) -> Result<(), StoreError> {
        let if_match = self.if_match.clone();
        let only_if = Precondition { if_match, ..Precondition::default() };
        only_if.check(&self.key, Versioning::default(), current)
    }
}

impl ObjectChange {
    /// - `last_modified`: of the object.
    /// - Errors: [`StoreError::Conflict`] for a change that is for another object.
    fn apply(self, attributes: &mut ObjectAttributes, last_modified: SystemTime) -> Result<(), StoreError> {
        match self {
            Self::Acl(acl) => attributes.acl = acl,
            Self::Tags(tags) => attributes.tags = tags,
            Self::Restore(restore) => attributes.restore = Some(restore),
            Self::StorageClass { stored, .. } if stored != last_modified => {
                return Err(StoreError::Conflict("object"));
            }
            Self::StorageClass { class, .. } => attributes.storage_class = class,
        }
        Ok(())
    }
}

/// Texts a bucket keeps by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextKind {
    /// Configuration documents. All of a bucket together are small and read by every request.
    Document,
    /// Configuration documents of kinds of which a bucket may have many.
    NumerousDocument,
    /// Styles.
    Style,
}

/// Keeps records. It knows names and blob ids, never the bytes of blobs.
///
/// What callers may rely on, and what `conformance.rs` checks:
///
/// - Each method is one atomic step: others see all of it or nothing, also after a crash.
/// - When a change has returned, it survives a crash of the process and of the machine, and every later call sees it.
/// - A method that returned an error changed nothing, and will not change anything later. If an adapter cannot know
///   (a lost connection), it finds out before it returns.
/// - The future of a change may be dropped; the change then happens whole or not at all.
/// - It counts which blobs records point to. A blob is known from the change that names it first until the change
///   that returns it as retired; a retired blob never comes back.
/// - Keys are ordered by their bytes.
///
/// Everything that names a bucket answers [`StoreError::NoSuchBucket`] if there is none.
#[async_trait]
pub trait MetadataStore: Send + Sync + 'static {
    /// Makes a bucket. Errors: [`StoreError::BucketExists`].
    async fn create_bucket(&self, bucket: BucketRecord) -> Result<(), StoreError>;

    /// The record of a bucket.
    async fn bucket(&self, name: &BucketName) -> Result<BucketRecord, StoreError>;

    /// Removes a bucket that has no version of any object and no unfinished upload, with its texts and jobs. Errors:
    /// [`StoreError::BucketNotEmpty`].
    async fn delete_bucket(&self, name: &BucketName) -> Result<(), StoreError>;

    /// All buckets, or those of one owner, by name.
    async fn list_buckets(&self, owner: Option<&str>) -> Result<Vec<BucketRecord>, StoreError>;

    /// Changes a bucket and nothing in it.
    async fn change_bucket(&self, name: &BucketName, change: BucketChange) -> Result<(), StoreError>;

    /// Keeps a text under a name, instead of the one that was there.
    async fn put_text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
        text: String,
    ) -> Result<(), StoreError>;

    /// The text of this name.
    async fn text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
    ) -> Result<Option<String>, StoreError>;

    /// All names and texts of one kind, by name.
    async fn texts(&self, bucket: &BucketName, kind: TextKind) -> Result<Vec<(String, String)>, StoreError>;

    /// Removes the text of this name; says whether there was one.
    async fn delete_text(&self, bucket: &BucketName, kind: TextKind, name: &str) -> Result<bool, StoreError>;

    /// Makes all objects of the batch visible, each instead of the one that had its key. That one is gone, or becomes an
    /// older version, as the bucket's [`Versioning`] says at this moment.
    ///
    /// Errors: [`StoreError::AlreadyExists`] and [`StoreError::PreconditionFailed`] where an object is not what it has to
    /// be; [`StoreError::ObjectLocked`] where one may not be replaced; [`StoreError::NoSuchUpload`];
    /// [`StoreError::Conflict`] if a shared blob is no longer known or the upload has changed.
    async fn publish(&self, batch: Batch) -> Result<Published, StoreError>;

    /// The current object of a key, or one version of it.
    ///
    /// Errors: [`StoreError::NoSuchKey`], [`StoreError::NoSuchVersion`], [`StoreError::DeleteMarker`].
    async fn object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<StoredObject, StoreError>;

    /// Changes an object in place. Errors: as [`MetadataStore::object`], and [`StoreError::Conflict`] for a change that is
    /// for another object.
    async fn change_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
        change: ObjectChange,
    ) -> Result<(), StoreError>;

    /// Removes the versions that are named; those that are not there are no error. An object named without a version
    /// is removed too, or hidden behind a delete marker made at `now`, as the bucket's [`Versioning`] says. What the
    /// bucket retains stays.
    ///
    /// Errors: [`StoreError::PreconditionFailed`].
    async fn remove_objects(
        &self,
        bucket: &BucketName,
        objects: Vec<RemoveObject>,
        now: SystemTime,
    ) -> Result<Removed, StoreError>;

    /// A page of objects. Takes time in the length of the page, however much a delimiter hides.
    async fn list_objects(&self, bucket: &BucketName, list: &ListObjects) -> Result<ObjectPage, StoreError>;

    /// A page of versions. Takes time as [`MetadataStore::list_objects`] does.
    async fn list_versions(
        &self,
        bucket: &BucketName,
        list: &ListVersions,
    ) -> Result<VersionPage, StoreError>;

    /// Begins an upload.
    async fn create_upload(&self, upload: UploadRecord) -> Result<(), StoreError>;

    /// Adds a part, instead of the one of that number, and returns blobs no record points to any more.
    ///
    /// Errors: [`StoreError::NoSuchUpload`]; [`StoreError::Conflict`] if `shares_blobs` and one is no longer known.
    async fn put_part(
        &self,
        upload: &UploadRecord,
        part: StoredPart,
        shares_blobs: bool,
    ) -> Result<Vec<BlobId>, StoreError>;

    /// The upload's own record. Errors: [`StoreError::NoSuchUpload`].
    async fn upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<UploadRecord, StoreError>;

    /// All parts of an upload. Errors: [`StoreError::NoSuchUpload`].
    async fn upload_parts(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<UploadParts, StoreError>;

    /// Some parts of an upload. Errors: [`StoreError::NoSuchUpload`].
    async fn list_parts(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
        list: &ListParts,
    ) -> Result<PartPage, StoreError>;

    /// A page of unfinished uploads.
    async fn list_uploads(&self, bucket: &BucketName, list: &ListUploads) -> Result<UploadPage, StoreError>;

    /// Ends an upload without an object and returns blobs no record points to any more.
    ///
    /// Errors: [`StoreError::NoSuchUpload`].
    async fn abort_upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<Vec<BlobId>, StoreError>;

    /// Keeps a new job.
    async fn create_job(&self, job: JobRecord) -> Result<(), StoreError>;

    /// Takes over state, times, attempts and outcome of `job` if its state is still `from`; says whether it was.
    async fn change_job(&self, job: JobRecord, from: JobState) -> Result<bool, StoreError>;

    /// A job of a bucket.
    async fn job(&self, bucket: &BucketName, id: &str) -> Result<Option<JobRecord>, StoreError>;

    /// A page of jobs of a bucket, in the order of their ids.
    async fn list_jobs(&self, bucket: &BucketName, list: &ListJobs) -> Result<JobPage, StoreError>;

    /// The oldest jobs of all buckets that are not over.
    async fn pending_jobs(&self, jobs_max: usize) -> Result<Vec<JobRecord>, StoreError>;

    /// How many jobs of a bucket are not over.
    async fn count_pending_jobs(&self, bucket: &BucketName) -> Result<u64, StoreError>;

    /// Removes jobs that were over before a moment; says how many.
    async fn forget_jobs(&self, ended_before: SystemTime) -> Result<u64, StoreError>;

    /// For each id, in order: whether a record points to the blob.
    async fn known_blobs(&self, ids: &[BlobId]) -> Result<Vec<bool>, StoreError>;
}
