//! `list_objects` and `list_versions`: pages of keys.

use calotype_protocol::names::BucketName;

use super::ObjectStore;
use crate::error::StoreError;
use crate::listing::{ListObjects, ListVersions, ObjectPage, VersionPage};

impl ObjectStore {
    /// A page of the objects of a bucket, in byte order of their keys. An object is listed as soon as it is stored.
    ///
    /// Errors: [`StoreError::NoSuchBucket`].
    pub async fn list_objects(
        &self,
        bucket: &BucketName,
        list: &ListObjects,
    ) -> Result<ObjectPage, StoreError> {
        self.inner.metadata.list_objects(bucket, list).await
    }

    /// A page of all versions of the objects of a bucket, by key and then newest first.
    ///
    /// Errors: [`StoreError::NoSuchBucket`].
    pub async fn list_versions(
        &self,
        bucket: &BucketName,
        list: &ListVersions,
    ) -> Result<VersionPage, StoreError> {
        self.inner.metadata.list_versions(bucket, list).await
    }
}
