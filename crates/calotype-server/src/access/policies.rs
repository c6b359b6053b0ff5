//! The policies of buckets, read once for each text.

use std::sync::Arc;

use calotype_protocol::names::BucketName;
use calotype_protocol::policy::Policy;
use calotype_store::{ObjectStore, TextKind};
use moka::future::Cache;

use crate::error::ApiError;

/// Policies that are kept read.
const POLICIES_MAX: u64 = 1000;
/// What the store knows the document by.
const DOCUMENT: &str = "policy";

/// The policies of buckets. Their texts are the store's; a text that was read is not read again.
pub struct Policies {
    by_text: Cache<(BucketName, String), Arc<Policy>>,
}

impl Policies {
    pub(crate) fn new() -> Self {
        Self { by_text: Cache::new(POLICIES_MAX) }
    }

    /// The policy of a bucket, if it has one. Errors: `NoSuchBucket`; a text that is no policy lets nobody in.
    pub(super) async fn of(
        &self,
        store: &ObjectStore,
        bucket: &BucketName,
    ) -> Result<Option<Arc<Policy>>, ApiError> {
        let Some(text) = Self::text(store, bucket).await? else { return Ok(None) };
        let read = async { Policy::of_bucket(&text, bucket).map(Arc::new) };
        let policy = self.by_text.try_get_with((bucket.clone(), text.clone()), read).await;
        policy.map(Some).map_err(|error| ApiError::from((*error).clone()))
    }

    /// The document of a bucket, if it has one. Errors: `NoSuchBucket`.
    pub async fn text(store: &ObjectStore, bucket: &BucketName) -> Result<Option<String>, ApiError> {
        Ok(store.documents(bucket).await?.get(DOCUMENT).cloned())
    }

    /// Keeps a document that was read. Errors: `NoSuchBucket`.
    pub async fn put(store: &ObjectStore, bucket: &BucketName, text: String) -> Result<(), ApiError> {
        Ok(store.put_text(bucket, TextKind::Document, DOCUMENT, text).await?)
    }

    /// Forgets the document. Errors: `NoSuchBucket`.
    pub async fn delete(store: &ObjectStore, bucket: &BucketName) -> Result<(), ApiError> {
        store.delete_text(bucket, TextKind::Document, DOCUMENT).await?;
        Ok(())
    }
}
