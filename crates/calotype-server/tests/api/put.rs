//! Storing objects. Spec: spec/cos/objects.md, PUT Object.

use std::time::{Duration, Instant};

use calotype_store::{ObjectStore, StoreConfig};

use crate::support::{BUCKET, ServiceProcess, TestServer, content_md5, md5_hex, pattern};

#[tokio::test]
async fn cos_put_01_cos_put_02_a_body_is_stored_with_its_checksums() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let stored = photos.put("a", "hello").send().await;
    assert_eq!((stored.status, stored.body.len()), (200, 0));
    assert_eq!(stored.header("ETag"), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    assert_eq!(stored.header("x-cos-hash-crc64ecma"), Some("11177612005948864433"));
    assert_eq!(photos.content("a").await.unwrap(), b"hello");
}

#[tokio::test]
async fn cos_put_03_an_empty_object_is_an_object() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let stored = photos.put("a", "").send().await;
    assert_eq!(stored.header("ETag"), Some("\"d41d8cd98f00b204e9800998ecf8427e\""));
    assert_eq!(stored.header("x-cos-hash-crc64ecma"), Some("0"));
    let read = photos.get("a").send().await;
    assert_eq!((read.status, read.header("Content-Length"), read.body.len()), (200, Some("0"), 0));
}

#[tokio::test]
async fn cos_put_04_an_overwrite_leaves_nothing_of_the_old() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "old").header("x-cos-meta-a", "1").header("x-cos-acl", "public-read").send().await;
    photos.has("a", "new").await;
    let read = photos.get("a").send().await;
    assert_eq!((read.body.as_slice(), read.header("x-cos-meta-a")), (b"new".as_slice(), None));
    assert_eq!(photos.get("a").anonymous().send().await.status, 403);
}

#[tokio::test]
async fn cos_put_05_cos_put_06_the_announced_digest_has_to_be_right() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let put = |md5: &str| photos.put("a", "hello").header("Content-MD5", md5);
    assert_eq!(put(&content_md5(b"other")).send().await.error(), (400, "BadDigest".into()));
    for invalid in ["nonsense", "5d41402abc4b2a76b9719d911017c592", "aGVsbG8="] {
        assert_eq!(put(invalid).send().await.error(), (400, "InvalidDigest".into()), "{invalid}");
    }
    assert_eq!(photos.get("a").send().await.status, 404);
    assert_eq!(put(&content_md5(b"hello")).send().await.status, 200);
    let large = pattern(300_000);
    let wrong = photos.put("b", large.clone()).header("Content-MD5", content_md5(b"hello")).send().await;
    assert_eq!(wrong.error(), (400, "BadDigest".into()));
    assert_eq!(photos.get("b").send().await.status, 404);
}

#[tokio::test]
async fn cos_put_07_cos_put_09_six_headers_are_kept() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let headers = [
        ("Content-Type", "image/x-thing; v=1"),
        ("Cache-Control", "max-age=60"),
        ("Content-Disposition", "attachment; filename=\"a b\""),
        ("Content-Encoding", "gzip"),
        ("Content-Language", "zh-CN"),
        ("Expires", "Wed, 21 Oct 2037 07:28:00 GMT"),
    ];
    let put = headers.iter().fold(photos.put("a", "x"), |put, (name, value)| put.header(name, value));
    assert_eq!(put.send().await.status, 200);
    for reply in [photos.get("a").send().await, photos.head("a").send().await] {
        for (name, value) in headers {
            assert_eq!(reply.header(name), Some(value));
        }
    }
}

#[tokio::test]
async fn cos_put_08_a_missing_type_follows_from_the_key() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for (key, expected) in [
        ("a.jpg", "image/jpeg"),
        ("a.PNG", "image/png"),
        ("a.gif", "image/gif"),
        ("a.webp", "image/webp"),
        ("dir.png/a.txt", "text/plain"),
        ("2.zip", "application/zip"),
        ("2", "application/octet-stream"),
        ("a.unknown", "application/octet-stream"),
    ] {
        photos.put(key, "x").unsigned_header("Content-Type", "").send().await;
        assert_eq!(photos.head(key).send().await.header("Content-Type"), Some(expected), "{key}");
    }
}

