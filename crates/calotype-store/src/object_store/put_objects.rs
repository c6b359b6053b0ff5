//! `put_objects`: several objects that appear together or not at all.

use std::sync::Arc;

use calotype_protocol::names::{BucketName, ObjectKey};
use futures_util::future::try_join_all;

use super::publish::{Arrived, PendingBlobs};
use super::receive::ReceivedBody;
use super::{Inner, ObjectStore, now};
use crate::error::StoreError;
use crate::metadata::{Batch, BatchObject};
use crate::precondition::Precondition;
use crate::record::{ObjectAttributes, StoredObject};

/// One object of a batch, its content in memory.
#[derive(Debug, Clone)]
pub struct NewObject {
    /// Bucket it goes to.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// What is said about it.
    pub attributes: ObjectAttributes,
    /// Its content, from [`ObjectStore::receive`] or from `Bytes`.
    pub body: ReceivedBody,
    /// What has to be true of an object that is there already.
    pub only_if: Precondition,
}

impl ObjectStore {
    /// Stores all objects or none, and returns them in order.
    ///
    /// Their blobs are written and synced side by side; then one change makes all of them visible. Of two objects with
    /// one key the later wins.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::AlreadyExists`],
    /// [`StoreError::PreconditionFailed`].
    pub async fn put_objects(&self, objects: Vec<NewObject>) -> Result<Vec<StoredObject>, StoreError> {
        let (objects, pending) = self.inner.place_all(objects).await?;
        self.publish(Batch { objects, finish: None }, pending).await
    }
}

impl Inner {
    /// Writes the blobs of a batch side by side.
    pub(super) async fn place_all(
        &self,
        objects: Vec<NewObject>,
    ) -> Result<(Vec<BatchObject>, PendingBlobs), StoreError> {
        let last_modified = now();
        let placing = objects.into_iter().map(|new| async move {
            let Arrived { body, checksums, pending } = self.place(new.body).await?;
            let object = StoredObject {
                bucket: new.bucket,
                key: new.key,
                version_id: None,
                etag: checksums.etag(),
                size_bytes: checksums.size_bytes,
                crc64: checksums.crc64,
                last_modified,
                attributes: new.attributes,
                body,
            };
            let only_if = new.only_if;
            Ok::<_, StoreError>((BatchObject { object, only_if, shared_segments: 0 }, pending))
        });
        let placed = try_join_all(placing).await?;
        let (objects, pending): (Vec<_>, Vec<_>) = placed.into_iter().unzip();
        Ok((objects, Arc::new(pending.into_iter().flatten().collect())))
    }
}
