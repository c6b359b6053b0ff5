//! Buckets that retain what is written.

use calotype_protocol::names::VersionId;

use super::{at_ms, bucket, entry, inline_object, key, name, publish};
use crate::error::StoreError;
use crate::metadata::{BatchObject, BucketChange, MetadataStore, RemoveObject, RemovedObject};
use crate::record::Versioning;

const BUCKET: &str = "retention";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

pub(super) async fn check(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket(BUCKET)).await.unwrap();
    publish(metadata, [written("a", 0)]).await.unwrap();
    change(metadata, BucketChange::RetentionDays(2)).await;
    assert_eq!(metadata.bucket(&name(BUCKET)).await.unwrap().retention_days, Some(2));
    objects_stay_for_their_days(metadata).await;
    versions_stay_and_are_hidden_all_the_same(metadata).await;
}

async fn change(metadata: &dyn MetadataStore, change: BucketChange) {
    metadata.change_bucket(&name(BUCKET), change).await.unwrap();
}

fn written(text: &str, ms: u64) -> BatchObject {
    let mut object = inline_object(BUCKET, text, b"1");
    object.last_modified = at_ms(ms);
    entry(object)
}

async fn remove(metadata: &dyn MetadataStore, version: Option<VersionId>, ms: u64) -> RemovedObject {
    let object = RemoveObject::new(key("a"), version);
    metadata.remove_objects(&name(BUCKET), vec![object], at_ms(ms)).await.unwrap().objects.remove(0)
}

async fn objects_stay_for_their_days(metadata: &dyn MetadataStore) {
    let early = publish(metadata, [written("b", 0), written("a", 2 * DAY_MS - 1)]).await;
    assert!(matches!(early, Err(StoreError::ObjectLocked(locked)) if locked == key("a")));
    assert!(matches!(metadata.object(&name(BUCKET), &key("b"), None).await, Err(StoreError::NoSuchKey(_))));
    for version in [None, Some(VersionId::null())] {
        let locked = remove(metadata, version, 2 * DAY_MS - 1).await;
        assert!(locked.is_locked && locked.existed && !locked.is_delete_marker);
    }
    publish(metadata, [written("a", 2 * DAY_MS)]).await.unwrap();
    assert!(remove(metadata, None, 3 * DAY_MS).await.is_locked);
    assert!(!remove(metadata, None, 4 * DAY_MS).await.is_locked);
    assert!(matches!(metadata.object(&name(BUCKET), &key("a"), None).await, Err(StoreError::NoSuchKey(_))));
}

async fn versions_stay_and_are_hidden_all_the_same(metadata: &dyn MetadataStore) {
    change(metadata, BucketChange::Versioning(Versioning::Enabled)).await;
    let first = publish(metadata, [written("a", 0)]).await.unwrap().objects[0].version_id.clone();
    publish(metadata, [written("a", 1)]).await.unwrap();
    let marker = remove(metadata, None, 2).await;
    assert!(marker.is_delete_marker && !marker.is_locked);
    assert!(remove(metadata, first.clone(), 3).await.is_locked);
    assert!(metadata.object(&name(BUCKET), &key("a"), first.as_ref()).await.is_ok());
    let unhidden = remove(metadata, marker.version_id, 4).await;
    assert!(unhidden.is_delete_marker && !unhidden.is_locked);
    assert!(!remove(metadata, first, 2 * DAY_MS).await.is_locked);
}
