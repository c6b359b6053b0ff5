//! Texts a bucket keeps by name: configuration documents and styles.

use std::collections::BTreeMap;
use std::sync::Arc;

use calotype_protocol::names::BucketName;

use super::ObjectStore;
use super::publish::detached;
use crate::error::StoreError;
use crate::metadata::TextKind;

/// The documents of a bucket, by name.
pub type Documents = BTreeMap<String, String>;

/// Bytes a bucket's documents take in memory, roughly.
pub(super) fn weight(documents: &Arc<Documents>) -> u32 {
    const ENTRY: usize = 64;
    let size_bytes: usize = documents.iter().map(|(name, text)| name.len() + text.len() + ENTRY).sum();
    u32::try_from(size_bytes + ENTRY).unwrap_or(u32::MAX)
}

impl ObjectStore {
    /// All texts of the kind [`TextKind::Document`], as a rule from memory: the same `Arc` until one of them changes.
    ///
    /// Errors: [`StoreError::NoSuchBucket`].
    pub async fn documents(&self, bucket: &BucketName) -> Result<Arc<Documents>, StoreError> {
        let cache = &self.inner.documents;
        if let Some(documents) = cache.get(bucket) {
            return Ok(documents);
        }
        let ticket = cache.ticket(bucket);
        let documents = self.inner.metadata.texts(bucket, TextKind::Document).await?;
        let documents: Arc<Documents> = Arc::new(documents.into_iter().collect());
        if let Some(ticket) = ticket {
            cache.fill(ticket, bucket.clone(), Arc::clone(&documents));
        }
        Ok(documents)
    }

    /// Keeps a text under a name, instead of the one that was there. Errors: [`StoreError::NoSuchBucket`].
    pub async fn put_text(
        &self,
        bucket: &BucketName,
        kind: TextKind,
        name: &str,
        text: String,
    ) -> Result<(), StoreError> {
        let (inner, bucket, name) = (Arc::clone(&self.inner), bucket.clone(), name.to_owned());
        detached(async move {
            let _writing = inner.documents.begin_write([&bucket]);
            inner.metadata.put_text(&bucket, kind, &name, text).await
        })
        .await
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
        detached(async move {
            let _writing = inner.documents.begin_write([&bucket]);
            inner.metadata.delete_text(&bucket, kind, &name).await
        })
        .await
    }
}
