//! The data folder: what survives, who may have it, and what is swept up.

use std::fs;
use std::time::Duration;

use calotype_store::{BlobId, Content, ObjectStore, StoreConfig, StoreError, bytes_stream};

use crate::{
    Fixture, LARGE, assert_all_readable, blob_files, content, key, keys, new_object, open, photos, put, read,
    store_bytes,
};

#[tokio::test]
async fn everything_is_there_again_after_reopening() {
    let Fixture { store, folder } = Fixture::new().await;
    let mut attributes =
        calotype_store::ObjectAttributes { content_type: Some("image/png".into()), ..Default::default() };
    attributes.user_metadata.push(("x-cos-meta-a".into(), vec![1, 255]));
    let with_attributes = calotype_store::PutObject { attributes: attributes.clone(), ..put("large") };
    let large = store.put_object(with_attributes, bytes_stream(content(1, LARGE))).await.unwrap();
    let small = store_bytes(&store, "small", content(2, 100)).await;
    drop(store);

    let store = open(folder.path()).await;
    for stored in [large, small] {
        assert_eq!(*store.head_object(&photos(), &stored.key, None).await.unwrap(), stored);
    }
    assert_eq!(store.head_object(&photos(), &key("large"), None).await.unwrap().attributes, attributes);
    assert_all_readable(&store).await;
}

#[tokio::test]
async fn a_second_store_on_the_same_folder_is_refused() {
    let fixture = Fixture::new().await;
    let refused = ObjectStore::open(fixture.folder.path(), StoreConfig::default()).await.err().unwrap();
    assert!(matches!(&refused, StoreError::Locked(path) if path == fixture.folder.path()));
    assert!(refused.to_string().contains("in use by another process"));
}

#[tokio::test]
async fn litter_of_an_earlier_process_is_swept_up_and_nothing_else() {
    let Fixture { store, folder } = Fixture::new().await;
    store
        .put_objects(vec![new_object("a", content(1, LARGE)), new_object("b", content(2, 10))])
        .await
        .unwrap();
    drop(store);
    let orphan = BlobId::unique().to_string();
    let shelf = folder.path().join("blobs").join(&orphan[30..]);
    fs::write(shelf.join(&orphan), b"nobody's").unwrap();
    fs::write(folder.path().join("tmp/earlier-half"), b"half").unwrap();

    let store = open(folder.path()).await;
    // Writes of the new process race with the sweep and must win.
    for i in 0..20 {
        store_bytes(&store, &format!("new/{i}"), content(i, LARGE)).await;
    }
    for _ in 0..500 {
        if blob_files(folder.path()).len() == 21 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(blob_files(folder.path()).len(), 21);
    assert!(!shelf.join(&orphan).exists());
    assert_eq!(keys(&store).await.len(), 22);
    assert_all_readable(&store).await;
}

#[tokio::test]
async fn overwriting_and_deleting_leave_no_files() {
    let fixture = Fixture::new().await;
    for seed in 0..5 {
        store_bytes(&fixture.store, "a", content(seed, LARGE)).await;
    }
    assert_eq!(fixture.files_settled().await, 1);
    store_bytes(&fixture.store, "a", content(9, 100)).await;
    assert_eq!(fixture.files_settled().await, 0);
    assert_eq!(read(&fixture.store, "a").await.unwrap(), content(9, 100));

    store_bytes(&fixture.store, "b", content(9, LARGE)).await;
    let deleted = fixture.store.delete_object(&photos(), &key("b"), None).await.unwrap();
    assert!(deleted.existed);
    assert!(!fixture.store.delete_object(&photos(), &key("b"), None).await.unwrap().existed);
    assert!(matches!(read(&fixture.store, "b").await, Err(StoreError::NoSuchKey(_))));
    assert_eq!(fixture.files_settled().await, 0);
}

#[tokio::test]
async fn small_objects_take_no_file_and_larger_ones_take_one() {
    let fixture = Fixture::new().await;
    let inline_max = fixture.store.config().inline_bytes_max as usize;
    for (size_bytes, files) in [(0, 0), (1, 0), (inline_max, 0), (inline_max + 1, 1)] {
        store_bytes(&fixture.store, "a", content(1, size_bytes)).await;
        assert_eq!(fixture.files_settled().await, files, "{size_bytes} bytes");
        assert_eq!(read(&fixture.store, "a").await.unwrap(), content(1, size_bytes));
        let reader = fixture.store.get_object(&photos(), &key("a"), None).await.unwrap();
        assert!(matches!(reader.read(None).await.unwrap(), Content::Bytes(_)));
    }
}
