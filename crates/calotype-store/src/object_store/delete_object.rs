//! `delete_object`, `delete_objects` and changes to an object that leave its content alone.

use std::sync::Arc;
use std::time::SystemTime;

use calotype_protocol::names::{BucketName, ObjectKey, VersionId};

use super::publish::detached;
use super::{ObjectStore, now};
use crate::error::StoreError;
use crate::metadata::{ObjectChange, RemoveObject, RemovedObject};
use crate::record::{Acl, Restore};

impl ObjectStore {
    /// Deletes an object, or one version of it, as [`ObjectStore::delete_objects`] does.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::ObjectLocked`].
    pub async fn delete_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<RemovedObject, StoreError> {
        let object = RemoveObject::new(key.clone(), version.cloned());
        let deleted = self.delete_objects(bucket, vec![object]).await?;
        match deleted.into_iter().next() {
            Some(locked) if locked.is_locked => Err(StoreError::ObjectLocked(key.clone())),
            deleted => Ok(deleted.unwrap_or_default()),
        }
    }

    /// Deletes several objects in one step and tells what became of each, in order.
    ///
    /// A version that is named is gone. Without a version the object is gone, or hidden behind a delete marker where
    /// versions are kept.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::PreconditionFailed`]. Nothing is deleted then.
    pub async fn delete_objects(
        &self,
        bucket: &BucketName,
        objects: Vec<RemoveObject>,
    ) -> Result<Vec<RemovedObject>, StoreError> {
        let (inner, bucket) = (Arc::clone(&self.inner), bucket.clone());
        detached(async move {
            let cached: Vec<_> = objects.iter().map(|object| (bucket.clone(), object.key.clone())).collect();
            let writing = inner.objects.begin_write(&cached);
            let outcome = inner.metadata.remove_objects(&bucket, objects, now()).await;
            drop(writing);
            let removed = outcome?;
            inner.retire_all(removed.retired);
            Ok(removed.objects)
        })
        .await
    }

    /// Replaces the access list of an object.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::NoSuchKey`], [`StoreError::NoSuchVersion`],
    /// [`StoreError::DeleteMarker`].
    pub async fn set_object_acl(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
        acl: Acl,
    ) -> Result<(), StoreError> {
        self.change_object(bucket, key, version, ObjectChange::Acl(acl)).await
    }

    /// Replaces the tags of an object. Errors: as [`ObjectStore::set_object_acl`].
    pub async fn set_object_tags(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
        tags: Vec<(String, String)>,
    ) -> Result<(), StoreError> {
        self.change_object(bucket, key, version, ObjectChange::Tags(tags)).await
    }

    /// Notes that archived content was asked for. Errors: as [`ObjectStore::set_object_acl`].
    pub async fn set_object_restore(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
        restore: Restore,
    ) -> Result<(), StoreError> {
        self.change_object(bucket, key, version, ObjectChange::Restore(restore)).await
    }

    /// Gives an object another storage class, if it is still the one that was stored at `stored`.
    ///
    /// Errors: as [`ObjectStore::set_object_acl`]; [`StoreError::Conflict`] if another took its place.
    pub async fn set_object_class(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: &VersionId,
        class: String,
        stored: SystemTime,
    ) -> Result<(), StoreError> {
        self.change_object(bucket, key, Some(version), ObjectChange::StorageClass { class, stored }).await
    }

    async fn change_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
        change: ObjectChange,
    ) -> Result<(), StoreError> {
        let (inner, at, version) = (Arc::clone(&self.inner), (bucket.clone(), key.clone()), version.cloned());
        detached(async move {
            let _writing = inner.objects.begin_write([&at]);
            inner.metadata.change_object(&at.0, &at.1, version.as_ref(), change).await
        })
        .await
    }
}
