//! HTTP/1.1 as COS clients depend on it. Spec: spec/cos/README.md, 2 to 7.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use crate::support::{BUCKET, Request, TestServer, md5_hex, pattern};

#[tokio::test]
async fn cos_wire_01_header_names_keep_the_spelling_clients_look_up() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;

    let stored = photos.put("a.jpg", "hello").send().await;
    for name in ["ETag", "Content-Length", "Date", "Server", "Connection", "x-cos-request-id"] {
        assert!(stored.header(name).is_some(), "{name} in {:?}", stored.headers);
    }
    let read = photos.get("a.jpg").send().await;
    for name in ["ETag", "Content-Length", "Last-Modified", "Content-Type", "Accept-Ranges"] {
        assert!(read.header(name).is_some(), "{name} in {:?}", read.headers);
    }
    for name in ["x-cos-request-id", "x-cos-hash-crc64ecma"] {
        assert!(read.header(name).is_some(), "{name} in {:?}", read.headers);
    }
    let part = photos.get("a.jpg").header("Range", "bytes=0-1").send().await;
    assert_eq!(part.header("Content-Range"), Some("bytes 0-1/5"));
}

#[tokio::test]
async fn cos_wire_02_key_fingerprint_ends_in_capitals() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let stored = photos.put("a", "hello").customer_key().send().await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    assert!(stored.header("x-cos-server-side-encryption-customer-key-MD5").is_some(), "{:?}", stored.headers);
}

#[tokio::test]
async fn cos_wire_03_not_modified_has_a_length_of_zero() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let etag = format!("\"{}\"", md5_hex(b"hello"));

    let mut connection = server.connect().await;
    let reply = connection.send(&photos.get("a").header("If-None-Match", &etag)).await;
    assert_eq!((reply.status, reply.header("Content-Length")), (304, Some("0")));
    assert_eq!(reply.header("ETag"), Some(etag.as_str()));
    assert!(reply.header("x-cos-request-id").is_some());
    // The socket is still in step.
    assert_eq!(connection.send(&photos.get("a")).await.body, b"hello");
}

#[tokio::test]
async fn cos_wire_04_cos_wire_06_every_answer_is_named_and_dated() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let etag = md5_hex(b"hello");
    let requests = [
        (200, photos.get("a")),
        (204, photos.delete("missing")),
        (206, photos.get("a").header("Range", "bytes=0-1")),
        (304, photos.get("a").header("If-None-Match", &etag)),
        (400, photos.request("GET", "/?max-keys=x")),
        (403, photos.get("a").anonymous()),
        (404, photos.get("missing")),
        (405, photos.request("PATCH", "/a")),
        (412, photos.get("a").header("If-Match", "\"00000000000000000000000000000000\"")),
        (416, photos.get("a").header("Range", "bytes=9-")),
        (501, photos.request("GET", "/?notification")),
    ];
    let mut ids = HashSet::new();
    for (status, request) in requests {
        let reply = request.send().await;
        assert_eq!(reply.status, status, "{}", reply.text());
        let id = reply.header("x-cos-request-id").unwrap_or_else(|| panic!("{status} has no id"));
        assert_eq!(id.len(), 40);
        assert!(ids.insert(id.to_owned()), "{status} repeats {id}");
        assert_eq!(reply.header("Server"), Some("tencent-cos"));
        let date = reply.header("Date").unwrap();
        assert!(date.ends_with(" GMT") && date.len() == 29, "{date}");
        assert_eq!(reply.header("x-cos-error-code"), None);
    }
}

#[tokio::test]
async fn cos_wire_05_errors_have_a_trace_id() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.get("missing").send().await;
    let trace = reply.header("x-cos-trace-id").unwrap();
    assert_eq!(reply.xml().text_of("TraceId"), trace);
    let head = photos.head("missing").send().await;
    assert!(head.header("x-cos-trace-id").is_some_and(|id| !id.is_empty()));
}

#[tokio::test]
async fn cos_wire_07_connections_are_kept_until_the_client_says_close() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let mut connection = server.connect().await;
    for _ in 0..100 {
        let reply = connection.send(&photos.get("a")).await;
        assert_eq!((reply.status, reply.header("Connection")), (200, Some("keep-alive")));
    }
    let last = connection.send(&photos.get("a").header("Connection", "close")).await;
    assert_eq!((last.status, last.header("Connection")), (200, Some("close")));
    assert!(connection.is_closed().await);
}

#[tokio::test]
async fn cos_wire_08_chunked_bodies_are_stored_whole() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let body = pattern(123_457);
    let stored = photos.put("a", body.clone()).chunked().send().await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    assert_eq!(photos.content("a").await.unwrap(), body);
}

