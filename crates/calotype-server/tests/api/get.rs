//! Reading objects. Spec: spec/cos/objects.md, GET Object and HEAD Object.

use std::time::{Duration, Instant};

use crate::support::{BUCKET, Bucket, TestServer, pattern};

const ETAG: &str = "\"5d41402abc4b2a76b9719d911017c592\"";

async fn hello(server: &TestServer) -> Bucket {
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    photos
}

#[tokio::test]
async fn cos_get_01_cos_get_12_a_whole_object_and_its_headers() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    for request in [photos.get("a"), photos.head("a")] {
        let read = request.send().await;
        assert_eq!((read.status, read.header("Content-Length")), (200, Some("5")));
        assert_eq!(read.header("ETag"), Some(ETAG));
        assert_eq!(read.header("x-cos-hash-crc64ecma"), Some("11177612005948864433"));
        assert_eq!(read.header("Accept-Ranges"), Some("bytes"));
        assert!(read.header("Last-Modified").unwrap().ends_with(" GMT"));
        assert_eq!(read.header("x-cos-storage-class"), None);
    }
    assert_eq!(photos.get("a").send().await.body, b"hello");
}

#[tokio::test]
async fn cos_get_02_cos_get_03_a_range_is_cut_out() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    // In the database, in memory after a file, and in pieces of a file.
    for size_bytes in [10_000_usize, 100_000, 1_000_000] {
        let body = pattern(size_bytes);
        photos.has("a", body.clone()).await;
        let last = size_bytes - 1;
        for (range, first, end) in [
            ("bytes=0-9".to_owned(), 0, 9),
            ("bytes=5000-".to_owned(), 5000, last),
            ("bytes=-100".to_owned(), size_bytes - 100, last),
            (format!("bytes=9000-{}", 2 * size_bytes), 9000, last),
            (format!("bytes=-{}", 2 * size_bytes), 0, last),
            ("bytes=7-7".to_owned(), 7, 7),
        ] {
            let read = photos.get("a").header("Range", &range).send().await;
            assert_eq!(read.status, 206, "{range}");
            assert_eq!(read.header("Content-Range").unwrap(), format!("bytes {first}-{end}/{size_bytes}"));
            assert!(read.body == body[first..=end], "{range} of {size_bytes}");
            assert!(read.header("x-cos-hash-crc64ecma").is_some());
        }
        for range in [format!("bytes={size_bytes}-"), "bytes=-0".to_owned()] {
            let read = photos.get("a").header("Range", &range).send().await;
            assert_eq!(read.error(), (416, "InvalidRange".into()), "{range}");
            assert_eq!(read.header("Content-Range").unwrap(), format!("bytes */{size_bytes}"));
        }
    }
    photos.has("empty", "").await;
    assert_eq!(photos.get("empty").header("Range", "bytes=0-").send().await.status, 416);
}

#[tokio::test]
async fn a_head_with_a_range_tells_the_length_of_the_range() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    let head = photos.head("a").header("Range", "bytes=1-2").send().await;
    assert_eq!((head.status, head.header("Content-Length")), (206, Some("2")));
    assert_eq!(head.header("Content-Range"), Some("bytes 1-2/5"));
}

#[tokio::test]
async fn cos_get_04_a_malformed_range_is_no_range() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    for range in ["bytes", "bytes=a-b", "bytes=3-1", "chunks=0-1", "bytes=0-1,3-4"] {
        let read = photos.get("a").header("Range", range).send().await;
        assert_eq!((read.status, read.body.as_slice()), (200, b"hello".as_slice()), "{range}");
    }
}

const OTHER: &str = "\"00000000000000000000000000000000\"";
const PAST: &str = "Fri, 24 May 2019 11:49:50 GMT";
const FUTURE: &str = "Wed, 21 Oct 2037 07:28:00 GMT";

#[tokio::test]
async fn cos_get_05_cos_get_06_tags_decide() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    let bare = ETAG.trim_matches('"');
    for (name, value, status) in [
        ("If-Match", ETAG, 200),
        ("If-Match", bare, 200),
        ("If-Match", "*", 200),
        ("If-Match", OTHER, 412),
        ("If-None-Match", ETAG, 304),
        ("If-None-Match", bare, 304),
        ("If-None-Match", OTHER, 200),
        ("If-None-Match", "*", 304),
    ] {
        for request in [photos.get("a"), photos.head("a")] {
            assert_eq!(request.header(name, value).send().await.status, status, "{name} {value}");
        }
    }
    let list = format!("{OTHER}, {ETAG}");
    assert_eq!(photos.get("a").header("If-None-Match", list).send().await.status, 304);
    let failed = photos.get("a").header("If-Match", OTHER).send().await;
    assert_eq!(failed.xml().text_of("Message"), "Precondition not match.");
    let kept = photos.get("a").header("If-None-Match", ETAG).header("Range", "bytes=0-1").send().await;
    assert_eq!(kept.status, 304);
    assert!(kept.header("Last-Modified").is_some());
}