#[tokio::test]
async fn cos_put_10_cos_put_11_metadata_is_kept_within_its_limit() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let put = photos
        .put("a", "x")
        .header("X-Cos-Meta-Some-Name", "Value")
        .header("x-cos-meta-empty", "")
        .header("x-other", "dropped");
    assert_eq!(put.send().await.status, 200);
    let head = photos.head("a").send().await;
    assert_eq!(head.header("x-cos-meta-some-name"), Some("Value"));
    assert_eq!(head.header("x-other"), None);
    let too_much = photos.put("b", "x").header("x-cos-meta-a", "v".repeat(2048)).send().await;
    assert_eq!(too_much.status, 400);
    assert_eq!(photos.get("b").send().await.status, 404);
}

#[tokio::test]
async fn cos_put_12_cos_put_13_the_storage_class_is_kept() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for (given, shown) in [
        ("STANDARD", None),
        ("STANDARD_IA", Some("STANDARD_IA")),
        ("ARCHIVE", Some("ARCHIVE")),
        ("intelligent_tiering", Some("INTELLIGENT_TIERING")),
    ] {
        let stored = photos.put("a", "x").header("x-cos-storage-class", given).send().await;
        assert_eq!(stored.status, 200, "{given}");
        assert_eq!(photos.head("a").send().await.header("x-cos-storage-class"), shown);
        let listing = photos.request("GET", "/").send().await.xml();
        let class = listing.child("Contents").unwrap().text_of("StorageClass").to_owned();
        assert_eq!(class, given.to_uppercase());
    }
    let bad = photos.put("a", "x").header("x-cos-storage-class", "GLACIER").send().await;
    assert_eq!(bad.error(), (400, "InvalidStorageClass".into()));
}

#[tokio::test]
async fn cos_put_14_rights_are_set_on_the_way_in() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let stored = photos
        .put("a", "x")
        .header("x-cos-acl", "private")
        .header("x-cos-grant-full-control", "id=\"100000000002\"")
        .header("x-cos-grant-read", "id=\"100000000003\"")
        .send()
        .await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    let acl = photos.request("GET", "/a?acl").send().await.xml();
    let grants: Vec<_> = acl
        .child("AccessControlList")
        .unwrap()
        .children("Grant")
        .map(|grant| {
            let id = grant.child("Grantee").unwrap().text_of("ID");
            (id.to_owned(), grant.text_of("Permission").to_owned())
        })
        .collect();
    let id = |uin: &str| format!("qcs::cam::uin/{uin}:uin/{uin}");
    assert_eq!(grants.len(), 2);
    assert!(grants.contains(&(id("100000000002"), "FULL_CONTROL".into())));
    assert!(grants.contains(&(id("100000000003"), "READ".into())));
}

#[tokio::test]
async fn cos_put_15_tags_are_counted() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let stored = photos.put("a", "x").header("x-cos-tagging", "k1=v1&k%202=v%202").send().await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    assert_eq!(photos.head("a").send().await.header("x-cos-tagging-count"), Some("2"));
    let eleven: Vec<String> = (0..11).map(|n| format!("k{n}=v")).collect();
    let bad = photos.put("a", "x").header("x-cos-tagging", eleven.join("&")).send().await;
    assert_eq!(bad.error(), (400, "InvalidTag".into()));
}

#[tokio::test]
async fn cos_put_16_a_limited_upload_takes_its_time() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let begun = Instant::now();
    // A tenth of a megabyte takes a tenth of the time of one.
    let stored = photos.put("a", pattern(104_858)).header("x-cos-traffic-limit", "819200").send().await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    let taken = begun.elapsed();
    assert!(taken >= Duration::from_millis(500) && taken < Duration::from_secs(5), "{taken:?}");
}

