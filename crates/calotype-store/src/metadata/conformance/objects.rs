//! Objects, batches of them, and the blobs they lie in.

use calotype_protocol::names::VersionId;

use super::{at_ms, blob_object, bucket, entry, inline_object, is_known, key, name, publish, remove};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::metadata::{BatchObject, MetadataStore, ObjectChange, RemoveObject};
use crate::precondition::{Precondition, TagDemand};
use crate::record::{Acl, ObjectBody, Segment, StoredObject};

pub(super) async fn check(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket("objects")).await.unwrap();
    come_back_as_they_were(metadata).await;
    are_missing_in_the_right_way(metadata).await;
    change_in_place(metadata).await;
    replace_and_retire(metadata).await;
    share_blobs_by_count(metadata).await;
    are_not_overwritten_when_forbidden(metadata).await;
    change_hands_only_as_demanded(metadata).await;
    appear_together_or_not_at_all(metadata).await;
    are_removed_together(metadata).await;
    share_their_first_segments_alone(metadata).await;
    count_a_blob_once_a_segment(metadata).await;
    survive_many_writers(metadata).await;
}

async fn find(metadata: &dyn MetadataStore, text: &str) -> Result<StoredObject, StoreError> {
    metadata.object(&name("objects"), &key(text), None).await
}

async fn come_back_as_they_were(metadata: &dyn MetadataStore) {
    let small = inline_object("objects", "图/small", b"hello");
    let empty = inline_object("objects", "empty", b"");
    let large = blob_object("objects", "large", BlobId::unique());
    for object in [&small, &empty, &large] {
        let published = publish(metadata, [entry(object.clone())]).await.unwrap();
        assert_eq!(published.objects, std::slice::from_ref(object));
        assert_eq!(published.retired, []);
        assert_eq!(find(metadata, object.key.as_str()).await.unwrap(), *object);
    }
}

async fn are_missing_in_the_right_way(metadata: &dyn MetadataStore) {
    publish(metadata, [entry(inline_object("objects", "there", b"1"))]).await.unwrap();
    assert!(matches!(find(metadata, "missing").await, Err(StoreError::NoSuchKey(_))));
    let nowhere = metadata.object(&name("never-made"), &key("there"), None).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));

    let version =
        |id: VersionId| async move { metadata.object(&name("objects"), &key("there"), Some(&id)).await };
    assert!(version(VersionId::null()).await.is_ok());
    assert!(matches!(version("other".into()).await, Err(StoreError::NoSuchVersion(_))));
    let lost = publish(metadata, [entry(inline_object("never-made", "a", b"1"))]).await;
    assert!(matches!(lost, Err(StoreError::NoSuchBucket(_))));
}

async fn change_in_place(metadata: &dyn MetadataStore) {
    let object = inline_object("objects", "changed", b"1");
    publish(metadata, [entry(object.clone())]).await.unwrap();
    let acl = Acl { canned: Some("private".into()), grants: Vec::new() };
    let change = |key_text: &str, change| {
        let key = key(key_text);
        async move { metadata.change_object(&name("objects"), &key, None, change).await }
    };
    change("changed", ObjectChange::Acl(acl.clone())).await.unwrap();
    change("changed", ObjectChange::Tags(Vec::new())).await.unwrap();

    let mut expected = object;
    expected.attributes.acl = acl;
    expected.attributes.tags = Vec::new();
    assert_eq!(find(metadata, "changed").await.unwrap(), expected);
    let missing = change("missing", ObjectChange::Tags(Vec::new())).await;
    assert!(matches!(missing, Err(StoreError::NoSuchKey(_))));
}

async fn replace_and_retire(metadata: &dyn MetadataStore) {
    let (first, second) = (BlobId::unique(), BlobId::unique());
    publish(metadata, [entry(blob_object("objects", "replaced", first))]).await.unwrap();
    assert!(is_known(metadata, first).await);

    let published = publish(metadata, [entry(blob_object("objects", "replaced", second))]).await.unwrap();
    assert_eq!(published.retired, [first]);
    assert!(!is_known(metadata, first).await && is_known(metadata, second).await);

    let published = publish(metadata, [entry(inline_object("objects", "replaced", b"small"))]).await.unwrap();
    assert_eq!(published.retired, [second]);
    let removed = remove(metadata, "objects", &["replaced"]).await.unwrap();
    assert!(removed.objects[0].existed && removed.retired.is_empty());
}