#[tokio::test]
async fn cos_get_07_cos_get_08_dates_decide() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    let modified = photos.head("a").send().await.header("Last-Modified").unwrap().to_owned();
    for (name, value, status) in [
        ("If-Modified-Since", PAST, 200),
        ("If-Modified-Since", FUTURE, 304),
        ("If-Modified-Since", modified.as_str(), 304),
        ("If-Modified-Since", "yesterday", 200),
        ("If-Unmodified-Since", PAST, 412),
        ("If-Unmodified-Since", FUTURE, 200),
        ("If-Unmodified-Since", modified.as_str(), 200),
    ] {
        assert_eq!(photos.get("a").header(name, value).send().await.status, status, "{name} {value}");
    }
}

#[tokio::test]
async fn cos_get_09_tags_beat_dates() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    let both = |tag: (&str, &str), date: (&str, &str)| {
        photos.get("a").header(tag.0, tag.1).header(date.0, date.1).send()
    };
    assert_eq!(both(("If-None-Match", OTHER), ("If-Modified-Since", FUTURE)).await.status, 200);
    assert_eq!(both(("If-None-Match", ETAG), ("If-Modified-Since", PAST)).await.status, 304);
    assert_eq!(both(("If-Match", ETAG), ("If-Unmodified-Since", PAST)).await.status, 200);
}

#[tokio::test]
async fn cos_get_10_cos_get_11_a_signed_request_may_rename_headers() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    let target = "/a?response-content-type=text%2Fhtml&response-cache-control=no-store\
                  &response-content-disposition=attachment%3B%20filename%3D%22b%22\
                  &response-content-encoding=identity&response-content-language=de&response-expires=0";
    let read = photos.request("GET", target).send().await;
    for (name, value) in [
        ("Content-Type", "text/html"),
        ("Cache-Control", "no-store"),
        ("Content-Disposition", "attachment; filename=\"b\""),
        ("Content-Encoding", "identity"),
        ("Content-Language", "de"),
        ("Expires", "0"),
    ] {
        assert_eq!(read.header(name), Some(value));
    }
    photos.put("a", "hello").header("x-cos-acl", "public-read").send().await;
    let anonymous = photos.request("GET", target).anonymous().send().await;
    assert_eq!(anonymous.error(), (400, "InvalidRequest".into()));
}

#[tokio::test]
async fn cos_get_13_cos_get_14_what_is_missing_is_named() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    let head = photos.head("missing").send().await;
    assert_eq!((head.status, head.body.len()), (404, 0));
    assert!(head.header("x-cos-request-id").is_some());
    let get = photos.get("missing").send().await;
    assert_eq!(get.error(), (404, "NoSuchKey".into()));
    assert_eq!(get.xml().text_of("Message"), "The specified key does not exist.");
    assert_eq!(photos.get("missing").anonymous().send().await.error(), (403, "AccessDenied".into()));
}

#[tokio::test]
async fn cos_get_19_unknown_parameters_mean_nothing() {
    let server = TestServer::start().await;
    let photos = hello(&server).await;
    for query in ["foo=bar", "foo", "x=1&y=2", "v=20240524"] {
        let read = photos.request("GET", &format!("/a?{query}")).send().await;
        assert_eq!((read.status, read.body.as_slice()), (200, b"hello".as_slice()), "{query}");
    }
}

#[tokio::test]
async fn cos_get_20_stored_encodings_stay() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let body = pattern(1000);
    photos.put("a", body.clone()).header("Content-Encoding", "gzip").send().await;
    for encoding in ["gzip", "identity"] {
        let read = photos.get("a").header("Accept-Encoding", encoding).send().await;
        assert_eq!((read.header("Content-Encoding"), read.body.as_slice()), (Some("gzip"), body.as_slice()));
    }
}

#[tokio::test]
async fn cos_get_21_a_limited_download_takes_its_time() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", pattern(104_858)).await;
    for request in [
        photos.get("a").header("x-cos-traffic-limit", "819200"),
        photos.request("GET", "/a?x-cos-traffic-limit=819200"),
    ] {
        let begun = Instant::now();
        let read = request.send().await;
        assert!(read.body == pattern(104_858));
        let taken = begun.elapsed();
        assert!(taken >= Duration::from_millis(500) && taken < Duration::from_secs(5), "{taken:?}");
    }
}

#[tokio::test]
async fn cos_get_23_the_tag_of_parts_counts_them() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    photos.finish_upload("a", &upload, &[vec![b'a'; 1 << 20], b"bcd".to_vec()]).await;
    let head = photos.head("a").send().await;
    assert_eq!(head.header("ETag"), Some("\"c2957a9d2509f1fb662a40ab811e235d-2\""));
    assert_eq!(head.header("x-cos-hash-crc64ecma"), Some("16459478348349099966"));
    assert_eq!(head.header("Content-Length"), Some("1048579"));
}
