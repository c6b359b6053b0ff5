//! A blob store that fails, panics or waits when told to, and watches the order of things.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use calotype_store::{BlobId, BlobStore, ByteStream, MemoryBlobs, MemoryMetadata, MetadataStore, StoreError};
use futures_util::stream::BoxStream;
use tokio::sync::Semaphore;

/// What a [`WatchedBlobs`] does when its turn has come.
#[derive(Clone, Copy, PartialEq)]
pub enum Mishap {
    FailBefore,
    FailAfter,
    Panic,
}

pub struct WatchedBlobs {
    inner: MemoryBlobs,
    metadata: Arc<MemoryMetadata>,
    /// Which write, counted from 0, meets with a mishap.
    mishap: Option<(usize, Mishap)>,
    writes: AtomicUsize,
    deletes: AtomicUsize,
    /// A write is not done before it gets one of these.
    permits: Semaphore,
}

impl WatchedBlobs {
    pub fn new(metadata: Arc<MemoryMetadata>, mishap: Option<(usize, Mishap)>) -> Arc<Self> {
        let (writes, deletes) = Default::default();
        let permits = Semaphore::new(Semaphore::MAX_PERMITS);
        Arc::new(Self { inner: MemoryBlobs::new(), metadata, mishap, writes, deletes, permits })
    }

    pub fn hold_writes(&self) {
        self.permits.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub fn let_writes_go(&self) {
        self.permits.add_permits(Semaphore::MAX_PERMITS);
    }

    pub fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }

    pub fn deletes(&self) -> usize {
        self.deletes.load(Ordering::SeqCst)
    }

    /// A record must not name a blob before it is whole, nor after its deletion has begun.
    async fn assert_unknown(&self, id: BlobId) {
        assert_eq!(self.metadata.known_blobs(&[id]).await.unwrap(), [false], "{id} is named by a record");
    }
}

#[async_trait]
impl BlobStore for WatchedBlobs {
    async fn write(&self, id: BlobId, body: ByteStream) -> Result<u64, StoreError> {
        let turn = self.writes.fetch_add(1, Ordering::SeqCst);
        let mishap = self.mishap.filter(|(at, _)| *at == turn).map(|(_, mishap)| mishap);
        let no_space = || StoreError::backend("double", "write", "no space left");
        match mishap {
            Some(Mishap::FailBefore) => return Err(no_space()),
            Some(Mishap::Panic) => panic!("told to"),
            _ => {}
        }
        let size_bytes = self.inner.write(id, body).await?;
        self.permits.acquire().await.unwrap().forget();
        self.permits.add_permits(1);
        self.assert_unknown(id).await;
        if mishap == Some(Mishap::FailAfter) { Err(no_space()) } else { Ok(size_bytes) }
    }

    async fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        self.inner.read(id, range).await
    }

    async fn delete(&self, id: BlobId) -> Result<(), StoreError> {
        self.assert_unknown(id).await;
        self.deletes.fetch_add(1, Ordering::SeqCst);
        self.inner.delete(id).await
    }

    fn list(&self) -> BoxStream<'static, Result<BlobId, StoreError>> {
        self.inner.list()
    }

    async fn remove_unfinished(&self) -> Result<u64, StoreError> {
        self.inner.remove_unfinished().await
    }
}
