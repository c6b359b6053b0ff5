//! `copy_object`: the same content under another key, without moving it.

use std::sync::Arc;

use calotype_protocol::names::{BucketName, ObjectKey};

use super::receive::Incoming;
use super::{ObjectReader, ObjectStore, now};
use crate::error::StoreError;
use crate::metadata::{Batch, BatchObject};
use crate::precondition::Precondition;
use crate::record::{ObjectAttributes, StoredObject};

/// Where a copy goes and what it bears.
#[derive(Debug, Clone)]
pub struct CopyObject {
    /// Bucket it goes to.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// What is said about the copy. Nothing is taken over from the source.
    pub attributes: ObjectAttributes,
    /// What has to be true of an object that is there already.
    pub only_if: Precondition,
}

impl ObjectStore {
    /// Copies an object as it was when `source` was got. The copy has the entity tag of its source.
    ///
    /// The content is shared, not read, as long as the source is still there.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::AlreadyExists`],
    /// [`StoreError::PreconditionFailed`].
    pub async fn copy_object(
        &self,
        source: &ObjectReader,
        copy: CopyObject,
    ) -> Result<StoredObject, StoreError> {
        let from = source.object();
        let object = StoredObject {
            bucket: copy.bucket,
            key: copy.key,
            version_id: None,
            etag: from.etag.clone(),
            size_bytes: from.size_bytes,
            crc64: from.crc64,
            last_modified: now(),
            attributes: copy.attributes,
            body: from.body.clone(),
        };
        let shared_segments = object.body.segments().len();
        let entry = BatchObject { object, only_if: copy.only_if, shared_segments };
        let shared = self.publish(Batch { objects: vec![entry.clone()], finish: None }, Arc::default()).await;
        match shared {
            // The source was deleted meanwhile. Its bytes are still ours to read.
            Err(StoreError::Conflict(_)) => self.copy_bytes(source, entry).await,
            stored => only(stored?, from),
        }
    }

    async fn copy_bytes(
        &self,
        source: &ObjectReader,
        mut entry: BatchObject,
    ) -> Result<StoredObject, StoreError> {
        let body = source.read(None).await?.into_stream();
        let incoming = Incoming::new(body, Some(entry.object.size_bytes), u64::MAX);
        let arrived = self.inner.take_in(incoming, self.inner.config.inline_bytes_max).await?;
        entry.object.body = arrived.body;
        entry.shared_segments = 0;
        let batch = Batch { objects: vec![entry], finish: None };
        only(self.publish(batch, Arc::new(arrived.pending.into_iter().collect())).await?, source.object())
    }
}

fn only(stored: Vec<StoredObject>, from: &Arc<StoredObject>) -> Result<StoredObject, StoreError> {
    stored.into_iter().next().ok_or_else(|| StoreError::NoSuchKey(from.key.clone()))
}
