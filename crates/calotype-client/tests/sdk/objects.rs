//! Buckets, objects, listings and parts.

use bytes::Bytes;
use calotype_client::{ClientError, ErrorCode, RequestBody, StorageClass, VersioningStatus};
use calotype_protocol::acl::{Acl, CannedAcl};
use calotype_protocol::copy_source::CopySource;
use calotype_protocol::range::ByteRange;
use futures_util::stream;

use crate::support;

#[tokio::test]
async fn cos_sdk_15_buckets_are_made_found_and_removed() {
    let client = support::client().await;
    let bucket = client.bucket("photos-1250000000").unwrap();
    assert!(!bucket.exists().await.unwrap());
    bucket.create().await.unwrap();
    assert!(bucket.exists().await.unwrap());
    let buckets = client.list_buckets().await.unwrap().buckets;
    assert_eq!(buckets[0].name.as_str(), "photos-1250000000");
    bucket.delete().await.unwrap();
    assert!(client.list_buckets().await.unwrap().buckets.is_empty());
}

#[tokio::test]
async fn cos_sdk_15_an_object_comes_back_with_everything_that_was_said_about_it() {
    let bucket = support::bucket().await;
    let put = bucket
        .put_object("a b/图.txt", "hello")
        .unwrap()
        .content_type("text/plain; charset=utf-8")
        .cache_control("max-age=60")
        .metadata("Colour", "grün")
        .storage_class(StorageClass::StandardIa);
    let stored = put.send().await.unwrap();
    assert_eq!(stored.etag.unwrap().as_str(), "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(stored.crc64, Some(11_177_612_005_948_864_433));

    let head = bucket.head_object("a b/图.txt").await.unwrap();
    assert_eq!(head.content_length, Some(5));
    assert_eq!(head.storage_class, StorageClass::StandardIa);
    assert_eq!(head.content.content_type.unwrap(), "text/plain; charset=utf-8");
    assert_eq!(head.content.cache_control.unwrap(), "max-age=60");
    assert_eq!(head.metadata["colour"].as_bytes(), "grün".as_bytes());

    let download = bucket.get_object("a b/图.txt").unwrap().send().await.unwrap();
    assert_eq!(download.bytes().await.unwrap(), "hello");
    let part = bucket.get_object("a b/图.txt").unwrap().range(ByteRange::parse("bytes=1-3").unwrap());
    let part = part.send().await.unwrap();
    assert_eq!(part.headers.content_range.as_deref(), Some("bytes 1-3/5"));
    assert_eq!(part.bytes().await.unwrap(), "ell");
}

#[tokio::test]
async fn cos_sdk_16_keys_with_dot_segments_and_double_slashes_stay_distinct() {
    let bucket = support::bucket().await;
    let keys = ["a/../b", "./x", "a//b", "100%", "a+b c", "中文/😀"];
    for key in keys {
        bucket.put_object(key, key.to_owned()).unwrap().send().await.unwrap();
    }
    for key in keys {
        let content = bucket.get_object(key).unwrap().send().await.unwrap().bytes().await.unwrap();
        assert_eq!(content, key, "{key}");
    }
}

#[tokio::test]
async fn a_stream_is_sent_while_it_is_read() {
    let bucket = support::bucket().await;
    let chunk = Bytes::from(vec![7; 1 << 20]);
    let chunks = stream::iter((0..8).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    bucket.put_object("big", RequestBody::stream(8 << 20, chunks)).unwrap().send().await.unwrap();
    let content = bucket.get_object("big").unwrap().send().await.unwrap().bytes().await.unwrap();
    assert!(content.len() == 8 << 20 && content.iter().all(|byte| *byte == 7));
}

#[tokio::test]
async fn a_stream_that_breaks_off_stores_nothing() {
    let bucket = support::bucket().await;
    let broken = std::io::Error::other("the disk is gone");
    let chunks = stream::iter([Ok(Bytes::from_static(b"half")), Err(broken)]);
    let put = bucket.put_object("half", RequestBody::stream(8, chunks)).unwrap();
    assert!(matches!(put.send().await, Err(ClientError::Transport { .. })));
    let error = bucket.head_object("half").await.unwrap_err();
    assert_eq!(error.service().unwrap().status, 404);
}

#[tokio::test]
async fn cos_sdk_15_copies_deletes_and_batches() {
    let bucket = support::bucket().await;
    for key in ["a", "b", "c"] {
        bucket.put_object(key, key.to_owned()).unwrap().send().await.unwrap();
    }
    let source = CopySource { bucket: bucket.name().clone(), key: "a".parse().unwrap(), version_id: None };
    let copied = bucket.copy_object(source, "d").unwrap().send().await.unwrap();
    assert_eq!(copied.etag.as_str(), "0cc175b9c0f1b6a831c399e269772661");
    bucket.delete_object("a").await.unwrap();
    let deleted = bucket.delete_objects(&["b", "missing"]).await.unwrap();
    assert_eq!((deleted.deleted.len(), deleted.errors.len()), (2, 0));
    let left = bucket.list_objects().send().await.unwrap();
    let keys: Vec<&str> = left.contents.iter().map(|object| object.key.as_str()).collect();
    assert_eq!(keys, ["c", "d"]);
}

#[tokio::test]
async fn cos_sdk_15_a_listing_goes_on_until_its_last_page() {
    let bucket = support::bucket().await;
    for number in 0..7 {
        bucket.put_object(&format!("k/{number}"), "x").unwrap().send().await.unwrap();
    }
    bucket.put_object("k/sub/deep", "x").unwrap().send().await.unwrap();
    let mut pages = bucket.list_objects().prefix("k/").delimiter("/").max_keys(3);
    let (mut keys, mut folders) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next_page().await.unwrap() {
        keys.extend(page.contents.into_iter().map(|object| object.key.to_string()));
        folders.extend(page.common_prefixes);
    }
    assert_eq!(keys.len(), 7);
    assert_eq!(folders, ["k/sub/"]);
}

#[tokio::test]
async fn cos_sdk_15_rights_are_set_and_read() {
    let bucket = support::bucket().await;
    bucket.put_object("a", "x").unwrap().send().await.unwrap();
    let public = || Acl { canned: Some(CannedAcl::PublicRead), grants: Vec::new() };
    bucket.set_acl(public()).await.unwrap();
    bucket.set_object_acl("a", public()).await.unwrap();
    assert_eq!(bucket.acl().await.unwrap().grants.len(), 2);
    assert_eq!(bucket.object_acl("a").await.unwrap().grants.len(), 2);
}

#[tokio::test]
async fn cos_sdk_15_parts_become_one_object() {
    let bucket = support::bucket().await;
    let upload = bucket.create_upload("mp.bin").await.unwrap();
    let second = upload.put_part(2, "bcd").await.unwrap();
    let first = upload.put_part(1, vec![b'a'; 1 << 20]).await.unwrap();
    assert_eq!(upload.list_parts().await.unwrap().parts.len(), 2);
    let done = upload.complete(vec![first, second]).await.unwrap();
    assert_eq!(done.etag.as_str(), "c2957a9d2509f1fb662a40ab811e235d-2");
    let head = bucket.head_object("mp.bin").await.unwrap();
    assert_eq!(head.crc64, Some(16_459_478_348_349_099_966));

    let other = bucket.create_upload("never").await.unwrap();
    other.clone().abort().await.unwrap();
    assert_eq!(other.list_parts().await.unwrap_err().code(), Some(ErrorCode::NoSuchUpload));
}

#[tokio::test]
async fn sdk_08_cos_sdk_15_errors_carry_code_status_and_request_id() {
    let bucket = support::bucket().await;
    let error = bucket.get_object("missing").unwrap().send().await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::NoSuchKey));
    let service = error.service().unwrap();
    assert_eq!(service.status, 404);
    assert!(!service.request_id.is_empty() && !service.message.is_empty());

    let rule = bucket.put_object("a.jpg", support::PHOTO).unwrap().send().await;
    rule.unwrap();
    let refused = bucket.get_object("a.jpg").unwrap().rule("imageMogr2/foo/1").send().await.unwrap_err();
    assert_eq!(refused.service().unwrap().x_err_no, Some(-103));
}

