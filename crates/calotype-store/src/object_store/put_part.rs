//! `put_part` and `copy_part`: pieces of an object to be.

use std::ops::Range;
use std::sync::Arc;

use calotype_protocol::names::{BucketName, ETag, ObjectKey, UploadId};

use super::get_object::stretch;
use super::publish::{PendingBlobs, detached};
use super::receive::Incoming;
use super::{ObjectReader, ObjectStore, now};
use crate::body::ByteStream;
use crate::error::StoreError;
use crate::record::{ObjectBody, Segment};
use crate::upload::{StoredPart, UploadRecord};

/// A part that comes with a body.
#[derive(Debug, Clone)]
pub struct PutPart {
    /// Bucket of the upload.
    pub bucket: BucketName,
    /// Key of the upload.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// 1 to 10,000; a part of the same number is replaced.
    pub number: u16,
    /// MD5 the client announced.
    pub expected_md5: Option<[u8; 16]>,
    /// Length the client announced.
    pub size_bytes: Option<u64>,
}

/// A part that is a stretch of a stored object.
#[derive(Debug, Clone)]
pub struct CopyPart {
    /// Bucket of the upload.
    pub bucket: BucketName,
    /// Key of the upload.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// 1 to 10,000; a part of the same number is replaced.
    pub number: u16,
    /// Which bytes of the source; all of them if not given.
    pub range: Option<Range<u64>>,
}

impl ObjectStore {
    /// Stores a part from a stream, in constant memory.
    ///
    /// Errors: [`StoreError::NoSuchUpload`], [`StoreError::IncompleteBody`], [`StoreError::BodyTooLarge`],
    /// [`StoreError::DigestMismatch`].
    pub async fn put_part(&self, put: PutPart, body: ByteStream) -> Result<StoredPart, StoreError> {
        let upload = self.upload(&put.bucket, &put.key, &put.upload_id).await?;
        let incoming = Incoming::new(body, put.size_bytes, self.inner.config.object_bytes_max);
        // Parts are large or last: they go into blobs, which completion only has to string together.
        let arrived = self.inner.take_in(incoming, 0).await?;
        arrived.checksums.check(put.expected_md5)?;
        let part = StoredPart {
            number: put.number,
            etag: arrived.checksums.etag(),
            size_bytes: arrived.checksums.size_bytes,
            crc64: arrived.checksums.crc64,
            last_modified: now(),
            segments: arrived.body.segments().to_vec(),
        };
        self.add_part(upload, part, false, Arc::new(arrived.pending.into_iter().collect())).await
    }

    /// Makes a stretch of a stored object a part, as that object was when `source` was got.
    ///
    /// The stretch is read once for its checksums; it is not stored again unless the source is gone.
    ///
    /// Errors: [`StoreError::NoSuchUpload`], [`StoreError::InvalidRange`].
    pub async fn copy_part(&self, source: &ObjectReader, copy: CopyPart) -> Result<StoredPart, StoreError> {
        let upload = self.upload(&copy.bucket, &copy.key, &copy.upload_id).await?;
        let from = source.object();
        let range = copy.range.unwrap_or(0..from.size_bytes);
        let segments = match &from.body {
            ObjectBody::Segments(all) if range.start < range.end && range.end <= from.size_bytes => {
                stretch(all, range.clone())
            }
            _ => Vec::new(),
        };
        if segments.is_empty() {
            return self.store_part(source, range, upload, copy.number).await;
        }
        let part = self.measured_part(source, range.clone(), copy.number, segments).await?;
        match self.add_part(upload.clone(), part, true, Arc::default()).await {
            // The source was deleted meanwhile. Its bytes are still ours to read.
            Err(StoreError::Conflict(_)) => self.store_part(source, range, upload, copy.number).await,
            added => added,
        }
    }

    /// Checksums of bytes that stay where they are.
    async fn measured_part(
        &self,
        source: &ObjectReader,
        range: Range<u64>,
        number: u16,
        segments: Vec<Segment>,
    ) -> Result<StoredPart, StoreError> {
        let from = source.object();
        let (last_modified, size_bytes) = (now(), range.end - range.start);
        if size_bytes == from.size_bytes && from.etag.part_count().is_none() {
            let (etag, crc64): (ETag, u64) = (from.etag.clone(), from.crc64);
            return Ok(StoredPart { number, etag, size_bytes, crc64, last_modified, segments });
        }
        let body = source.read(Some(range)).await?.into_stream();
        let mut incoming = Incoming::new(body, Some(size_bytes), u64::MAX);
        while incoming.next().await?.is_some() {}
        let checksums = incoming.finish();
        let (etag, crc64) = (checksums.etag(), checksums.crc64);
        Ok(StoredPart { number, etag, size_bytes, crc64, last_modified, segments })
    }

    async fn store_part(
        &self,
        source: &ObjectReader,
        range: Range<u64>,
        upload: UploadRecord,
        number: u16,
    ) -> Result<StoredPart, StoreError> {
        let size_bytes = range.end.saturating_sub(range.start);
        let body = source.read(Some(range)).await?.into_stream();
        let put = PutPart {
            bucket: upload.bucket,
            key: upload.key,
            upload_id: upload.upload_id,
            number,
            expected_md5: None,
            size_bytes: Some(size_bytes),
        };
        self.put_part(put, body).await
    }

    async fn add_part(
        &self,
        upload: UploadRecord,
        part: StoredPart,
        shares_blobs: bool,
        pending: PendingBlobs,
    ) -> Result<StoredPart, StoreError> {
        let (inner, added) = (Arc::clone(&self.inner), part.clone());
        detached(async move {
            let outcome = inner.metadata.put_part(&upload, added, shares_blobs).await;
            inner.settle_pending(&outcome, &pending).await;
            inner.retire_all(outcome?);
            Ok(())
        })
        .await?;
        Ok(part)
    }
}