#[tokio::test]
async fn cos_wire_09_the_body_is_called_for_or_refused() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.put("a", "hello").header("Expect", "100-continue");

    let mut connection = server.connect().await;
    connection.write(&upload.head()).await;
    let called = connection.reply_head().await;
    assert_eq!(called.status, 100);
    connection.write(b"hello").await;
    assert_eq!(connection.reply().await.status, 200);
    assert_eq!(photos.content("a").await.unwrap(), b"hello");

    let mut connection = server.connect().await;
    connection.write(&upload.anonymous().head()).await;
    let refused = connection.reply_head().await;
    assert_eq!((refused.status, refused.header("Connection")), (403, Some("close")));
}

#[tokio::test]
async fn cos_wire_10_absolute_targets_are_served() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a/b.txt", "hello").await;
    let target = format!("http://{}/a/b.txt", photos.host());
    // What a client behind a proxy sends; the Host header may be the proxy's.
    let reply = photos.request("GET", &target).send().await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"hello".as_slice()));
}

#[tokio::test]
async fn cos_wire_11_bodies_nobody_reads_are_drained() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let mut connection = server.connect().await;
    for size_bytes in [1, 1000, 300_000] {
        let reply = connection.send(&photos.get("a").body(pattern(size_bytes))).await;
        assert_eq!((reply.status, reply.body.as_slice()), (200, b"hello".as_slice()));
        let reply = connection.send(&photos.delete("missing").body(pattern(size_bytes))).await;
        assert_eq!(reply.status, 204);
        let reply = connection.send(&photos.put("b", pattern(size_bytes)).anonymous()).await;
        assert_eq!(reply.status, 403);
    }
    assert_eq!(connection.send(&photos.get("a")).await.body, b"hello");
}

#[tokio::test]
async fn an_early_refusal_reaches_a_client_that_is_still_sending() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.put("a", pattern(20 << 20)).anonymous().send().await;
    assert_eq!(reply.error(), (403, "AccessDenied".into()));
    assert_eq!(reply.header("Connection"), Some("close"));
}

#[tokio::test]
async fn cos_wire_12_an_empty_header_is_no_header() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let begun = photos
        .request("POST", "/a.png?uploads")
        .unsigned_header("Content-Type", "")
        .unsigned_header("Cache-Control", "")
        .send()
        .await
        .xml();
    let upload = begun.text_of("UploadId");
    photos.finish_upload("a.png", upload, &[b"x".to_vec()]).await;
    let head = photos.head("a.png").send().await;
    assert_eq!(head.header("Content-Type"), Some("image/png"));
    assert_eq!(head.header("Cache-Control"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn cos_wire_13_a_body_nobody_takes_blocks_nobody() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", pattern(50 << 20)).await;
    let mut lazy = server.connect().await;
    lazy.write(&photos.get("a").to_bytes()).await;
    assert_eq!(lazy.reply_head().await.status, 200);

    let begun = Instant::now();
    photos.has("a", "new").await;
    assert_eq!(photos.content("a").await.unwrap(), b"new");
    assert_eq!(photos.delete("a").send().await.status, 204);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn cos_wire_14_head_says_what_get_says() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a.jpg", "hello").header("x-cos-meta-a", "1").header("Cache-Control", "no-cache").send().await;
    let (get, head) = (photos.get("a.jpg").send().await, photos.head("a.jpg").send().await);
    assert!(head.body.is_empty());
    assert_eq!(head.header("Content-Length"), Some("5"));
    let stable = |reply: &crate::support::Reply| -> Vec<(String, Vec<u8>)> {
        let varying = ["Date", "x-cos-request-id"];
        let mut headers = reply.headers.clone();
        headers.retain(|(name, _)| !varying.contains(&name.as_str()));
        headers.sort();
        headers
    };
    assert_eq!(stable(&head), stable(&get));
}

#[tokio::test]
async fn cos_wire_15_a_broken_upload_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(folder.path()).await;
    let photos = server.bucket(BUCKET).await;
    for size_bytes in [1000, 300_000] {
        let upload = photos.put("a", pattern(size_bytes));
        let mut connection = server.connect().await;
        connection.write(&upload.head()).await;
        connection.write(&pattern(size_bytes / 2)).await;
        drop(connection);
    }
    sleep(Duration::from_millis(300)).await;
    assert_eq!(photos.get("a").send().await.status, 404);
    let left = files_under(folder.path()).into_iter().filter(|path| !is_database(path)).collect::<Vec<_>>();
    assert_eq!(left, Vec::<String>::new());
}

fn is_database(path: &str) -> bool {
    path.contains("calotype.db") || path.ends_with("LOCK")
}

fn files_under(folder: &std::path::Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_under(&path)) } else { files.push(path.display().to_string()) }
    }
    files
}

#[tokio::test]
async fn cos_wire_16_heads_have_a_limit() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let large = photos.get("a").unsigned_header("Cookie", "x".repeat(16 << 10)).send().await;
    assert_eq!(large.status, 200);
    let mut connection = server.connect().await;
    let too_large = photos.get("a").unsigned_header("Cookie", "x".repeat(65 << 10));
    let refused = connection.send(&too_large).await;
    assert!(refused.status == 431 || refused.status == 400, "{}", refused.status);
    assert_eq!(refused.header("x-cos-request-id").unwrap().len(), 40);
    assert_eq!(photos.content("a").await.unwrap(), b"hello");
}

