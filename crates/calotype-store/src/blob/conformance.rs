//! What every [`BlobStore`] has to pass.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{BlobId, BlobStore};
use crate::body::{ByteStream, bytes_stream, collect};
use crate::error::{BoxError, StoreError};

/// Runs the whole suite against an empty store.
pub(crate) async fn check_blob_store(blobs: &dyn BlobStore) {
    gives_back_what_was_written(blobs).await;
    gives_back_stretches(blobs).await;
    keeps_nothing_of_a_broken_body(blobs).await;
    deletes_and_deletes_again(blobs).await;
    lists_what_is_there(blobs).await;
    serves_many_at_once(blobs).await;
}

/// Bytes in which every offset is recognisable.
fn pattern(size_bytes: usize) -> Bytes {
    (0..size_bytes).map(|i| (i * 31 + i / 251) as u8).collect::<Vec<_>>().into()
}

fn in_chunks(body: &Bytes, chunk_bytes: usize) -> ByteStream {
    let chunks: Vec<_> = body.chunks(chunk_bytes).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
    Box::pin(stream::iter(chunks))
}

async fn gives_back_what_was_written(blobs: &dyn BlobStore) {
    for (size_bytes, chunk_bytes) in
        [(0, 1), (1, 1), (70_000, 1000), (1 << 20, 65_536), ((5 << 20) + 3, 300_001)]
    {
        let (id, body) = (BlobId::unique(), pattern(size_bytes));
        let written = blobs.write(id, in_chunks(&body, chunk_bytes)).await.unwrap();
        assert_eq!(written, size_bytes as u64);
        let whole = 0..size_bytes as u64;
        let read = collect(blobs.read(id, whole.clone()).await.unwrap(), u64::MAX).await.unwrap();
        assert!(read == body, "{size_bytes} bytes as a stream");
        assert!(blobs.read_bytes(id, whole).await.unwrap() == body, "{size_bytes} bytes in one piece");
    }
}

async fn gives_back_stretches(blobs: &dyn BlobStore) {
    let (id, body) = (BlobId::unique(), pattern(2_000_000));
    blobs.write(id, bytes_stream(body.clone())).await.unwrap();
    for range in [0..0, 0..1, 5..17, 1_999_999..2_000_000, 2_000_000..2_000_000, 700_000..1_900_001] {
        let expected = body.slice(range.start..range.end);
        let range = range.start as u64..range.end as u64;
        let read = collect(blobs.read(id, range.clone()).await.unwrap(), u64::MAX).await.unwrap();
        assert!(read == expected, "{range:?} as a stream");
        assert!(blobs.read_bytes(id, range.clone()).await.unwrap() == expected, "{range:?} in one piece");
    }
    assert!(blobs.read_bytes(id, 1_999_999..2_000_001).await.is_err(), "a stretch beyond the end");
    assert!(blobs.read_bytes(BlobId::unique(), 0..1).await.is_err(), "a blob nobody wrote");
}

async fn keeps_nothing_of_a_broken_body(blobs: &dyn BlobStore) {
    let id = BlobId::unique();
    let broken = |error: BoxError| -> ByteStream {
        Box::pin(stream::iter([Ok(Bytes::from_static(b"half")), Err(error)]))
    };
    let foreign = blobs.write(id, broken("the client went away".into())).await.unwrap_err();
    assert!(matches!(foreign, StoreError::IncompleteBody { received_bytes: 4, source: Some(_) }));
    let own =
        blobs.write(id, broken(StoreError::BodyTooLarge { size_bytes_max: 3 }.into())).await.unwrap_err();
    assert!(matches!(own, StoreError::BodyTooLarge { size_bytes_max: 3 }));
    assert!(blobs.read_bytes(id, 0..1).await.is_err());
    assert!(!ids(blobs).await.contains(&id));
}

async fn deletes_and_deletes_again(blobs: &dyn BlobStore) {
    let id = BlobId::unique();
    blobs.write(id, bytes_stream(pattern(10))).await.unwrap();
    blobs.delete(id).await.unwrap();
    assert!(blobs.read_bytes(id, 0..10).await.is_err());
    blobs.delete(id).await.unwrap();
    blobs.delete(BlobId::unique()).await.unwrap();
}

async fn lists_what_is_there(blobs: &dyn BlobStore) {
    let before = ids(blobs).await;
    let (kept, gone) = (BlobId::unique(), BlobId::unique());
    for id in [kept, gone] {
        blobs.write(id, bytes_stream(pattern(10))).await.unwrap();
    }
    blobs.delete(gone).await.unwrap();
    let mut after = ids(blobs).await;
    after.retain(|id| !before.contains(id));
    assert_eq!(after, [kept]);
    assert_eq!(blobs.remove_unfinished().await.unwrap(), 0);
    assert!(ids(blobs).await.contains(&kept));
}

async fn serves_many_at_once(blobs: &dyn BlobStore) {
    let work = (0..32).map(|i| async move {
        let (id, body) = (BlobId::unique(), pattern(40_000 + i));
        blobs.write(id, bytes_stream(body.clone())).await.unwrap();
        assert!(blobs.read_bytes(id, 0..body.len() as u64).await.unwrap() == body);
    });
    futures_util::future::join_all(work).await;
}

async fn ids(blobs: &dyn BlobStore) -> Vec<BlobId> {
    blobs.list().boxed().try_collect().await.unwrap()
}
