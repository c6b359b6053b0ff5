//! Copies: another key, the same bytes.

use calotype_store::{CopyObject, ObjectAttributes, ObjectReader, Precondition, StoreError, StoredObject};

use crate::{Fixture, LARGE, assert_all_readable, content, key, photos, read, store_bytes};

impl Fixture {
    async fn reader(&self, text: &str) -> ObjectReader {
        self.store.get_object(&photos(), &key(text), None).await.unwrap()
    }

    async fn copy(&self, source: &ObjectReader, text: &str) -> Result<StoredObject, StoreError> {
        let attributes =
            ObjectAttributes { content_type: Some("a/copy".into()), ..ObjectAttributes::default() };
        let copy =
            CopyObject { bucket: photos(), key: key(text), attributes, only_if: Precondition::default() };
        self.store.copy_object(source, copy).await
    }
}

#[tokio::test]
async fn a_copy_shares_the_bytes_of_its_source() {
    let fixture = Fixture::new().await;
    for size_bytes in [0, 10, LARGE, 1 << 20] {
        let source = store_bytes(&fixture.store, "source", content(1, size_bytes)).await;
        let files = fixture.files_settled().await;
        let copy = fixture.copy(&fixture.reader("source").await, "copy").await.unwrap();
        assert_eq!(
            (&copy.etag, copy.crc64, copy.size_bytes),
            (&source.etag, source.crc64, source.size_bytes)
        );
        assert_eq!(copy.attributes.content_type.as_deref(), Some("a/copy"));
        assert_eq!(fixture.files_settled().await, files);

        fixture.store.delete_object(&photos(), &key("source"), None).await.unwrap();
        assert_eq!(fixture.files_settled().await, files);
        assert_eq!(read(&fixture.store, "copy").await.unwrap(), content(1, size_bytes));
        fixture.store.delete_object(&photos(), &key("copy"), None).await.unwrap();
        assert_eq!(fixture.files_settled().await, 0);
    }
}

#[tokio::test]
async fn an_object_can_be_copied_onto_itself() {
    let fixture = Fixture::new().await;
    for size_bytes in [10, LARGE] {
        store_bytes(&fixture.store, "self", content(2, size_bytes)).await;
        fixture.copy(&fixture.reader("self").await, "self").await.unwrap();
        fixture.store.settle().await;
        let reader = fixture.reader("self").await;
        assert_eq!(reader.object().attributes.content_type.as_deref(), Some("a/copy"));
        assert_eq!(reader.bytes(u64::MAX).await.unwrap(), content(2, size_bytes));
    }
}

#[tokio::test]
async fn a_source_that_is_deleted_meanwhile_is_copied_as_it_was() {
    let fixture = Fixture::new().await;
    for size_bytes in [10, LARGE, 3 << 20] {
        store_bytes(&fixture.store, "source", content(3, size_bytes)).await;
        let source = fixture.reader("source").await;
        fixture.store.delete_object(&photos(), &key("source"), None).await.unwrap();
        let copy = fixture.copy(&source, "copy").await.unwrap();
        assert_eq!(copy.etag, source.object().etag);
        drop(source);
        fixture.store.settle().await;
        assert_eq!(read(&fixture.store, "copy").await.unwrap(), content(3, size_bytes));
    }
    assert_all_readable(&fixture.store).await;
    assert_eq!(fixture.files_settled().await, 1);
}

#[tokio::test]
async fn a_copy_to_nowhere_or_over_a_kept_object_is_refused() {
    let fixture = Fixture::new().await;
    store_bytes(&fixture.store, "source", content(1, LARGE)).await;
    store_bytes(&fixture.store, "kept", content(2, 10)).await;
    let source = fixture.reader("source").await;
    let copy = |bucket: &str, text: &str| CopyObject {
        bucket: bucket.parse().unwrap(),
        key: key(text),
        attributes: ObjectAttributes::default(),
        only_if: Precondition::forbid_overwrite(true),
    };
    let kept = fixture.store.copy_object(&source, copy("photos-1250000000", "kept")).await;
    assert!(matches!(kept, Err(StoreError::AlreadyExists(_))));
    let nowhere = fixture.store.copy_object(&source, copy("nowhere-1250000000", "a")).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));
    assert_eq!(fixture.files_settled().await, 1);
}
