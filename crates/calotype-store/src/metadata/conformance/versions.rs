//! Buckets that keep versions: what replaces what, what a deletion leaves, and how all of it is listed.

use calotype_protocol::names::VersionId;

use super::{at_ms, blob_object, bucket, entry, inline_object, is_known, key, name, publish, remove};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::listing::{ListVersions, VersionPage};
use crate::metadata::{
    AsListed, BatchObject, BucketChange, MetadataStore, ObjectChange, RemoveObject, Removed,
};
use crate::precondition::Precondition;
use crate::record::{ObjectBody, StoredObject, Versioning};

const BUCKET: &str = "versions";

pub(super) async fn check(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket(BUCKET)).await.unwrap();
    buckets_say_whether_they_keep_versions(metadata).await;
    replaced_objects_stay_readable(metadata).await;
    deleted_objects_hide_behind_a_marker(metadata).await;
    removed_versions_give_way_to_the_ones_before(metadata).await;
    suspended_buckets_write_null_over_null(metadata).await;
    older_blobs_stay_known(metadata).await;
    older_versions_are_changed_alone(metadata).await;
    only_what_was_listed_is_touched(metadata).await;
    no_version_is_overwritten(metadata).await;
    keep_their_bucket(metadata).await;
    are_listed_newest_first(metadata).await;
    are_listed_in_pages(metadata).await;
}

async fn set(metadata: &dyn MetadataStore, versioning: Versioning) {
    metadata.change_bucket(&name(BUCKET), BucketChange::Versioning(versioning)).await.unwrap();
}

/// Stores a text and returns the version it got.
async fn put(metadata: &dyn MetadataStore, text: &str, content: &'static [u8]) -> VersionId {
    let published = publish(metadata, [entry(inline_object(BUCKET, text, content))]).await.unwrap();
    published.objects[0].version_id.clone().unwrap_or_else(VersionId::null)
}

async fn find(
    metadata: &dyn MetadataStore,
    text: &str,
    version: Option<&VersionId>,
) -> Result<StoredObject, StoreError> {
    metadata.object(&name(BUCKET), &key(text), version).await
}

/// What a key shows, or a version of it.
async fn content(metadata: &dyn MetadataStore, text: &str, version: Option<&VersionId>) -> Vec<u8> {
    match find(metadata, text, version).await.unwrap().body {
        ObjectBody::Inline(bytes) => bytes.to_vec(),
        ObjectBody::Segments(_) => panic!("{text} is not inline"),
    }
}

async fn remove_version(metadata: &dyn MetadataStore, text: &str, version: &VersionId) -> Removed {
    let objects = vec![RemoveObject::new(key(text), Some(version.clone()))];
    metadata.remove_objects(&name(BUCKET), objects, at_ms(9)).await.unwrap()
}

/// Hides a key behind a marker and returns its version.
async fn hide(metadata: &dyn MetadataStore, text: &str) -> VersionId {
    let removed = remove(metadata, BUCKET, &[text]).await.unwrap();
    assert!(removed.objects[0].is_delete_marker);
    removed.objects[0].version_id.clone().unwrap()
}

async fn is_hidden_by(metadata: &dyn MetadataStore, text: &str, marker: &VersionId) -> bool {
    let hidden = find(metadata, text, None).await;
    matches!(hidden, Err(StoreError::DeleteMarker { version_id, .. }) if version_id == *marker)
}

async fn buckets_say_whether_they_keep_versions(metadata: &dyn MetadataStore) {
    for versioning in [Versioning::Suspended, Versioning::Enabled, Versioning::Unversioned] {
        set(metadata, versioning).await;
        assert_eq!(metadata.bucket(&name(BUCKET)).await.unwrap().versioning, versioning);
    }
    let enabled = BucketChange::Versioning(Versioning::Enabled);
    let nowhere = metadata.change_bucket(&name("never-made"), enabled).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));
    assert!(put(metadata, "plain", b"1").await.is_null());
    let removed = remove(metadata, BUCKET, &["plain"]).await.unwrap();
    assert_eq!((removed.objects[0].existed, removed.objects[0].version_id.clone()), (true, None));
}

async fn replaced_objects_stay_readable(metadata: &dyn MetadataStore) {
    let null = put(metadata, "kept", b"before").await;
    set(metadata, Versioning::Enabled).await;
    let (first, second) = (put(metadata, "kept", b"first").await, put(metadata, "kept", b"second").await);
    assert!(null.is_null() && first != second && !first.is_null());
    assert_eq!(content(metadata, "kept", None).await, b"second");
    for (version, expected) in [(&null, &b"before"[..]), (&first, b"first"), (&second, b"second")] {
        assert_eq!(content(metadata, "kept", Some(version)).await, expected);
    }
    let old = find(metadata, "kept", Some(&first)).await.unwrap();
    assert_eq!(old.version_id.as_ref(), Some(&first));
    let mut expected = inline_object(BUCKET, "kept", b"first");
    expected.version_id = Some(first);
    assert_eq!(old, expected);
    let unknown = find(metadata, "kept", Some(&"other".into())).await;
    assert!(matches!(unknown, Err(StoreError::NoSuchVersion(_))));
}