#[tokio::test]
async fn cos_put_17_the_limit_has_limits() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for limit in ["819199", "838860801", "fast"] {
        let reply = photos.put("a", "x").header("x-cos-traffic-limit", limit).send().await;
        assert_eq!(reply.error(), (400, "InvalidArgument".into()), "{limit}");
        let reply = photos.request("GET", &format!("/a?x-cos-traffic-limit={limit}")).send().await;
        assert_eq!(reply.error().0, 400, "{limit}");
    }
}

#[tokio::test]
async fn cos_put_18_the_length_cuts_the_body() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let put = photos.put("a", "").without_length().header("Content-Length", "3");
    let mut connection = server.connect().await;
    connection.write(&put.head()).await;
    connection.write(b"hel").await;
    assert_eq!(connection.reply().await.status, 200);
    assert_eq!(photos.content("a").await.unwrap(), b"hel");
}

#[tokio::test]
async fn cos_put_19_a_length_or_chunks_are_needed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.put("a", "").without_length().send().await;
    assert_eq!(reply.error(), (411, "MissingContentLength".into()));
    assert_eq!(photos.get("a").send().await.status, 404);
}

#[tokio::test]
async fn cos_put_20_too_large_is_said_before_the_body_comes() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let size_bytes: u64 = (5 << 30) + 1;
    let put = photos.put("a", "").without_length().header("Content-Length", size_bytes.to_string());
    let mut connection = server.connect().await;
    connection.write(&put.head()).await;
    assert_eq!(connection.reply().await.error(), (400, "EntityTooLarge".into()));
}

#[tokio::test]
async fn a_chunked_body_may_not_outgrow_the_limit() {
    let limits = StoreConfig { object_bytes_max: 1000, ..StoreConfig::default() };
    let server = TestServer::start_on(ObjectStore::in_memory_with(limits), |_| {}).await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.put("a", pattern(1001)).chunked().send().await;
    assert_eq!(reply.error(), (400, "EntityTooLarge".into()));
    assert_eq!(photos.put("a", pattern(1000)).chunked().send().await.status, 200);
}

#[tokio::test]
async fn cos_put_21_large_bodies_pass_through() {
    let folder = tempfile::tempdir().unwrap();
    let service = ServiceProcess::start(folder.path()).await;
    let photos = service.bucket(BUCKET);
    assert_eq!(photos.request("PUT", "/").send().await.status, 200);
    let before = service.peak_memory_bytes();
    let (chunk, chunks) = (pattern(1 << 20), 64);
    let size_bytes = (chunk.len() * chunks).to_string();
    let put = photos.put("a", "").without_length().header("Content-Length", &size_bytes);
    let mut connection = service.connect().await;
    connection.write(&put.head()).await;
    for _ in 0..chunks {
        connection.write(&chunk).await;
    }
    let stored = connection.reply().await;
    assert_eq!(stored.status, 200, "{}", stored.text());

    connection.write(&photos.get("a").to_bytes()).await;
    assert_eq!(connection.reply_head().await.header("Content-Length"), Some(size_bytes.as_str()));
    for number in 0..chunks {
        assert!(connection.body(chunk.len()).await == chunk, "chunk {number} differs");
    }
    if let (Some(before), Some(after)) = (before, service.peak_memory_bytes()) {
        let grown = after.saturating_sub(before);
        assert!(grown < 20 << 20, "grown by {grown} bytes");
    }
}

#[tokio::test]
async fn cos_put_22_cos_put_25_all_characters_are_allowed_in_keys() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let printable: String = (0x20..0x7f_u8).map(char::from).collect();
    let special = format!("中文{printable}→↓←→↖↗↙↘！");
    for key in [special.as_str(), "folder/", "a//b", "emoji 🎉"] {
        photos.has(key, key).await;
        assert_eq!(photos.get(key).send().await.text(), key);
        assert_eq!(photos.delete(key).send().await.status, 204);
        assert_eq!(photos.get(key).send().await.status, 404);
    }
}