async fn share_blobs_by_count(metadata: &dyn MetadataStore) {
    let blob = BlobId::unique();
    let shared = |text| BatchObject { shared_segments: 1, ..entry(blob_object("objects", text, blob)) };
    let too_early = publish(metadata, [shared("copy")]).await;
    assert!(matches!(too_early, Err(StoreError::Conflict(_))));
    assert!(matches!(find(metadata, "copy").await, Err(StoreError::NoSuchKey(_))));

    publish(metadata, [entry(blob_object("objects", "source", blob))]).await.unwrap();
    publish(metadata, [shared("copy")]).await.unwrap();
    // An object copied onto itself keeps its blob.
    assert_eq!(publish(metadata, [shared("copy")]).await.unwrap().retired, []);

    assert_eq!(remove(metadata, "objects", &["source"]).await.unwrap().retired, []);
    assert!(is_known(metadata, blob).await);
    assert_eq!(remove(metadata, "objects", &["copy"]).await.unwrap().retired, [blob]);
    assert!(!is_known(metadata, blob).await);
}

async fn are_not_overwritten_when_forbidden(metadata: &dyn MetadataStore) {
    let (kept, refused) = (BlobId::unique(), BlobId::unique());
    let only_if = Precondition::forbid_overwrite(true);
    let forbid = |object| BatchObject { only_if: only_if.clone(), ..entry(object) };
    publish(metadata, [forbid(blob_object("objects", "once", kept))]).await.unwrap();
    let again = publish(metadata, [forbid(blob_object("objects", "once", refused))]).await;
    assert!(matches!(again, Err(StoreError::AlreadyExists(_))));
    assert!(is_known(metadata, kept).await && !is_known(metadata, refused).await);
    assert_eq!(find(metadata, "once").await.unwrap(), blob_object("objects", "once", kept));
}

async fn change_hands_only_as_demanded(metadata: &dyn MetadataStore) {
    let put = async |content, if_match, if_none_match| {
        let only_if = Precondition { if_match, if_none_match, ..Precondition::default() };
        let object = inline_object("objects", "demanded", content);
        publish(metadata, [BatchObject { only_if, ..entry(object) }]).await.map(drop)
    };
    let tag = |content| Some(TagDemand::OneOf(vec![inline_object("objects", "k", content).etag]));
    let failed = |outcome| matches!(outcome, Err(StoreError::PreconditionFailed(_)));
    assert!(failed(put(b"1", Some(TagDemand::Any), None).await));
    assert!(failed(put(b"1", tag(b"0"), None).await));
    put(b"1", None, Some(TagDemand::Any)).await.unwrap();
    assert!(failed(put(b"2", None, Some(TagDemand::Any)).await));
    assert!(failed(put(b"2", None, tag(b"1")).await));
    put(b"2", tag(b"1"), tag(b"0")).await.unwrap();
    assert!(failed(put(b"3", tag(b"1"), None).await));

    let remove = async |if_match, version| {
        let object = RemoveObject { if_match, ..RemoveObject::new(key("demanded"), version) };
        metadata.remove_objects(&name("objects"), vec![object], at_ms(9)).await.map(drop)
    };
    assert!(failed(remove(tag(b"1"), None).await));
    assert!(failed(remove(Some(TagDemand::Any), Some("other".into())).await));
    assert_eq!(find(metadata, "demanded").await.unwrap(), inline_object("objects", "demanded", b"2"));
    remove(tag(b"2"), Some(VersionId::null())).await.unwrap();
    assert!(failed(remove(Some(TagDemand::Any), None).await));
}