async fn deleted_objects_hide_behind_a_marker(metadata: &dyn MetadataStore) {
    let first = put(metadata, "hidden", b"first").await;
    let removed = remove(metadata, BUCKET, &["hidden", "hidden", "never-there"]).await.unwrap();
    assert_eq!(removed.retired, []);
    let existed: Vec<_> = removed.objects.iter().map(|object| object.existed).collect();
    assert_eq!(existed, [true, false, false]);
    assert!(removed.objects.iter().all(|object| object.is_delete_marker));
    let [one, two, elsewhere] = [0, 1, 2].map(|at| removed.objects[at].version_id.clone().unwrap());
    assert!(one != two && is_hidden_by(metadata, "hidden", &two).await);
    assert!(is_hidden_by(metadata, "never-there", &elsewhere).await);
    let named = find(metadata, "hidden", Some(&one)).await;
    assert!(matches!(named, Err(StoreError::DeleteMarker { version_id, .. }) if version_id == one));
    assert_eq!(content(metadata, "hidden", Some(&first)).await, b"first");
    put(metadata, "hidden", b"again").await;
    assert_eq!(content(metadata, "hidden", None).await, b"again");
}

async fn removed_versions_give_way_to_the_ones_before(metadata: &dyn MetadataStore) {
    let (first, second) = (put(metadata, "back", b"first").await, put(metadata, "back", b"second").await);
    let marker = hide(metadata, "back").await;
    let removed = remove_version(metadata, "back", &marker).await;
    assert!(removed.objects[0].existed && removed.objects[0].is_delete_marker);
    assert_eq!(removed.objects[0].version_id.as_ref(), Some(&marker));
    assert_eq!(content(metadata, "back", None).await, b"second");

    let removed = remove_version(metadata, "back", &second).await;
    assert!(removed.objects[0].existed && !removed.objects[0].is_delete_marker);
    assert_eq!(find(metadata, "back", None).await.unwrap().version_id, Some(first.clone()));
    let again = remove_version(metadata, "back", &second).await;
    assert!(!again.objects[0].existed);
    remove_version(metadata, "back", &first).await;
    assert!(matches!(find(metadata, "back", None).await, Err(StoreError::NoSuchKey(_))));

    // A marker that becomes the newest hides the key again.
    let (marker, above) = (hide(metadata, "back").await, put(metadata, "back", b"above").await);
    remove_version(metadata, "back", &above).await;
    assert!(is_hidden_by(metadata, "back", &marker).await);
    remove_version(metadata, "back", &marker).await;
    assert!(matches!(find(metadata, "back", None).await, Err(StoreError::NoSuchKey(_))));
}

async fn suspended_buckets_write_null_over_null(metadata: &dyn MetadataStore) {
    let first = put(metadata, "null", b"first").await;
    set(metadata, Versioning::Suspended).await;
    let null = put(metadata, "null", b"null").await;
    assert!(null.is_null() && put(metadata, "null", b"null again").await.is_null());
    assert_eq!(content(metadata, "null", None).await, b"null again");
    assert_eq!(content(metadata, "null", Some(&first)).await, b"first");

    assert!(hide(metadata, "null").await.is_null());
    assert!(is_hidden_by(metadata, "null", &null).await);
    assert!(hide(metadata, "null").await.is_null());
    assert_eq!(listed(metadata, "null").await, ["null null marker latest", "null V first"]);

    // Null is replaced wherever it stands.
    set(metadata, Versioning::Enabled).await;
    put(metadata, "null", b"last").await;
    set(metadata, Versioning::Suspended).await;
    put(metadata, "null", b"null").await;
    assert_eq!(listed(metadata, "null").await, ["null null null latest", "null V last", "null V first"]);
    remove_version(metadata, "null", &null).await;
    assert_eq!(content(metadata, "null", None).await, b"last");
    set(metadata, Versioning::Enabled).await;
}

