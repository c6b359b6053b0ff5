//! Blobs in memory, for tests and for stores that need not outlive the process.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::{BlobId, BlobStore};
use crate::body::{ByteStream, bytes_stream, collect};
use crate::error::StoreError;

const BACKEND: &str = "memory blobs";

/// A [`BlobStore`] that forgets everything when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    blobs: Mutex<HashMap<BlobId, Bytes>>,
}

impl MemoryBlobs {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BlobId, Bytes>> {
        self.blobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn write(&self, id: BlobId, body: ByteStream) -> Result<u64, StoreError> {
        let bytes = collect(body, u64::MAX).await?;
        let size_bytes = bytes.len() as u64;
        self.lock().insert(id, bytes);
        Ok(size_bytes)
    }

    async fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        let blob = self.lock().get(&id).cloned();
        let blob = blob.ok_or_else(|| StoreError::backend(BACKEND, "read", format!("no blob {id}")))?;
        if range.start > range.end || range.end > blob.len() as u64 {
            return Err(StoreError::backend(
                BACKEND,
                "read",
                format!("blob {id} is shorter than {}", range.end),
            ));
        }
        Ok(bytes_stream(blob.slice(range.start as usize..range.end as usize)))
    }

    async fn delete(&self, id: BlobId) -> Result<(), StoreError> {
        self.lock().remove(&id);
        Ok(())
    }

    fn list(&self) -> BoxStream<'static, Result<BlobId, StoreError>> {
        let ids: Vec<_> = self.lock().keys().map(|id| Ok(*id)).collect();
        stream::iter(ids).boxed()
    }

    async fn remove_unfinished(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_promises() {
        crate::blob::conformance::check_blob_store(&MemoryBlobs::new()).await;
    }
}
