//! Listings of objects. Spec: spec/cos/buckets.md.

use std::time::{Duration, Instant};

use calotype_protocol::encoding;
use calotype_protocol::xml::Element;

use crate::support::{BUCKET, Bucket, TestServer};

async fn bucket_with(server: &TestServer, keys: &[&str]) -> Bucket {
    let photos = server.bucket(BUCKET).await;
    for key in keys {
        photos.has(key, *key).await;
    }
    photos
}

async fn list(photos: &Bucket, query: &str) -> Element {
    let reply = photos.request("GET", &format!("/?{query}")).send().await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    reply.xml()
}

fn keys(listing: &Element) -> Vec<&str> {
    listing.children("Contents").map(|entry| entry.text_of("Key")).collect()
}

fn prefixes(listing: &Element) -> Vec<&str> {
    listing.children("CommonPrefixes").map(|entry| entry.text_of("Prefix")).collect()
}

#[tokio::test]
async fn cos_list_01_cos_list_13_a_listing_says_what_was_asked() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &["b", "a"]).await;
    for query in ["", "prefix=&delimiter=&marker=&max-keys=&encoding-type="] {
        let listing = list(&photos, query).await;
        assert_eq!(listing.name(), "ListBucketResult");
        assert_eq!(keys(&listing), ["a", "b"]);
        assert_eq!(listing.text_of("Name"), BUCKET);
        assert_eq!(listing.text_of("MaxKeys"), "1000");
        assert_eq!(listing.text_of("IsTruncated"), "false");
        for (name, is_there) in
            [("Prefix", true), ("Marker", true), ("EncodingType", false), ("NextMarker", false)]
        {
            assert_eq!(listing.child(name).is_some(), is_there, "{name}");
        }
    }
}

#[tokio::test]
async fn cos_list_02_cos_list_03_cos_list_04_prefix_and_delimiter_make_folders() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &["a.jpg", "dir/", "dir/b.jpg", "dir/sub/c.jpg", "dir2/d.jpg"]).await;
    assert_eq!(keys(&list(&photos, "prefix=dir/").await), ["dir/", "dir/b.jpg", "dir/sub/c.jpg"]);
    let top = list(&photos, "delimiter=%2F").await;
    assert_eq!((keys(&top), prefixes(&top)), (vec!["a.jpg"], vec!["dir/", "dir2/"]));
    assert_eq!(top.text_of("Delimiter"), "/");
    let inside = list(&photos, "prefix=dir%2F&delimiter=%2F").await;
    assert_eq!((keys(&inside), prefixes(&inside)), (vec!["dir/", "dir/b.jpg"], vec!["dir/sub/"]));
    let bare = list(&photos, "prefix=dir&delimiter=/").await;
    assert_eq!((keys(&bare), prefixes(&bare)), (vec![], vec!["dir/", "dir2/"]));
}

#[tokio::test]
async fn cos_list_05_the_marker_is_left_out_and_bytes_decide() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &["Z", "a", "b", "é", "图"]).await;
    assert_eq!(keys(&list(&photos, "").await), ["Z", "a", "b", "é", "图"]);
    assert_eq!(keys(&list(&photos, "marker=a").await), ["b", "é", "图"]);
    assert_eq!(keys(&list(&photos, "marker=aa").await), ["b", "é", "图"]);
    assert_eq!(keys(&list(&photos, "marker=%C3%A9").await), ["图"]);
}

/// Walks all pages; entries are keys and common prefixes in order of arrival.
async fn walk(photos: &Bucket, query: &str) -> Vec<String> {
    let (mut marker, mut entries) = (String::new(), Vec::new());
    for _ in 0..100 {
        let page = list(photos, &format!("{query}&marker={}", encoding::encode(&marker))).await;
        let found = keys(&page).into_iter().chain(prefixes(&page));
        entries.extend(found.map(str::to_owned));
        if page.text_of("IsTruncated") == "false" {
            assert!(page.child("NextMarker").is_none());
            return entries;
        }
        page.text_of("NextMarker").clone_into(&mut marker);
    }
    panic!("the pages do not end: {entries:?}");
}

#[tokio::test]
async fn cos_list_06_pages_show_each_key_once() {
    let server = TestServer::start().await;
    let names: Vec<String> = (0..10).map(|n| format!("key{n}")).collect();
    let photos = bucket_with(&server, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(walk(&photos, "max-keys=3").await, names);
    let first = list(&photos, "max-keys=3").await;
    assert_eq!((first.text_of("NextMarker"), first.text_of("MaxKeys")), ("key2", "3"));
    assert_eq!(list(&photos, "max-keys=10").await.text_of("IsTruncated"), "false");
}

#[tokio::test]
async fn cos_list_07_pages_show_each_prefix_once() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &["a", "b/1", "b/2", "b/3", "c", "d/1", "d/2", "e"]).await;
    assert_eq!(walk(&photos, "max-keys=1&delimiter=/").await, ["a", "b/", "c", "d/", "e"]);
    assert_eq!(list(&photos, "max-keys=2&delimiter=/").await.text_of("NextMarker"), "b/");
}

const UNUSUAL: [&str; 7] = ["a b", "a&b<c>\"d\"", "a+b", "a%20b", "dir/图片", "line\nbreak", "q?x=1"];