async fn older_blobs_stay_known(metadata: &dyn MetadataStore) {
    let (old, new, last) = (BlobId::unique(), BlobId::unique(), BlobId::unique());
    let put = |blob| publish(metadata, [entry(blob_object(BUCKET, "blobs", blob))]);
    let first = put(old).await.unwrap().objects[0].version_id.clone().unwrap();
    assert_eq!(put(new).await.unwrap().retired, []);
    let shared = BatchObject { shared_segments: 1, ..entry(blob_object(BUCKET, "blobs-copy", old)) };
    publish(metadata, [shared]).await.unwrap();
    remove(metadata, BUCKET, &["blobs", "blobs-copy"]).await.unwrap();
    assert!(is_known(metadata, old).await && is_known(metadata, new).await);

    assert_eq!(remove_version(metadata, "blobs", &first).await.retired, []);
    let listed = list(metadata, "blobs-copy", "", 10).await.versions;
    assert_eq!(remove_version(metadata, "blobs-copy", &listed[1].version_id).await.retired, [old]);
    assert!(!is_known(metadata, old).await);

    set(metadata, Versioning::Suspended).await;
    assert_eq!(put(last).await.unwrap().retired, []);
    assert_eq!(put(BlobId::unique()).await.unwrap().retired, [last]);
    set(metadata, Versioning::Enabled).await;
}

async fn older_versions_are_changed_alone(metadata: &dyn MetadataStore) {
    let (first, _) = (put(metadata, "changed", b"1").await, put(metadata, "changed", b"2").await);
    let change = |version: Option<VersionId>, tag: &str| {
        let change = ObjectChange::Tags(vec![(tag.to_owned(), String::new())]);
        async move { metadata.change_object(&name(BUCKET), &key("changed"), version.as_ref(), change).await }
    };
    change(Some(first.clone()), "old").await.unwrap();
    change(None, "new").await.unwrap();
    let tag = async |version| find(metadata, "changed", version).await.unwrap().attributes.tags[0].0.clone();
    assert_eq!((tag(Some(&first)).await, tag(None).await), ("old".into(), "new".into()));
    let unknown = change(Some("other".into()), "x").await;
    assert!(matches!(unknown, Err(StoreError::NoSuchVersion(_))));
    let marker = hide(metadata, "changed").await;
    for version in [None, Some(marker)] {
        assert!(matches!(change(version, "x").await, Err(StoreError::DeleteMarker { .. })));
    }
}

async fn only_what_was_listed_is_touched(metadata: &dyn MetadataStore) {
    let (first, second) = (put(metadata, "listed", b"1").await, put(metadata, "listed", b"2").await);
    let removed = async |version: Option<&VersionId>, modified: u64, is_latest: bool| {
        let as_listed = Some(AsListed { last_modified: at_ms(modified), is_latest });
        let object = RemoveObject { as_listed, ..RemoveObject::new(key("listed"), version.cloned()) };
        let removed = metadata.remove_objects(&name(BUCKET), vec![object], at_ms(9)).await.unwrap();
        removed.objects[0].existed
    };
    // Rewritten since, replaced since, and current again since.
    for (version, modified, is_latest) in [
        (None, 0, true),
        (None, 1, false),
        (Some(&first), 1, true),
        (Some(&second), 1, false),
        (Some(&first), 2, false),
    ] {
        assert!(!removed(version, modified, is_latest).await, "{version:?} {modified} {is_latest}");
    }
    let class = |stored| ObjectChange::StorageClass { class: "COLD".into(), stored };
    let change = async |version: &VersionId, stored| {
        metadata.change_object(&name(BUCKET), &key("listed"), Some(version), class(stored)).await
    };
    assert!(matches!(change(&second, at_ms(2)).await, Err(StoreError::Conflict(_))));
    change(&first, at_ms(1)).await.unwrap();
    assert_eq!(find(metadata, "listed", Some(&first)).await.unwrap().attributes.storage_class, "COLD");
    assert_eq!(find(metadata, "listed", None).await.unwrap().attributes.storage_class, "STANDARD");

    assert!(removed(Some(&first), 1, false).await);
    assert!(removed(None, 1, true).await);
    assert!(!removed(None, 9, true).await, "a delete marker is no object");
    let list = ListVersions { prefix: "listed".into(), entries_max: 1, ..ListVersions::default() };
    let listed = metadata.list_versions(&name(BUCKET), &list).await.unwrap();
    let marker = listed.versions[0].version_id.clone();
    assert!(removed(Some(&marker), 9, true).await);
}

async fn no_version_is_overwritten(metadata: &dyn MetadataStore) {
    let only_if = Precondition::forbid_overwrite(true);
    let forbid = || BatchObject { only_if: only_if.clone(), ..entry(inline_object(BUCKET, "forbid", b"1")) };
    publish(metadata, [forbid()]).await.unwrap();
    publish(metadata, [forbid()]).await.unwrap();
    set(metadata, Versioning::Suspended).await;
    assert!(matches!(publish(metadata, [forbid()]).await, Err(StoreError::AlreadyExists(_))));
    remove(metadata, BUCKET, &["forbid"]).await.unwrap();
    publish(metadata, [forbid()]).await.unwrap();
    set(metadata, Versioning::Enabled).await;
}

