//! What was acknowledged stays, and what fails says so. Spec: spec/cos/errors.md.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use calotype_store::{
    BlobId, BlobStore, ByteStream, MemoryBlobs, MemoryMetadata, ObjectStore, StoreConfig, StoreError,
};
use futures_util::stream::BoxStream;

use crate::support::{BUCKET, ServiceProcess, TestServer, pattern};

#[tokio::test]
async fn cos_put_31_what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let service = ServiceProcess::start(folder.path()).await;
    let photos = service.bucket(BUCKET);
    assert_eq!(photos.request("PUT", "/").send().await.status, 200);
    let sizes = [0, 5, 40_000, 300_000, 3 << 20];
    for size_bytes in sizes {
        photos.has(&format!("{size_bytes}"), pattern(size_bytes)).await;
    }
    photos.has("5", pattern(6)).await;
    photos.delete("0").send().await;
    let begun = photos.put("unfinished", pattern(300_000)).head();
    let mut connection = service.connect().await;
    connection.write(&begun).await;
    connection.write(&pattern(200_000)).await;
    drop(service);

    let server = TestServer::start_in(folder.path()).await;
    let photos = server.existing_bucket(BUCKET);
    assert_eq!(photos.content("0").await, None);
    assert_eq!(photos.content("5").await.unwrap(), pattern(6));
    for size_bytes in &sizes[2..] {
        assert!(photos.content(&format!("{size_bytes}")).await.unwrap() == pattern(*size_bytes));
    }
    assert_eq!(photos.content("unfinished").await, None);
}

/// A disk that can be told to fail.
struct FailingBlobs {
    inner: MemoryBlobs,
    fails: Arc<AtomicBool>,
}

impl FailingBlobs {
    fn check(&self) -> Result<(), StoreError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::backend("disk", "turn", "the platter is cracked"));
        }
        Ok(())
    }
}

#[async_trait]
impl BlobStore for FailingBlobs {
    async fn write(&self, id: BlobId, body: ByteStream) -> Result<u64, StoreError> {
        self.check()?;
        self.inner.write(id, body).await
    }

    async fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        self.check()?;
        self.inner.read(id, range).await
    }

    async fn delete(&self, id: BlobId) -> Result<(), StoreError> {
        self.inner.delete(id).await
    }

    fn list(&self) -> BoxStream<'static, Result<BlobId, StoreError>> {
        self.inner.list()
    }

    async fn remove_unfinished(&self) -> Result<u64, StoreError> {
        self.inner.remove_unfinished().await
    }
}

#[tokio::test]
async fn cos_err_07_a_failing_disk_is_an_internal_error_and_no_more() {
    let fails = Arc::new(AtomicBool::new(false));
    let blobs = FailingBlobs { inner: MemoryBlobs::new(), fails: Arc::clone(&fails) };
    let store = ObjectStore::new(Arc::new(MemoryMetadata::new()), Arc::new(blobs), StoreConfig::default());
    let server = TestServer::start_on(store, |_| {}).await;
    let photos = server.bucket(BUCKET).await;
    photos.has("large", pattern(1_000_000)).await;

    fails.store(true, Ordering::SeqCst);
    let refused = photos.put("other", pattern(1_000_000)).send().await;
    assert_eq!(refused.error(), (500, "InternalError".into()));
    assert!(!refused.text().contains("platter"), "causes are logged, not sent");
    assert_eq!(photos.get("other").send().await.status, 404);

    fails.store(false, Ordering::SeqCst);
    assert!(photos.content("large").await.unwrap() == pattern(1_000_000));
    photos.has("other", "x").await;
}