#[tokio::test]
async fn cos_list_08_encoded_keys_can_be_decoded() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &UNUSUAL).await;
    let listing = list(&photos, "encoding-type=url&prefix=&delimiter=").await;
    assert_eq!(listing.text_of("EncodingType"), "url");
    let decoded: Vec<_> = keys(&listing).into_iter().map(|key| encoding::decode(key).unwrap()).collect();
    let mut expected = UNUSUAL.to_vec();
    expected.sort_unstable();
    assert_eq!(decoded, expected);
    assert!(keys(&listing).contains(&"dir/%E5%9B%BE%E7%89%87"));
    assert!(keys(&listing).contains(&"a%20b") && keys(&listing).contains(&"a%2Bb"));
    let inside = list(&photos, "encoding-type=url&prefix=a%20&marker=a%20&delimiter=%26").await;
    assert_eq!((inside.text_of("Prefix"), inside.text_of("Delimiter")), ("a%20", "%26"));
}

#[tokio::test]
async fn cos_list_09_plain_keys_are_escaped() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &UNUSUAL).await;
    let reply = photos.request("GET", "/").send().await;
    assert!(reply.text().contains("<Key>a&amp;b&lt;c&gt;&quot;d&quot;</Key>"), "{}", reply.text());
    assert!(keys(&reply.xml()).contains(&"a&b<c>\"d\""));
}

#[tokio::test]
async fn cos_list_10_cos_list_11_odd_numbers_and_encodings() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &["a"]).await;
    assert_eq!(list(&photos, "max-keys=5000").await.text_of("MaxKeys"), "1000");
    let none = list(&photos, "max-keys=0").await;
    assert_eq!((keys(&none).len(), none.text_of("IsTruncated")), (0, "false"));
    for query in ["max-keys=-1", "max-keys=x", "encoding-type=base64"] {
        let reply = photos.request("GET", &format!("/?{query}")).send().await;
        assert_eq!(reply.error(), (400, "InvalidArgument".into()), "{query}");
    }
}

#[tokio::test]
async fn cos_list_12_a_delimiter_may_be_long() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &["a--b", "a--c", "a-d"]).await;
    let listing = list(&photos, "delimiter=--").await;
    assert_eq!((keys(&listing), prefixes(&listing)), (vec!["a-d"], vec!["a--"]));
}

#[tokio::test]
async fn cos_list_14_cos_list_15_an_entry_says_everything() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "hello").header("x-cos-storage-class", "STANDARD_IA").send().await;
    let reply = photos.request("GET", "/").send().await;
    assert_eq!(reply.header("x-cos-bucket-region"), Some("ap-guangzhou"));
    let listing = reply.xml();
    let entry = listing.child("Contents").unwrap();
    assert_eq!(entry.text_of("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    assert_eq!((entry.text_of("Size"), entry.text_of("StorageClass")), ("5", "STANDARD_IA"));
    assert!(entry.text_of("LastModified").ends_with(".000Z"), "{}", entry.text_of("LastModified"));
    let owner = entry.child("Owner").unwrap();
    assert_eq!((owner.text_of("ID"), owner.text_of("DisplayName")), ("1250000000", "1250000000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cos_list_16_ten_thousand_objects_are_listed_quickly() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let mut connection = server.connect().await;
    for number in 0..10_000 {
        assert_eq!(
            connection.send(&photos.put(&format!("dir{}/{number:05}", number % 7), "")).await.status,
            200
        );
    }
    let (mut marker, mut found) = (String::new(), 0);
    for _ in 0..10 {
        let begun = Instant::now();
        let page = list(&photos, &format!("marker={marker}")).await;
        assert!(begun.elapsed() < Duration::from_millis(200), "{:?}", begun.elapsed());
        assert_eq!(keys(&page).len(), 1000);
        found += 1000;
        page.text_of("NextMarker").clone_into(&mut marker);
    }
    assert_eq!(found, 10_000);
    let begun = Instant::now();
    assert_eq!(prefixes(&list(&photos, "delimiter=/").await).len(), 7);
    assert!(begun.elapsed() < Duration::from_millis(200), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn cos_list_17_strangers_list_what_is_public() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &["a"]).await;
    let anonymous = photos.request("GET", "/").anonymous();
    assert_eq!(anonymous.clone().send().await.error(), (403, "AccessDenied".into()));
    photos.request("PUT", "/?acl").header("x-cos-acl", "public-read").send().await;
    assert_eq!(keys(&anonymous.send().await.xml()), ["a"]);
}

#[tokio::test]
async fn cos_list_18_a_listing_is_never_old() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for round in 0..20 {
        let key = format!("key{round}");
        photos.has(&key, "x").await;
        assert_eq!(photos.keys().await, [key.as_str()]);
        photos.delete(&key).send().await;
        assert!(photos.keys().await.is_empty());
    }
}

#[tokio::test]
async fn cos_list_19_the_second_version_continues_with_tokens() {
    let server = TestServer::start().await;
    let photos = bucket_with(&server, &["a", "b", "c", "d", "e"]).await;
    let (mut query, mut found) = ("list-type=2&max-keys=2&start-after=a".to_owned(), Vec::new());
    loop {
        let page = list(&photos, &query).await;
        assert_eq!(page.text_of("KeyCount"), keys(&page).len().to_string());
        assert!(page.child("Marker").is_none());
        assert!(page.child("Contents").is_none_or(|entry| entry.child("Owner").is_none()));
        found.extend(keys(&page).into_iter().map(str::to_owned));
        if page.text_of("IsTruncated") == "false" {
            break;
        }
        let token = encoding::encode(page.text_of("NextContinuationToken"));
        query = format!("list-type=2&max-keys=2&continuation-token={token}");
    }
    assert_eq!(found, ["b", "c", "d", "e"]);
    let with_owner = list(&photos, "list-type=2&fetch-owner=true").await;
    assert!(with_owner.child("Contents").unwrap().child("Owner").is_some());
}