#[tokio::test]
async fn cos_put_23_keys_end_at_850_bytes() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has(&"k".repeat(850), "x").await;
    let reply = photos.put(&"k".repeat(851), "x").send().await;
    assert_eq!(reply.error(), (400, "KeyTooLong".into()));
    photos.has(&"图".repeat(283), "x").await;
    assert_eq!(photos.put(&"图".repeat(284), "x").send().await.error().0, 400);
}

#[tokio::test]
async fn cos_put_24_keys_of_nothing_lead_to_the_bucket() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for target in ["///////", "/./", "/."] {
        let reply = photos.request("PUT", target).body("x").send().await;
        assert_eq!(reply.error(), (400, "InvalidObjectName".into()), "{target}");
        assert_eq!(photos.request("DELETE", target).send().await.status, 400, "{target}");
        let listing = photos.request("GET", target).send().await;
        assert!(listing.status == 200 && listing.text().contains("<ListBucketResult>"), "{target}");
        assert_eq!(photos.request("GET", target).anonymous().send().await.status, 403, "{target}");
        assert_eq!(photos.request("HEAD", target).send().await.status, 200, "{target}");
    }
    photos.has("abc/../", "x").await;
    assert_eq!(photos.keys().await, ["abc/../"]);
}

#[tokio::test]
async fn cos_put_26_cos_put_27_strangers_and_unknown_buckets_are_turned_away() {
    let server = TestServer::start().await;
    let nowhere = server.existing_bucket("nowhere-1250000000");
    assert_eq!(nowhere.put("a", "x").send().await.error(), (404, "NoSuchBucket".into()));
    let photos = server.bucket(BUCKET).await;
    assert_eq!(photos.put("a", "x").anonymous().send().await.error(), (403, "AccessDenied".into()));
    assert_eq!(photos.get("a").send().await.status, 404);
}

#[tokio::test]
async fn cos_put_28_an_overwrite_can_be_forbidden() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let put = |body: &str| photos.put("a", body).header("x-cos-forbid-overwrite", "true");
    assert_eq!(put("first").send().await.status, 200);
    assert_eq!(put("second").send().await.error(), (409, "FileAlreadyExists".into()));
    assert_eq!(photos.content("a").await.unwrap(), b"first");
}

#[tokio::test]
async fn writes_and_deletions_may_demand_what_they_replace() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let failed = (412, "PreconditionFailed".to_owned());
    let put = |body: &str, name: &str, value: &str| photos.put("a", body).header(name, value).send();
    assert_eq!(put("1", "If-Match", "*").await.error(), failed);
    assert_eq!(put("1", "If-None-Match", "*").await.status, 200);
    assert_eq!(put("2", "If-None-Match", "*").await.error(), failed);
    let tag = format!("\"{}\"", md5_hex(b"1"));
    assert_eq!(put("2", "If-None-Match", &tag).await.error(), failed);
    assert_eq!(put("2", "If-Match", "\"no tag at all\"").await.error(), failed);
    assert_eq!(put("2", "If-Match", &tag).await.status, 200);
    assert_eq!(put("3", "If-Match", &tag).await.error(), failed);
    assert_eq!(photos.delete("a").header("If-Match", &tag).send().await.error(), failed);
    assert_eq!(photos.content("a").await.unwrap(), b"2");
    let copy =
        photos.put("a", "").header("x-cos-copy-source", format!("/{BUCKET}/a")).header("If-Match", &tag);
    let copy = copy.header("x-cos-metadata-directive", "Replaced");
    assert_eq!(copy.send().await.error(), failed);
    assert_eq!(photos.delete("a").header("If-Match", md5_hex(b"2")).send().await.status, 204);
    assert_eq!(photos.delete("a").header("If-Match", "*").send().await.error(), failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_writers_who_may_not_overwrite_one_is_let_through() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let mut writes = Vec::new();
    for number in 0..8 {
        let upload = photos.begin_upload("a").await;
        let part = photos.has_part("a", &upload, 1, format!("part {number}").as_bytes()).await;
        writes.push(photos.complete("a", &upload, &[(1, part)]).header("x-cos-forbid-overwrite", "true"));
        writes.push(photos.put("a", format!("put {number}")).header("If-None-Match", "*"));
    }
    let writes: Vec<_> = writes.into_iter().map(|write| tokio::spawn(write.send())).collect();
    let mut statuses = Vec::new();
    for write in writes {
        statuses.push(write.await.unwrap().status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409, 412].contains(status)), "{statuses:?}");
}