#[tokio::test]
async fn a_wrong_secret_is_told_as_such() {
    let client = support::client_with("AKIDtest", "another").await;
    let error = client.list_buckets().await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::SignatureDoesNotMatch));
    let client = support::client_with("AKIDnobody", "secret").await;
    let error = client.list_buckets().await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::InvalidAccessKeyId));
}

#[tokio::test]
async fn a_key_that_is_too_long_is_found_before_anything_is_sent() {
    let bucket = support::bucket().await;
    let key = "k".repeat(851);
    assert!(matches!(bucket.put_object(&key, "x"), Err(ClientError::Invalid(_))));
}

#[tokio::test]
async fn cos_sdk_15_versions_are_kept_listed_read_and_removed() {
    let bucket = support::bucket().await;
    assert_eq!(bucket.versioning().await.unwrap(), None);
    bucket.set_versioning(VersioningStatus::Enabled).await.unwrap();
    assert_eq!(bucket.versioning().await.unwrap(), Some(VersioningStatus::Enabled));
    let put = |content: &'static str| bucket.put_object("a b", content).unwrap().send();
    let first = put("first").await.unwrap().version_id.unwrap();
    let second = put("second").await.unwrap().version_id.unwrap();
    bucket.delete_object("a b").await.unwrap();

    let (mut listing, mut seen) = (bucket.list_versions().prefix("a").max_keys(2), Vec::new());
    while let Some(page) = listing.next_page().await.unwrap() {
        seen.extend(page.versions);
    }
    assert!(seen[0].is_latest && seen[0].content.is_none());
    let ids: Vec<_> = seen[1..].iter().map(|version| version.version_id.clone().unwrap()).collect();
    assert_eq!(ids, [second.clone(), first.clone()]);

    let old = bucket.get_object("a b").unwrap().version(first).send().await.unwrap();
    assert_eq!(old.bytes().await.unwrap(), "first");
    let marker = seen[0].version_id.clone().unwrap();
    let removed = bucket.delete_version("a b", marker.clone()).await.unwrap();
    assert!(removed.delete_marker && removed.version_id == Some(marker));
    assert_eq!(bucket.head_object("a b").await.unwrap().version_id, Some(second));
}
