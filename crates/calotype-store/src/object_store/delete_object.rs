//! `delete_object`, `delete_objects` and changes to an object that leave its content alone.

use std::sync::Arc;

use calotype_protocol::names::{BucketName, ObjectKey, VersionId};

use super::ObjectStore;
use super::publish::detached;
use crate::error::StoreError;
use crate::metadata::ObjectChange;
use crate::record::Acl;

/// What became of one deletion.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletedObject {
    /// The key that was named.
    pub key: ObjectKey,
    /// Whether there was anything to delete.
    pub existed: bool,
    /// The version that was deleted or made, if the bucket keeps versions.
    pub version_id: Option<VersionId>,
    /// Whether that version is a delete marker.
    pub is_delete_marker: bool,
}

impl ObjectStore {
    /// Deletes an object. One that is not there is no error.
    ///
    /// Errors: [`StoreError::NoSuchBucket`].
    pub async fn delete_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<DeletedObject, StoreError> {
        let deleted = self.delete_objects(bucket, vec![(key.clone(), version.cloned())]).await?;
        deleted.into_iter().next().ok_or_else(|| StoreError::NoSuchKey(key.clone()))
    }

    /// Deletes several objects in one step and tells what became of each, in order.
    ///
    /// Errors: [`StoreError::NoSuchBucket`].
    pub async fn delete_objects(
        &self,
        bucket: &BucketName,
        objects: Vec<(ObjectKey, Option<VersionId>)>,
    ) -> Result<Vec<DeletedObject>, StoreError> {
        // Without versions there is one version of each key, and its name is null.
        let is_current = |version: &Option<VersionId>| version.as_ref().is_none_or(VersionId::is_null);
        let keys: Vec<_> =
            objects.iter().filter(|(_, v)| is_current(v)).map(|(key, _)| key.clone()).collect();
        let (inner, in_bucket) = (Arc::clone(&self.inner), bucket.clone());
        let existed = detached(async move {
            let cached: Vec<_> = keys.iter().map(|key| (in_bucket.clone(), key.clone())).collect();
            let writing = inner.objects.begin_write(&cached);
            let outcome = inner.metadata.remove_objects(&in_bucket, keys).await;
            drop(writing);
            let removed = outcome?;
            inner.retire_all(removed.retired);
            Ok(removed.existed)
        });
        let mut existed = existed.await?.into_iter();
        let deleted = |(key, version): (ObjectKey, Option<VersionId>)| {
            let existed = is_current(&version) && existed.next().unwrap_or(false);
            DeletedObject { key, existed, version_id: version, is_delete_marker: false }
        };
        Ok(objects.into_iter().map(deleted).collect())
    }

    /// Replaces the access list of an object.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::NoSuchKey`], [`StoreError::NoSuchVersion`].
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
