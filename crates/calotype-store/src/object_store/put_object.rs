//! `put_object`: one object from a stream, in constant memory.

use std::sync::Arc;

use calotype_protocol::names::{BucketName, ObjectKey};

use super::publish::Arrived;
use super::receive::Incoming;
use super::{ObjectStore, now};
use crate::body::ByteStream;
use crate::error::StoreError;
use crate::metadata::{Batch, BatchObject};
use crate::precondition::Precondition;
use crate::record::{ObjectAttributes, StoredObject};

/// An object to be stored.
#[derive(Debug, Clone)]
pub struct PutObject {
    /// Bucket it goes to.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// What the client says about it.
    pub attributes: ObjectAttributes,
    /// MD5 the client announced.
    pub expected_md5: Option<[u8; 16]>,
    /// Length the client announced.
    pub size_bytes: Option<u64>,
    /// What has to be true of an object that is there already.
    pub only_if: Precondition,
}

impl PutObject {
    /// A put without conditions or attributes.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            attributes: ObjectAttributes::default(),
            expected_md5: None,
            size_bytes: None,
            only_if: Precondition::default(),
        }
    }
}

impl ObjectStore {
    /// Stores `body` under a key, instead of the object that was there.
    ///
    /// When it returns, the object is durable and every reader sees it. A body that breaks off leaves nothing.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::IncompleteBody`], [`StoreError::BodyTooLarge`],
    /// [`StoreError::DigestMismatch`], [`StoreError::AlreadyExists`],
    /// [`StoreError::PreconditionFailed`].
    pub async fn put_object(&self, put: PutObject, body: ByteStream) -> Result<StoredObject, StoreError> {
        // Asked first, so that a wrong bucket costs the client no upload.
        self.bucket(&put.bucket).await?;
        let config = &self.inner.config;
        let incoming = Incoming::new(body, put.size_bytes, config.object_bytes_max);
        let arrived = self.inner.take_in(incoming, config.inline_bytes_max).await?;
        arrived.checksums.check(put.expected_md5)?;

        let Arrived { body, checksums, pending } = arrived;
        let object = StoredObject {
            bucket: put.bucket,
            key: put.key.clone(),
            version_id: None,
            etag: checksums.etag(),
            size_bytes: checksums.size_bytes,
            crc64: checksums.crc64,
            last_modified: now(),
            attributes: put.attributes,
            body,
        };
        let entry = BatchObject { object, only_if: put.only_if, shared_segments: 0 };
        let batch = Batch { objects: vec![entry], finish: None };
        let mut stored = self.publish(batch, Arc::new(pending.into_iter().collect())).await?;
        stored.pop().ok_or(StoreError::NoSuchKey(put.key))
    }
}
