//! What a failure at any step leaves: the old state whole, or the new one whole.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use calotype_store::{
    BlobStore, BucketRecord, ByteStream, MemoryMetadata, ObjectStore, PutObject, StoreConfig, StoreError,
    bytes_stream,
};
use futures_util::stream::{self, StreamExt};

use crate::doubles::{Mishap, WatchedBlobs};
use crate::{
    Fixture, LARGE, assert_all_readable, content, in_chunks, key, keys, new_object, photos, put, read,
    store_bytes,
};

async fn watched(mishap: Option<(usize, Mishap)>) -> (ObjectStore, Arc<WatchedBlobs>) {
    let metadata = Arc::new(MemoryMetadata::new());
    let blobs = WatchedBlobs::new(Arc::clone(&metadata), mishap);
    let store = ObjectStore::new(metadata, Arc::clone(&blobs) as Arc<dyn BlobStore>, StoreConfig::default());
    store.create_bucket(BucketRecord::new(photos(), "owner", "region")).await.unwrap();
    (store, blobs)
}

#[tokio::test]
async fn an_object_is_visible_only_when_its_blob_is_whole() {
    let (store, blobs) = watched(None).await;
    let old = content(1, LARGE);
    store_bytes(&store, "a", old.clone()).await;

    blobs.hold_writes();
    let writing = tokio::spawn({
        let store = store.clone();
        async move { store_bytes(&store, "a", content(2, LARGE)).await }
    });
    while blobs.writes() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(read(&store, "a").await.unwrap(), old);
    assert_eq!(blobs.deletes(), 0);

    blobs.let_writes_go();
    writing.await.unwrap();
    assert_eq!(read(&store, "a").await.unwrap(), content(2, LARGE));
    store.settle().await;
    assert_eq!((blobs.deletes(), blobs.list().count().await), (1, 1));
}