async fn keep_their_bucket(metadata: &dyn MetadataStore) {
    let mut held = bucket("held-by-versions");
    held.versioning = Versioning::Enabled;
    metadata.create_bucket(held.clone()).await.unwrap();
    assert_eq!(metadata.bucket(&held.name).await.unwrap(), held);
    let removed = remove(metadata, "held-by-versions", &["k"]).await.unwrap();
    let refused = metadata.delete_bucket(&held.name).await;
    assert!(matches!(refused, Err(StoreError::BucketNotEmpty(_))));
    let marker = removed.objects[0].version_id.clone();
    let objects = vec![RemoveObject::new(key("k"), marker)];
    metadata.remove_objects(&held.name, objects, at_ms(9)).await.unwrap();
    metadata.delete_bucket(&held.name).await.unwrap();
}

async fn are_listed_newest_first(metadata: &dyn MetadataStore) {
    put(metadata, "list/a", b"1").await;
    put(metadata, "list/a", b"2").await;
    put(metadata, "list/b", b"1").await;
    hide(metadata, "list/b").await;
    put(metadata, "list/b/c", b"1").await;
    let all =
        ["list/a V 2 latest", "list/a V 1", "list/b V marker latest", "list/b V 1", "list/b/c V 1 latest"];
    assert_eq!(listed(metadata, "list/").await, all);
    let folded = list(metadata, "list/", "/", 10).await;
    assert_eq!((folded.versions.len(), folded.common_prefixes), (4, vec!["list/b/".to_owned()]));
    let of_object = &list(metadata, "list/a", "", 1).await.versions[0];
    assert_eq!(of_object.last_modified, at_ms(1));
    assert_eq!(of_object.content.as_ref().unwrap().storage_class, "STANDARD");
    assert_eq!(list(metadata, "list/b", "", 1).await.versions[0].last_modified, at_ms(9));
    let nowhere = metadata.list_versions(&name("never-made"), &ListVersions::default()).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));
}

async fn are_listed_in_pages(metadata: &dyn MetadataStore) {
    for delimiter in ["", "/"] {
        let whole = list(metadata, "list/", delimiter, 100).await;
        for entries_max in 1..5 {
            let (mut page, mut seen) = (VersionPage::default(), VersionPage::default());
            page.next = Some((String::new(), None));
            while let Some((key_marker, version_marker)) = page.next {
                let (prefix, delimiter) = ("list/".to_owned(), delimiter.to_owned());
                let list = ListVersions { prefix, delimiter, key_marker, version_marker, entries_max };
                page = metadata.list_versions(&name(BUCKET), &list).await.unwrap();
                assert!(page.versions.len() + page.common_prefixes.len() <= entries_max);
                seen.versions.extend(page.versions);
                seen.common_prefixes.extend(page.common_prefixes);
            }
            assert_eq!(seen, whole, "pages of {entries_max}, delimiter {delimiter:?}");
        }
    }
    let after = |version: Option<VersionId>| ListVersions {
        key_marker: "list/a".into(),
        version_marker: version,
        entries_max: 1,
        ..ListVersions::default()
    };
    let first = |list| async move { metadata.list_versions(&name(BUCKET), &list).await.unwrap() };
    assert_eq!(first(after(None)).await.versions[0].key, key("list/b"));
    // A marker that is gone hides nothing.
    assert!(first(after(Some("gone".into()))).await.versions[0].is_latest);
    let none = ListVersions::default();
    assert_eq!(first(none).await, VersionPage::default());
}

async fn list(
    metadata: &dyn MetadataStore,
    prefix: &str,
    delimiter: &str,
    entries_max: usize,
) -> VersionPage {
    let (prefix, delimiter) = (prefix.to_owned(), delimiter.to_owned());
    let list = ListVersions { prefix, delimiter, entries_max, ..ListVersions::default() };
    metadata.list_versions(&name(BUCKET), &list).await.unwrap()
}

/// Key, version (`V` unless it is null), content and whether it is the latest, of every version.
async fn listed(metadata: &dyn MetadataStore, prefix: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for version in list(metadata, prefix, "", 100).await.versions {
        let id = if version.version_id.is_null() { "null" } else { "V" };
        let what = match &version.content {
            Some(about) => {
                let bytes = content(metadata, version.key.as_str(), Some(&version.version_id)).await;
                assert_eq!(about.size_bytes, bytes.len() as u64);
                String::from_utf8(bytes).unwrap()
            }
            None => "marker".to_owned(),
        };
        let latest = if version.is_latest { " latest" } else { "" };
        lines.push(format!("{} {id} {what}{latest}", version.key));
    }
    lines
}