#[tokio::test]
async fn cos_wire_17_header_values_may_be_utf_8() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "hello").header("x-cos-meta-name", "图 片 é").send().await;
    let read = photos.get("a").send().await;
    assert_eq!(read.header_bytes("x-cos-meta-name").unwrap(), "图 片 é".as_bytes());
}

#[tokio::test]
async fn cos_wire_18_cos_wire_19_xml_has_one_type_and_nothing_redirects() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for request in [
        photos.request("GET", "/"),
        photos.request("GET", "/?acl"),
        photos.request("GET", "/?location"),
        photos.request("GET", "/?uploads"),
        photos.get("missing"),
        photos.request("GET", "/dir"),
        photos.request("POST", "/"),
        server.request("GET", "/"),
        server.request("GET", "/no-such-thing"),
    ] {
        let target = request.target().to_owned();
        let reply = request.send().await;
        assert_eq!(reply.header("Content-Type"), Some("application/xml"), "{target}");
        assert!(!(300..400).contains(&reply.status), "{target}: {}", reply.status);
    }
}

#[tokio::test]
async fn cos_wire_20_paths_are_decoded_once_and_kept() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let targets = ["/a//b", "/a/b", "/a/../b", "/b", "/./x", "/x", "/%2541", "/A", "//A", "/a/", "/a/."];
    for target in targets {
        let reply = photos.request("PUT", target).body(target).send().await;
        assert_eq!(reply.status, 200, "{target}: {}", reply.text());
    }
    for target in targets {
        assert_eq!(photos.request("GET", target).send().await.text(), target);
    }
    let keys: HashSet<String> = photos.keys().await.into_iter().collect();
    let expected = ["a//b", "a/b", "a/../b", "b", "./x", "x", "%41", "A", "/A", "a/", "a/."];
    assert_eq!(keys, expected.map(String::from).into());
}

#[tokio::test]
async fn cos_wire_21_an_escaped_slash_is_a_slash() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.request("PUT", "/a%2Fb").body("hello").send().await;
    assert_eq!(photos.request("GET", "/a/b").send().await.body, b"hello");
}

#[tokio::test]
async fn cos_wire_22_plus_is_a_space_in_the_query_alone() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.request("PUT", "/a+b").body("plus").send().await;
    photos.request("PUT", "/a%20b").body("space").send().await;
    for (query, key) in [("a%2Bb", "a+b"), ("a+b", "a b"), ("a%20b", "a b")] {
        let listing = photos.request("GET", &format!("/?prefix={query}")).send().await.xml();
        let keys: Vec<_> = listing.children("Contents").map(|entry| entry.text_of("Key")).collect();
        assert_eq!(keys, [key], "{query}");
    }
}

#[tokio::test]
async fn cos_wire_23_flags_need_no_equals_sign() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for target in ["/?acl", "/?acl="] {
        let reply = photos.request("GET", target).send().await;
        assert_eq!(reply.xml().name(), "AccessControlPolicy", "{target}");
    }
}

#[tokio::test]
async fn a_client_that_says_nothing_is_sent_away() {
    let server = TestServer::start_with(|config| config.wire.header_timeout_seconds = 1).await;
    let mut connection = server.connect().await;
    connection.write(b"GET / HTTP/1.1\r\nHost: ").await;
    assert!(timeout(Duration::from_secs(5), connection.is_closed()).await.unwrap());
}

#[tokio::test]
async fn a_body_that_stands_still_is_given_up() {
    let server = TestServer::start_with(|config| config.wire.body_idle_timeout_seconds = 1).await;
    let photos = server.bucket(BUCKET).await;
    let mut connection = server.connect().await;
    connection.write(&photos.put("a", "hello").head()).await;
    connection.write(b"he").await;
    let reply = connection.reply().await;
    assert_eq!(reply.error(), (400, "RequestTimeout".into()));
    assert_eq!(photos.get("a").send().await.status, 404);
}

#[tokio::test]
async fn requests_in_flight_are_finished_before_the_end() {
    let mut server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload: Request = photos.put("a", "hello");
    let mut idle = server.connect().await;
    idle.send(&photos.get("missing")).await;
    let mut busy = server.connect().await;
    busy.write(&upload.head()).await;
    busy.write(b"he").await;
    sleep(Duration::from_millis(100)).await;

    server.begin_stop();
    assert!(idle.is_closed().await);
    sleep(Duration::from_millis(100)).await;
    busy.write(b"llo").await;
    let reply = busy.reply().await;
    assert_eq!((reply.status, reply.header("Connection")), (200, Some("close")));
    assert!(tokio::net::TcpStream::connect(server.address()).await.is_err());
    timeout(Duration::from_secs(5), server.stop()).await.unwrap();
}