#[tokio::test]
async fn a_batch_whose_blob_fails_leaves_everything_as_it_was() {
    for mishap in [Mishap::FailBefore, Mishap::FailAfter, Mishap::Panic] {
        for turn in 1..4 {
            let (store, blobs) = watched(Some((turn, mishap))).await;
            store_bytes(&store, "b", content(1, LARGE)).await;
            let batch = ["a", "b", "c", "small"]
                .map(|text| new_object(text, content(2, LARGE * (text.len() & 1))))
                .to_vec();

            let failing = tokio::spawn({
                let store = store.clone();
                async move { store.put_objects(batch).await.is_err() }
            });
            assert!(failing.await.unwrap_or(mishap == Mishap::Panic));
            assert_eq!(keys(&store).await, ["b"]);
            assert_eq!(read(&store, "b").await.unwrap(), content(1, LARGE));

            store.settle().await;
            assert_eq!(blobs.list().count().await, 1, "litter after turn {turn}");
            store_bytes(&store, "a", content(3, LARGE)).await;
            assert_all_readable(&store).await;
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_was_announced_leaves_nothing() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    for size_bytes in [100, LARGE, 3 << 20] {
        let body = content(1, size_bytes);
        let announced = PutObject { expected_md5: Some([7; 16]), ..put("a") };
        let mismatch = store.put_object(announced, in_chunks(&body)).await;
        assert!(matches!(mismatch, Err(StoreError::DigestMismatch { .. })));

        let longer = PutObject { size_bytes: Some(size_bytes as u64 + 1), ..put("a") };
        let cut_off = store.put_object(longer, in_chunks(&body)).await;
        assert!(
            matches!(cut_off, Err(StoreError::IncompleteBody { received_bytes, .. }) if received_bytes == size_bytes as u64)
        );

        let broken: ByteStream = Box::pin(in_chunks(&body).chain(stream::iter([Err("reset".into())])));
        let vanished = store.put_object(put("a"), broken).await;
        assert!(matches!(vanished, Err(StoreError::IncompleteBody { source: Some(_), .. })));
    }
    assert_eq!(keys(store).await, [""; 0]);
    assert_eq!(fixture.files_settled().await, 0);

    let md5 = calotype_store::digest::md5(&content(1, LARGE));
    let honest = PutObject { expected_md5: Some(md5), size_bytes: Some(LARGE as u64), ..put("a") };
    store.put_object(honest, in_chunks(&content(1, LARGE))).await.unwrap();
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_at_the_first_byte_above() {
    let config = StoreConfig { object_bytes_max: LARGE as u64, ..StoreConfig::default() };
    let store = ObjectStore::in_memory_with(config);
    store.create_bucket(BucketRecord::new(photos(), "owner", "region")).await.unwrap();
    store.put_object(put("fits"), in_chunks(&content(1, LARGE))).await.unwrap();
    let refused = store.put_object(put("over"), in_chunks(&content(1, LARGE + 1))).await;
    assert!(
        matches!(refused, Err(StoreError::BodyTooLarge { size_bytes_max }) if size_bytes_max == LARGE as u64)
    );
    let received = store.receive(in_chunks(&content(1, LARGE)), None, LARGE as u64).await.unwrap();
    assert_eq!(received.checksums().size_bytes, LARGE as u64);
    let refused = store.receive(in_chunks(&content(1, LARGE + 1)), None, LARGE as u64).await;
    assert!(matches!(refused, Err(StoreError::BodyTooLarge { .. })));
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_nothing() {
    let fixture = Fixture::new().await;
    let body = in_chunks(&content(1, 3 << 20)).chain(stream::pending());
    let never_ending = fixture.store.put_object(put("a"), Box::pin(body));
    assert!(tokio::time::timeout(Duration::from_millis(200), never_ending).await.is_err());

    for _ in 0..500 {
        if fixture.files().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(fixture.files(), [""; 0]);
    assert_eq!(keys(&fixture.store).await, [""; 0]);
}

#[tokio::test]
async fn a_missing_bucket_costs_no_upload() {
    let fixture = Fixture::new().await;
    let nowhere = PutObject::new("nowhere-1250000000".parse().unwrap(), key("a"));
    let body: ByteStream = Box::pin(stream::poll_fn(|_| panic!("the body was read")));
    let refused = fixture.store.put_object(nowhere, body).await;
    assert!(matches!(refused, Err(StoreError::NoSuchBucket(_))));
}

/// What SQLite does on a full disk: it ends the whole transaction, whoever shares it.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_changes_nothing_for_all_who_shared_it() {
    let fixture = Fixture::new().await;
    let db = rusqlite::Connection::open(fixture.folder.path().join("calotype.db")).unwrap();
    db.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON objects WHEN NEW.key = CAST('bad' AS BLOB)
         BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END;",
    )
    .unwrap();

    let writes = (0..200).map(|i| {
        let store = fixture.store.clone();
        tokio::spawn(async move {
            let text = if i % 20 == 0 { "bad".to_owned() } else { format!("good/{i:03}") };
            let size_bytes = if i % 3 == 0 { LARGE } else { 100 };
            let stored = store.put_object(put(&text), bytes_stream(content(i as u8, size_bytes))).await;
            assert!(!matches!(&stored, Err(error) if !matches!(error, StoreError::Backend { .. })));
            stored.is_ok().then_some(text)
        })
    });
    let mut acknowledged = Vec::new();
    for write in writes.collect::<Vec<_>>() {
        acknowledged.extend(write.await.unwrap());
    }
    acknowledged.sort();
    assert!(!acknowledged.contains(&"bad".to_owned()));
    // Exactly what was acknowledged is there.
    assert_eq!(keys(&fixture.store).await, acknowledged);
    assert_all_readable(&fixture.store).await;
    store_bytes(&fixture.store, "later", Bytes::from_static(b"x")).await;
    let large = acknowledged.iter().filter(|text| text[5..].parse::<usize>().unwrap() % 3 == 0).count();
    assert_eq!(fixture.files_settled().await, large, "blobs of failed writes are gone");
}
