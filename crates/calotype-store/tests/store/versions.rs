//! Older versions: as safe as current ones.

use bytes::Bytes;
use calotype_protocol::names::VersionId;
use calotype_store::{AppendObject, BucketChange, ObjectAttributes, ObjectStore, Versioning, bytes_stream};

use crate::{Fixture, LARGE, blob_files, content, key, keys, open, photos, read, store_bytes};

async fn keep_versions(store: &ObjectStore) {
    let enabled = BucketChange::Versioning(Versioning::Enabled);
    store.change_bucket(&photos(), enabled).await.unwrap();
}

async fn read_version(store: &ObjectStore, text: &str, version: &VersionId) -> Bytes {
    let reader = store.get_object(&photos(), &key(text), Some(version)).await.unwrap();
    reader.bytes(u64::MAX).await.unwrap()
}

#[tokio::test]
async fn a_sweep_spares_the_blobs_of_older_versions() {
    let Fixture { store, folder } = Fixture::new().await;
    keep_versions(&store).await;
    let first = store_bytes(&store, "a", content(1, LARGE)).await.version_id.unwrap();
    let second = store_bytes(&store, "a", content(2, LARGE)).await.version_id.unwrap();
    let marker = store.delete_object(&photos(), &key("a"), None).await.unwrap();
    assert!(marker.is_delete_marker);
    drop(store);

    // The lock of the folder is given back after the sweep; the next store sees what is left.
    drop(open(folder.path()).await);
    let store = open(folder.path()).await;
    assert_eq!(blob_files(folder.path()).len(), 2);
    assert_eq!(read_version(&store, "a", &first).await, content(1, LARGE));
    assert_eq!(read_version(&store, "a", &second).await, content(2, LARGE));
    assert_eq!(keys(&store).await, [""; 0]);

    store.delete_object(&photos(), &key("a"), Some(&first)).await.unwrap();
    store.delete_object(&photos(), &key("a"), marker.version_id.as_ref()).await.unwrap();
    store.settle().await;
    assert_eq!(blob_files(folder.path()).len(), 1);
    assert_eq!(read(&store, "a").await.unwrap(), content(2, LARGE));
}

#[tokio::test]
async fn a_cached_object_gives_way_to_its_successors_and_comes_back() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    keep_versions(store).await;
    store_bytes(store, "a", content(1, 10)).await;
    assert_eq!(read(store, "a").await.unwrap(), content(1, 10));
    let second = store_bytes(store, "a", content(2, 10)).await.version_id;
    assert_eq!(read(store, "a").await.unwrap(), content(2, 10));
    store.delete_object(&photos(), &key("a"), second.as_ref()).await.unwrap();
    assert_eq!(read(store, "a").await.unwrap(), content(1, 10));
    store.delete_object(&photos(), &key("a"), None).await.unwrap();
    assert!(read(store, "a").await.is_err());
}

#[tokio::test]
async fn short_appends_do_not_become_a_blob_each() {
    let fixture = Fixture::new().await;
    let line = content(7, 9000);
    for number in 0..40 {
        let append = AppendObject {
            bucket: photos(),
            key: key("log"),
            position: number * 9000,
            attributes: ObjectAttributes::default(),
            expected_md5: None,
            size_bytes: None,
        };
        fixture.store.append_object(append, bytes_stream(line.clone())).await.unwrap();
    }
    assert_eq!(fixture.files_settled().await, 1);
    assert_eq!(read(&fixture.store, "log").await.unwrap(), line.repeat(40));
}
