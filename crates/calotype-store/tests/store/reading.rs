//! Readers: whole, in stretches, and beside writers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use calotype_store::{Acl, BucketChange, BucketRecord, Content, StoreError, collect};

use crate::{Fixture, LARGE, content, key, photos, read, store_bytes};

#[tokio::test]
async fn a_stretch_is_the_same_whether_inline_cached_or_streamed() {
    let fixture = Fixture::new().await;
    for size_bytes in [1000, LARGE, 2 << 20] {
        let body = content(3, size_bytes);
        store_bytes(&fixture.store, "a", body.clone()).await;
        // Twice: from where it was stored, and from the cache if it went there.
        for _ in 0..2 {
            let reader = fixture.store.get_object(&photos(), &key("a"), None).await.unwrap();
            let size_bytes = size_bytes as u64;
            for range in [0..1, 0..size_bytes, 900..901, size_bytes - 1..size_bytes, size_bytes..size_bytes] {
                let stretch = reader.read(Some(range.clone())).await.unwrap().into_stream();
                let expected = body.slice(range.start as usize..range.end as usize);
                assert!(collect(stretch, u64::MAX).await.unwrap() == expected, "{range:?} of {size_bytes}");
            }
            let beyond = reader.read(Some(0..size_bytes + 1)).await;
            assert!(matches!(beyond, Err(StoreError::InvalidRange { .. })));
        }
    }
}

#[tokio::test]
async fn only_large_objects_come_as_a_stream() {
    let fixture = Fixture::new().await;
    for (size_bytes, is_stream) in [(0, false), (100, false), (LARGE, false), (1 << 20, true)] {
        store_bytes(&fixture.store, "a", content(1, size_bytes)).await;
        let reader = fixture.store.get_object(&photos(), &key("a"), None).await.unwrap();
        assert_eq!(matches!(reader.read(None).await.unwrap(), Content::Stream(_)), is_stream);
    }
    let reader = fixture.store.get_object(&photos(), &key("a"), None).await.unwrap();
    assert!(matches!(reader.bytes(100).await, Err(StoreError::BodyTooLarge { size_bytes_max: 100 })));
}

#[tokio::test]
async fn a_reader_finishes_what_it_began_although_the_object_goes() {
    let fixture = Fixture::new().await;
    let body = content(1, 5 << 20);
    store_bytes(&fixture.store, "a", body.clone()).await;
    let begun = fixture.store.get_object(&photos(), &key("a"), None).await.unwrap();
    let opened_early = begun.read(None).await.unwrap().into_stream();

    store_bytes(&fixture.store, "a", content(2, LARGE)).await;
    fixture.store.delete_object(&photos(), &key("a"), None).await.unwrap();
    fixture.store.settle().await;

    let opened_late = begun.read(Some(10..4 << 20)).await.unwrap().into_stream();
    drop(begun);
    assert!(collect(opened_early, u64::MAX).await.unwrap() == body);
    assert!(collect(opened_late, u64::MAX).await.unwrap() == body.slice(10..4 << 20));
    // The last reader has gone, and with it the blob.
    assert_eq!(fixture.files_settled().await, 0);
}

/// Sizes on both sides of every place content can be kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_reads_what_an_acknowledged_write_replaced() {
    const WRITES: u64 = 40;
    let fixture = Fixture::new().await;
    for size_bytes in [100, LARGE, 300 << 10] {
        let acknowledged = Arc::new(AtomicU64::new(0));
        let version = |n: u64| -> Bytes { n.to_le_bytes().repeat(size_bytes / 8).into() };
        store_bytes(&fixture.store, "hot", version(0)).await;
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let (store, acknowledged) = (fixture.store.clone(), Arc::clone(&acknowledged));
                tokio::spawn(async move {
                    let mut last = 0;
                    while acknowledged.load(Ordering::SeqCst) < WRITES {
                        let at_least = acknowledged.load(Ordering::SeqCst).max(last);
                        let bytes = read(&store, "hot").await.unwrap();
                        let seen = u64::from_le_bytes(bytes[..8].try_into().unwrap());
                        assert!(bytes[..] == seen.to_le_bytes().repeat(size_bytes / 8)[..], "torn");
                        assert!(seen >= at_least, "read {seen} after {at_least}");
                        last = seen;
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for n in 1..=WRITES {
            store_bytes(&fixture.store, "hot", version(n)).await;
            acknowledged.store(n, Ordering::SeqCst);
        }
        for reader in readers {
            reader.await.unwrap();
        }
    }
}

#[tokio::test]
async fn changes_to_access_lists_are_seen_at_once() {
    let Fixture { store, folder: _folder } = Fixture::new().await;
    store_bytes(&store, "a", content(1, 10)).await;
    let public = Acl { canned: Some("public-read".into()), grants: Vec::new() };
    for _ in 0..2 {
        // Warm, so that a stale cache would show.
        assert_eq!(store.bucket(&photos()).await.unwrap().acl, Acl::default());
        assert_eq!(
            store.head_object(&photos(), &key("a"), None).await.unwrap().attributes.acl,
            Acl::default()
        );
    }
    store.change_bucket(&photos(), BucketChange::Acl(public.clone())).await.unwrap();
    store.set_object_acl(&photos(), &key("a"), None, public.clone()).await.unwrap();
    store.set_object_tags(&photos(), &key("a"), None, vec![("k".into(), "v".into())]).await.unwrap();
    assert_eq!(store.bucket(&photos()).await.unwrap().acl, public);
    let head = store.head_object(&photos(), &key("a"), None).await.unwrap();
    assert_eq!((&head.attributes.acl, head.attributes.tags.len()), (&public, 1));
}

#[tokio::test]
async fn a_bucket_is_gone_as_soon_as_it_is_deleted() {
    let Fixture { store, folder: _folder } = Fixture::new().await;
    store_bytes(&store, "a", content(1, 10)).await;
    assert!(matches!(store.delete_bucket(&photos()).await, Err(StoreError::BucketNotEmpty(_))));
    store.delete_object(&photos(), &key("a"), None).await.unwrap();
    store.delete_bucket(&photos()).await.unwrap();
    assert!(matches!(store.bucket(&photos()).await, Err(StoreError::NoSuchBucket(_))));
    assert!(matches!(read(&store, "a").await, Err(StoreError::NoSuchBucket(_))));
    store.create_bucket(BucketRecord::new(photos(), "another", "region")).await.unwrap();
    assert_eq!(store.bucket(&photos()).await.unwrap().owner, "another");
}