#[tokio::test]
async fn an_upload_that_may_not_overwrite_stays_open_when_it_would() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let begin = || photos.request("POST", "/a?uploads").header("x-cos-forbid-overwrite", "true").send();
    let upload = begin().await.xml().text_of("UploadId").to_owned();
    photos.has("a", "meanwhile").await;
    let parts = [(1, photos.has_part("a", &upload, 1, b"upload").await)];
    let complete = || photos.complete("a", &upload, &parts).send();
    assert_eq!(complete().await.error(), (409, "FileAlreadyExists".into()));
    assert_eq!(begin().await.error(), (409, "FileAlreadyExists".into()));
    assert_eq!(photos.content("a").await.unwrap(), b"meanwhile");
    photos.delete("a").send().await;
    assert_eq!(complete().await.status, 200);
    assert_eq!(photos.content("a").await.unwrap(), b"upload");
}

#[tokio::test(flavor = "multi_thread")]
async fn cos_put_29_of_many_writers_one_wins_whole() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let bodies: Vec<Vec<u8>> = (0..16_u8).map(|n| vec![n; 100_000 + usize::from(n)]).collect();
    let puts: Vec<_> = bodies.iter().map(|body| tokio::spawn(photos.put("a", body.clone()).send())).collect();
    for put in puts {
        assert_eq!(put.await.unwrap().status, 200);
    }
    let read = photos.get("a").send().await;
    assert!(bodies.contains(&read.body));
    assert_eq!(read.header("ETag"), Some(format!("\"{}\"", md5_hex(&read.body)).as_str()));
}

#[tokio::test]
async fn cos_put_30_readers_see_the_old_object_until_the_new_is_whole() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "old").await;
    let put = photos.put("a", pattern(100_000));
    let mut connection = server.connect().await;
    connection.write(&put.head()).await;
    connection.write(&pattern(100_000)[..50_000]).await;
    assert_eq!(photos.content("a").await.unwrap(), b"old");
    connection.write(&pattern(100_000)[50_000..]).await;
    assert_eq!(connection.reply().await.status, 200);
    assert_eq!(photos.content("a").await.unwrap(), pattern(100_000));
}

#[tokio::test]
async fn cos_put_33_encryption_is_echoed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let name = "x-cos-server-side-encryption";
    let stored = photos.put("a", "x").header(name, "AES256").send().await;
    assert_eq!(stored.header(name), Some("AES256"));
    assert_eq!(photos.head("a").send().await.header(name), Some("AES256"));
    assert_eq!(photos.get("a").send().await.header(name), Some("AES256"));
    assert_eq!(photos.put("a", "x").header(name, "ROT13").send().await.status, 400);
}

#[tokio::test]
async fn cos_put_34_a_key_of_the_customer_is_asked_for_again() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let stored = photos.put("a", "hello").customer_key().send().await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    assert_eq!(photos.get("a").send().await.status, 400);
    assert_eq!(photos.head("a").send().await.status, 400);
    let read = photos.get("a").customer_key().send().await;
    assert_eq!((read.status, read.body.as_slice()), (200, b"hello".as_slice()));
}
