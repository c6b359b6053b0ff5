//! Multipart uploads: begun, listed and aborted.

use std::sync::Arc;

use calotype_protocol::names::{BucketName, ObjectKey, UploadId};

use super::publish::detached;
use super::{ObjectStore, now};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::listing::{ListUploads, UploadPage};
use crate::record::ObjectAttributes;
use crate::upload::{ListParts, PartPage, UploadRecord};

/// An upload to be begun.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Bucket of the object to be.
    pub bucket: BucketName,
    /// Key of the object to be.
    pub key: ObjectKey,
    /// What the object will bear.
    pub attributes: ObjectAttributes,
    /// Who begins it, in the caller's own form of account ids.
    pub initiator: String,
    /// Text the caller wants to find again at completion.
    pub note: Option<String>,
}

impl ObjectStore {
    /// Begins an upload. Several uploads of one key may be under way. Errors: [`StoreError::NoSuchBucket`].
    pub async fn initiate_upload(&self, new: NewUpload) -> Result<UploadRecord, StoreError> {
        // Ids made later sort later, which is the order in which uploads of one key are listed.
        let upload = UploadRecord {
            bucket: new.bucket,
            key: new.key,
            upload_id: UploadId::from(BlobId::unique().to_string()),
            initiated: now(),
            initiator: new.initiator,
            attributes: new.attributes,
            note: new.note,
        };
        let (inner, begun) = (Arc::clone(&self.inner), upload.clone());
        detached(async move { inner.metadata.create_upload(begun).await }).await?;
        Ok(upload)
    }

    /// The record of an upload. Errors: [`StoreError::NoSuchUpload`].
    pub async fn upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<UploadRecord, StoreError> {
        self.inner.metadata.upload(bucket, key, id).await
    }

    /// Some of the parts that have arrived. Errors: [`StoreError::NoSuchUpload`].
    pub async fn list_parts(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
        list: &ListParts,
    ) -> Result<PartPage, StoreError> {
        self.inner.metadata.list_parts(bucket, key, id, list).await
    }

    /// A page of unfinished uploads, by key and then oldest first. Errors: [`StoreError::NoSuchBucket`].
    pub async fn list_uploads(
        &self,
        bucket: &BucketName,
        list: &ListUploads,
    ) -> Result<UploadPage, StoreError> {
        self.inner.metadata.list_uploads(bucket, list).await
    }

    /// Ends an upload and deletes its parts. Errors: [`StoreError::NoSuchUpload`].
    pub async fn abort_upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
    ) -> Result<(), StoreError> {
        let (inner, bucket, key, id) = (Arc::clone(&self.inner), bucket.clone(), key.clone(), id.clone());
        detached(async move {
            let retired = inner.metadata.abort_upload(&bucket, &key, &id).await?;
            inner.retire_all(retired);
            Ok(())
        })
        .await
    }
}
