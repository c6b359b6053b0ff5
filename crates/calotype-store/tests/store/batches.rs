//! Batches: together or not at all.

use calotype_store::{ListObjects, NewObject, Precondition, RemoveObject, StoreError};

use crate::{Fixture, LARGE, assert_all_readable, content, key, keys, new_object, photos, read, store_bytes};

#[tokio::test]
async fn a_batch_returns_its_records_in_order() {
    let fixture = Fixture::new().await;
    let sizes = [10, LARGE, 0, 1 << 20];
    let batch =
        sizes.iter().zip(0..).map(|(size, i)| new_object(&format!("{i}"), content(i, *size))).collect();
    let stored = fixture.store.put_objects(batch).await.unwrap();
    for (stored, i) in stored.iter().zip(0_u8..) {
        assert_eq!(stored.key, key(&i.to_string()));
        let found = fixture.store.head_object(&photos(), &stored.key, None).await.unwrap();
        assert_eq!(*found, *stored);
        assert_eq!(read(&fixture.store, stored.key.as_str()).await.unwrap(), content(i, sizes[i as usize]));
    }
    assert_eq!(fixture.files_settled().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_half_a_batch() {
    let fixture = Fixture::new().await;
    let writing = tokio::spawn({
        let store = fixture.store.clone();
        async move {
            for round in 0..30 {
                let objects = ["a", "b", "c"].map(|text| {
                    new_object(&format!("{round:02}/{text}"), content(round, LARGE * usize::from(round % 2)))
                });
                store.put_objects(objects.to_vec()).await.unwrap();
            }
        }
    });
    while !writing.is_finished() {
        let list = ListObjects { entries_max: 1000, ..ListObjects::default() };
        let page = fixture.store.list_objects(&photos(), &list).await.unwrap();
        assert_eq!(page.objects.len() % 3, 0);
        tokio::task::yield_now().await;
    }
    writing.await.unwrap();
    assert_eq!(keys(&fixture.store).await.len(), 90);
}

#[tokio::test]
async fn a_batch_with_one_refused_object_stores_none() {
    let fixture = Fixture::new().await;
    store_bytes(&fixture.store, "taken", content(1, LARGE)).await;
    let refused =
        NewObject { only_if: Precondition::forbid_overwrite(true), ..new_object("taken", content(2, LARGE)) };
    let batch = vec![new_object("a", content(2, LARGE)), refused, new_object("b", content(2, 10))];
    let error = fixture.store.put_objects(batch).await.unwrap_err();
    assert!(matches!(error, StoreError::AlreadyExists(taken) if taken == key("taken")));
    assert_eq!(keys(&fixture.store).await, ["taken"]);
    assert_eq!(fixture.files_settled().await, 1);

    let mut elsewhere = new_object("c", content(2, LARGE));
    elsewhere.bucket = "nowhere-1250000000".parse().unwrap();
    let error =
        fixture.store.put_objects(vec![new_object("a", content(2, 10)), elsewhere]).await.unwrap_err();
    assert!(matches!(error, StoreError::NoSuchBucket(_)));
    assert_eq!(fixture.files_settled().await, 1);
    assert_all_readable(&fixture.store).await;
}

#[tokio::test]
async fn several_deletions_tell_what_became_of_each() {
    let fixture = Fixture::new().await;
    for text in ["a", "b"] {
        store_bytes(&fixture.store, text, content(1, LARGE)).await;
    }
    let named = vec![
        RemoveObject::new(key("a"), None),
        RemoveObject::new(key("b"), Some("no-such-version".into())),
        RemoveObject::new(key("missing"), None),
        RemoveObject::new(key("b"), Some("null".into())),
    ];
    let deleted = fixture.store.delete_objects(&photos(), named).await.unwrap();
    assert_eq!(deleted.iter().map(|d| d.existed).collect::<Vec<_>>(), [true, false, false, true]);
    assert_eq!(keys(&fixture.store).await, [""; 0]);
    assert_eq!(fixture.files_settled().await, 0);
}
