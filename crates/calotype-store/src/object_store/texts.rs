//! Texts a bucket keeps by name: configuration documents and styles.

use std::sync::Arc;

use calotype_protocol::names::BucketName;

use super::ObjectStore;
use super::publish::detached;
use crate::error::StoreError;
use crate::metadata::TextKind;

impl ObjectStore {
    /// Keeps a text under a name, instead of the one that was there. Errors: [`StoreError::NoSuchBucket`].
    pub async fn put_text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
        text: String,
    ) -> Result<(), StoreError> {
        let (inner, bucket, name) = (Arc::clone(&self.inner), bucket.clone(), name.to_owned());
        detached(async move { inner.metadata.put_text(&bucket, kind, &name, text).await }).await
    }

    /// The text of this name. Errors: [`StoreError::NoSuchBucket`].
    pub async fn text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        self.inner.metadata.text(bucket, kind, name).await
    }

    /// All names and texts of one kind, by name. Errors: [`StoreError::NoSuchBucket`].
    pub async fn texts(
        &self,
        bucket: &BucketName,
        kind: TextKind,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.inner.metadata.texts(bucket, kind).await
    }

    /// Removes the text of this name; says whether there was one. Errors: [`StoreError::NoSuchBucket`].
    pub async fn delete_text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
    ) -> Result<bool, StoreError> {
        let (inner, bucket, name) = (Arc::clone(&self.inner), bucket.clone(), name.to_owned());
        detached(async move { inner.metadata.delete_text(&bucket, kind, &name).await }).await
    }
}
