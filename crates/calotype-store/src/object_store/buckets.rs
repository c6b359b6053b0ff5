//! Buckets: made, looked up, listed, changed and removed.

use std::sync::Arc;

use calotype_protocol::names::BucketName;

use super::publish::detached;
use super::{ObjectStore, now};
use crate::error::StoreError;
use crate::metadata::BucketChange;
use crate::record::BucketRecord;

impl BucketRecord {
    /// A bucket that is made now, for its owner alone.
    pub fn new(name: BucketName, owner: impl Into<String>, region: impl Into<String>) -> Self {
        let (owner, region) = (owner.into(), region.into());
        let (acl, traits, versioning, retention_days) = Default::default();
        Self { name, owner, region, created: now(), acl, traits, versioning, retention_days }
    }
}

impl ObjectStore {
    /// Makes a bucket. Errors: [`StoreError::BucketExists`].
    pub async fn create_bucket(&self, bucket: BucketRecord) -> Result<(), StoreError> {
        let inner = Arc::clone(&self.inner);
        detached(async move {
            let _writing =
                (inner.buckets.begin_write([&bucket.name]), inner.documents.begin_write([&bucket.name]));
            inner.metadata.create_bucket(bucket).await
        })
        .await
    }

    /// The record of a bucket, as a rule from memory. Errors: [`StoreError::NoSuchBucket`].
    pub async fn bucket(&self, name: &BucketName) -> Result<Arc<BucketRecord>, StoreError> {
        let buckets = &self.inner.buckets;
        if let Some(bucket) = buckets.get(name) {
            return Ok(bucket);
        }
        let ticket = buckets.ticket(name);
        let bucket = Arc::new(self.inner.metadata.bucket(name).await?);
        if let Some(ticket) = ticket {
            buckets.fill(ticket, name.clone(), Arc::clone(&bucket));
        }
        Ok(bucket)
    }

    /// Removes a bucket that has no object and no unfinished upload.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::BucketNotEmpty`].
    pub async fn delete_bucket(&self, name: &BucketName) -> Result<(), StoreError> {
        let (inner, name) = (Arc::clone(&self.inner), name.clone());
        detached(async move {
            let _writing = (inner.buckets.begin_write([&name]), inner.documents.begin_write([&name]));
            inner.metadata.delete_bucket(&name).await
        })
        .await
    }

    /// All buckets, or those of one owner, by name.
    pub async fn list_buckets(&self, owner: Option<&str>) -> Result<Vec<BucketRecord>, StoreError> {
        self.inner.metadata.list_buckets(owner).await
    }

    /// Changes a bucket and nothing in it. Errors: [`StoreError::NoSuchBucket`].
    pub async fn change_bucket(&self, name: &BucketName, change: BucketChange) -> Result<(), StoreError> {
        let (inner, name) = (Arc::clone(&self.inner), name.clone());
        detached(async move {
            let _writing = inner.buckets.begin_write([&name]);
            inner.metadata.change_bucket(&name, change).await
        })
        .await
    }
}
