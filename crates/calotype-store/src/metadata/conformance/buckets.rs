//! Buckets and the texts they keep.

use super::{bucket, entry, inline_object, name, publish, remove};
use crate::error::StoreError;
use crate::metadata::{BucketChange, MetadataStore, TextKind};
use crate::record::Acl;

pub(super) async fn check(metadata: &dyn MetadataStore) {
    is_made_once_and_found(metadata).await;
    is_removed_only_when_empty(metadata).await;
    are_listed_by_name_and_owner(metadata).await;
    keeps_texts_by_kind_and_name(metadata).await;
    forgets_its_texts_when_removed(metadata).await;
}

async fn is_made_once_and_found(metadata: &dyn MetadataStore) {
    let made = bucket("once");
    metadata.create_bucket(made.clone()).await.unwrap();
    assert_eq!(metadata.bucket(&made.name).await.unwrap(), made);
    let again = metadata.create_bucket(made.clone()).await.unwrap_err();
    assert!(matches!(again, StoreError::BucketExists { owner, .. } if owner == made.owner));

    let acl = Acl { canned: Some("private".into()), grants: Vec::new() };
    metadata.change_bucket(&made.name, BucketChange::Acl(acl.clone())).await.unwrap();
    assert_eq!(metadata.bucket(&made.name).await.unwrap().acl, acl);

    let missing = name("never-made");
    assert!(matches!(metadata.bucket(&missing).await, Err(StoreError::NoSuchBucket(_))));
    let changed = metadata.change_bucket(&missing, BucketChange::Acl(Acl::default())).await;
    assert!(matches!(changed, Err(StoreError::NoSuchBucket(_))));
}

async fn is_removed_only_when_empty(metadata: &dyn MetadataStore) {
    let full = bucket("full");
    metadata.create_bucket(full.clone()).await.unwrap();
    publish(metadata, [entry(inline_object("full", "a", b"1"))]).await.unwrap();
    let refused = metadata.delete_bucket(&full.name).await.unwrap_err();
    assert!(matches!(refused, StoreError::BucketNotEmpty(_)));

    remove(metadata, "full", &["a"]).await.unwrap();
    metadata.delete_bucket(&full.name).await.unwrap();
    assert!(matches!(metadata.bucket(&full.name).await, Err(StoreError::NoSuchBucket(_))));
    assert!(matches!(metadata.delete_bucket(&full.name).await, Err(StoreError::NoSuchBucket(_))));
}

async fn are_listed_by_name_and_owner(metadata: &dyn MetadataStore) {
    for (text, owner) in [("list-b", "list-1"), ("list-c", "list-2"), ("list-a", "list-1")] {
        let mut record = bucket(text);
        record.owner = owner.into();
        metadata.create_bucket(record).await.unwrap();
    }
    let names = |records: Vec<crate::record::BucketRecord>| -> Vec<_> {
        records.into_iter().map(|record| record.name).collect()
    };
    let of_one = names(metadata.list_buckets(Some("list-1")).await.unwrap());
    assert_eq!(of_one, [name("list-a"), name("list-b")]);
    let all = names(metadata.list_buckets(None).await.unwrap());
    assert!(all.is_sorted() && all.contains(&name("list-c")));
}

async fn keeps_texts_by_kind_and_name(metadata: &dyn MetadataStore) {
    let at = bucket("texts");
    metadata.create_bucket(at.clone()).await.unwrap();
    for (kind, text) in [(TextKind::Document, "old"), (TextKind::Document, "doc"), (TextKind::Style, "style")]
    {
        metadata.put_text(&at.name, kind, "cors", text.into()).await.unwrap();
    }
    metadata.put_text(&at.name, TextKind::Document, "a", "first".into()).await.unwrap();

    let text = |kind, name| metadata.text(&at.name, kind, name);
    assert_eq!(text(TextKind::Document, "cors").await.unwrap().as_deref(), Some("doc"));
    assert_eq!(text(TextKind::Style, "cors").await.unwrap().as_deref(), Some("style"));
    assert_eq!(text(TextKind::Style, "a").await.unwrap(), None);
    let all = metadata.texts(&at.name, TextKind::Document).await.unwrap();
    assert_eq!(all, [("a".into(), "first".into()), ("cors".into(), "doc".into())]);

    assert!(metadata.delete_text(&at.name, TextKind::Document, "cors").await.unwrap());
    assert!(!metadata.delete_text(&at.name, TextKind::Document, "cors").await.unwrap());
    assert_eq!(text(TextKind::Document, "cors").await.unwrap(), None);
    assert_eq!(text(TextKind::Style, "cors").await.unwrap().as_deref(), Some("style"));
    let nowhere = metadata.put_text(&name("never-made"), TextKind::Style, "a", String::new()).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));
}

async fn forgets_its_texts_when_removed(metadata: &dyn MetadataStore) {
    let at = bucket("forgets");
    metadata.create_bucket(at.clone()).await.unwrap();
    metadata.put_text(&at.name, TextKind::Style, "s", "x".into()).await.unwrap();
    metadata.delete_bucket(&at.name).await.unwrap();
    metadata.create_bucket(at.clone()).await.unwrap();
    assert_eq!(metadata.texts(&at.name, TextKind::Style).await.unwrap(), []);
}
