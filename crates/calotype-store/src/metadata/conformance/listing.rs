//! Pages of objects, held against a model that has no idea of seeking.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::{bucket, entry, inline_object, name, publish, remove};
use crate::error::StoreError;
use crate::listing::{ListObjects, ObjectPage};
use crate::metadata::MetadataStore;

pub(super) async fn check(metadata: &dyn MetadataStore) {
    tells_what_an_object_is(metadata).await;
    shows_what_is_there_at_once(metadata).await;
    agrees_with_the_model(metadata).await;
    hides_much_behind_a_delimiter(metadata).await;
}

async fn tells_what_an_object_is(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket("listing")).await.unwrap();
    let object = inline_object("listing", "a/图.jpg", b"hello");
    publish(metadata, [entry(object.clone())]).await.unwrap();
    let page = list(metadata, "listing", "", "", "", 10).await;
    let [only] = page.objects.as_slice() else { panic!("{page:?}") };
    assert_eq!((&only.key, &only.etag, only.size_bytes), (&object.key, &object.etag, 5));
    assert_eq!((only.last_modified, only.storage_class.as_str()), (object.last_modified, "STANDARD"));
    let nowhere = metadata.list_objects(&name("never-made"), &ListObjects::default()).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));
}

async fn shows_what_is_there_at_once(metadata: &dyn MetadataStore) {
    publish(metadata, [entry(inline_object("listing", "b", b"1"))]).await.unwrap();
    assert_eq!(entries(&list(metadata, "listing", "b", "", "", 10).await), ["b"]);
    remove(metadata, "listing", &["b"]).await.unwrap();
    assert_eq!(entries(&list(metadata, "listing", "b", "", "", 10).await), [""; 0]);
}

const KEYS: [&str; 18] = [
    "a", "a/", "a/b", "a/b/c", "a/b/d", "a/c", "a0", "ab", "b//c", "b/c", "c--d", "c--e", "c-d", "Z", "z",
    "图/1", "图/2", "片",
];

/// Every question over a small world of keys, at every page size.
async fn agrees_with_the_model(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket("model")).await.unwrap();
    for text in KEYS {
        publish(metadata, [entry(inline_object("model", text, b"1"))]).await.unwrap();
    }
    let words =
        prop::sample::select(vec!["", "/", "a", "a/", "a/b", "a/b/", "b", "c", "c-", "图", "图/", "zz", "-"]);
    let delimiters = prop::sample::select(vec!["", "/", "b", "--", "图", "//"]);
    let questions = (words.clone(), delimiters, words, 0_usize..8);
    let mut runner = TestRunner::deterministic();
    for _ in 0..400 {
        let (prefix, delimiter, marker, entries_max) = questions.new_tree(&mut runner).unwrap().current();
        let page = list(metadata, "model", prefix, delimiter, marker, entries_max).await;
        let expected: Vec<_> = model(prefix, delimiter).into_iter().filter(|e| e.as_str() > marker).collect();
        let shown = expected.len().min(entries_max);
        let question =
            format!("prefix {prefix:?} delimiter {delimiter:?} marker {marker:?} max {entries_max}");
        assert_eq!(entries(&page), expected[..shown], "{question}");
        let next = (expected.len() > shown && shown > 0).then(|| expected[shown - 1].clone());
        assert_eq!(page.next_marker, next, "{question}");
    }
    for delimiter in ["", "/", "--"] {
        for entries_max in 1..4 {
            covers_all_exactly_once(metadata, delimiter, entries_max).await;
        }
    }
}

async fn covers_all_exactly_once(metadata: &dyn MetadataStore, delimiter: &str, entries_max: usize) {
    let (mut seen, mut marker) = (Vec::new(), String::new());
    loop {
        let page = list(metadata, "model", "", delimiter, &marker, entries_max).await;
        seen.extend(entries(&page));
        match page.next_marker {
            Some(next) => marker = next,
            None => break,
        }
    }
    assert_eq!(seen, model("", delimiter).into_iter().collect::<Vec<_>>(), "by {entries_max}, {delimiter:?}");
}

/// A page costs what it shows: with a scan this would read every key.
async fn hides_much_behind_a_delimiter(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket("deep")).await.unwrap();
    let objects = (0..20).flat_map(|folder| (0..100).map(move |file| format!("{folder:02}/{file:02}")));
    publish(metadata, objects.map(|text| entry(inline_object("deep", &text, b"1")))).await.unwrap();
    let page = list(metadata, "deep", "", "/", "", 1000).await;
    assert_eq!((page.objects.len(), page.common_prefixes.len()), (0, 20));
    assert_eq!(page.common_prefixes[19], "19/");
    assert_eq!(page.next_marker, None);
}

/// What a listing shows, by definition: the keys under the prefix, cut after the first delimiter.
fn model(prefix: &str, delimiter: &str) -> BTreeSet<String> {
    let under = KEYS.iter().filter_map(|key| key.strip_prefix(prefix));
    let cut = |rest: &str| match rest.find(delimiter) {
        Some(at) if !delimiter.is_empty() => format!("{prefix}{}", &rest[..at + delimiter.len()]),
        _ => format!("{prefix}{rest}"),
    };
    under.map(cut).collect()
}

/// Keys and common prefixes in the order of the listing.
fn entries(page: &ObjectPage) -> Vec<String> {
    let keys = page.objects.iter().map(|object| object.key.as_str().to_owned());
    let mut entries: Vec<_> = keys.chain(page.common_prefixes.iter().cloned()).collect();
    assert!(page.objects.is_sorted_by(|a, b| a.key < b.key) && page.common_prefixes.is_sorted());
    entries.sort();
    entries
}

async fn list(
    metadata: &dyn MetadataStore,
    bucket: &str,
    prefix: &str,
    delimiter: &str,
    marker: &str,
    entries_max: usize,
) -> ObjectPage {
    let (prefix, delimiter, marker) = (prefix.to_owned(), delimiter.to_owned(), marker.to_owned());
    metadata
        .list_objects(&name(bucket), &ListObjects { prefix, delimiter, marker, entries_max })
        .await
        .unwrap()
}