async fn appear_together_or_not_at_all(metadata: &dyn MetadataStore) {
    let (old, new, last) = (BlobId::unique(), BlobId::unique(), BlobId::unique());
    publish(metadata, [entry(blob_object("objects", "batch/a", old))]).await.unwrap();
    let failing = [
        entry(blob_object("objects", "batch/a", new)),
        entry(inline_object("objects", "batch/b", b"b")),
        entry(inline_object("never-made", "batch/c", b"c")),
    ];
    assert!(matches!(publish(metadata, failing).await, Err(StoreError::NoSuchBucket(_))));
    assert_eq!(find(metadata, "batch/a").await.unwrap(), blob_object("objects", "batch/a", old));
    assert!(matches!(find(metadata, "batch/b").await, Err(StoreError::NoSuchKey(_))));
    assert!(is_known(metadata, old).await && !is_known(metadata, new).await);

    let twice = [
        entry(blob_object("objects", "batch/a", new)),
        entry(inline_object("objects", "batch/b", b"b")),
        entry(blob_object("objects", "batch/a", last)),
    ];
    let published = publish(metadata, twice).await.unwrap();
    assert_eq!(published.retired, [old, new]);
    assert_eq!(find(metadata, "batch/a").await.unwrap(), blob_object("objects", "batch/a", last));
    assert!(find(metadata, "batch/b").await.is_ok());
}

async fn are_removed_together(metadata: &dyn MetadataStore) {
    let blob = BlobId::unique();
    publish(metadata, [entry(inline_object("objects", "gone/a", b"a"))]).await.unwrap();
    publish(metadata, [entry(blob_object("objects", "gone/b", blob))]).await.unwrap();
    let keys = ["gone/a", "gone/missing", "gone/b", "gone/a"];
    let removed = remove(metadata, "objects", &keys).await.unwrap();
    let existed: Vec<_> = removed.objects.iter().map(|object| object.existed).collect();
    assert_eq!(existed, [true, false, true, false]);
    assert_eq!(removed.retired, [blob]);
    assert!(matches!(find(metadata, "gone/a").await, Err(StoreError::NoSuchKey(_))));
    let nowhere = remove(metadata, "never-made", &["a"]).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));
}

async fn share_their_first_segments_alone(metadata: &dyn MetadataStore) {
    let (head, tail, other) = (BlobId::unique(), BlobId::unique(), BlobId::unique());
    let segment = |blob| Segment { blob, offset_bytes: 0, size_bytes: 9 };
    let grown = |head, tail| {
        let object = blob_object("objects", "grows", head);
        let body = ObjectBody::Segments(vec![segment(head), segment(tail)]);
        BatchObject { shared_segments: 1, ..entry(StoredObject { body, ..object }) }
    };
    assert!(matches!(publish(metadata, [grown(head, tail)]).await, Err(StoreError::Conflict(_))));
    publish(metadata, [entry(blob_object("objects", "grows", head))]).await.unwrap();
    assert_eq!(publish(metadata, [grown(head, tail)]).await.unwrap().retired, []);
    assert!(is_known(metadata, head).await && is_known(metadata, tail).await);
    assert_eq!(publish(metadata, [grown(head, other)]).await.unwrap().retired, [tail]);
    assert_eq!(remove(metadata, "objects", &["grows"]).await.unwrap().retired, [head, other]);
}

async fn count_a_blob_once_a_segment(metadata: &dyn MetadataStore) {
    let blob = BlobId::unique();
    let mut object = blob_object("objects", "twice-in-one", blob);
    let segment = |offset_bytes| Segment { blob, offset_bytes, size_bytes: 4 };
    object.body = ObjectBody::Segments(vec![segment(5), segment(0)]);
    publish(metadata, [entry(object.clone())]).await.unwrap();
    assert_eq!(find(metadata, "twice-in-one").await.unwrap(), object);
    let removed = remove(metadata, "objects", &["twice-in-one"]).await.unwrap();
    assert_eq!(removed.retired, [blob]);
}

async fn survive_many_writers(metadata: &dyn MetadataStore) {
    let write = |i: usize| async move {
        // A third of them fail; those must take back themselves and nothing else.
        let bucket = if i.is_multiple_of(3) { "never-made" } else { "objects" };
        publish(metadata, [entry(inline_object(bucket, &format!("many/{i}"), b"x"))]).await.is_ok()
    };
    let written = futures_util::future::join_all((0..300).map(write)).await;
    for (i, is_written) in written.into_iter().enumerate() {
        assert_eq!(is_written, !i.is_multiple_of(3));
        assert_eq!(find(metadata, &format!("many/{i}")).await.is_ok(), is_written);
    }
}
