//! Copies. Spec: spec/cos/objects.md, PUT Object - Copy.

use calotype_server::AccountConfig;

use crate::support::{BUCKET, Bucket, Request, TestServer, key_pair, pattern};

fn source(bucket: &Bucket, encoded_key: &str) -> String {
    format!("{}/{encoded_key}", bucket.host())
}

fn copy(bucket: &Bucket, key: &str, source: &str) -> Request {
    bucket.put(key, "").header("x-cos-copy-source", source)
}

#[tokio::test]
async fn cos_copy_01_cos_copy_02_a_copy_has_the_same_content() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let other = server.bucket("other-1250000000").await;
    for (key, body) in [("small", b"hello".to_vec()), ("large", pattern(300_000))] {
        let stored = photos.put(key, body.clone()).send().await;
        for target in [&photos, &other] {
            let copied = copy(target, "copy", &source(&photos, key)).send().await;
            assert_eq!(copied.status, 200, "{}", copied.text());
            let result = copied.xml();
            assert_eq!(result.name(), "CopyObjectResult");
            assert_eq!(Some(result.text_of("ETag")), stored.header("ETag"));
            assert_eq!(Some(result.text_of("CRC64")), stored.header("x-cos-hash-crc64ecma"));
            assert!(result.text_of("LastModified").ends_with('Z'));
            assert!(target.content("copy").await.unwrap() == body);
        }
    }
    photos.delete("large").send().await;
    assert!(other.content("copy").await.unwrap() == pattern(300_000));
}

async fn described(photos: &Bucket) {
    let put = photos
        .put("a.png", "hello")
        .header("x-cos-meta-a", "1")
        .header("Cache-Control", "no-cache")
        .header("x-cos-acl", "public-read");
    assert_eq!(put.send().await.status, 200);
}

#[tokio::test]
async fn cos_copy_03_a_copy_keeps_what_is_said_about_it() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    described(&photos).await;
    for directive in ["", "Copy", "COPY"] {
        let copied = copy(&photos, "b", &source(&photos, "a.png"))
            .unsigned_header("x-cos-metadata-directive", directive)
            .header("x-cos-meta-b", "2")
            .send()
            .await;
        assert_eq!(copied.status, 200, "{}", copied.text());
        let head = photos.head("b").send().await;
        assert_eq!((head.header("x-cos-meta-a"), head.header("x-cos-meta-b")), (Some("1"), None));
        assert_eq!(head.header("Cache-Control"), Some("no-cache"));
        assert_eq!(head.header("Content-Type"), Some("image/png"));
    }
}

#[tokio::test]
async fn cos_copy_04_a_replaced_copy_keeps_nothing() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    described(&photos).await;
    for directive in ["Replaced", "Replace", "REPLACED"] {
        let copied = copy(&photos, "b.gif", &source(&photos, "a.png"))
            .header("x-cos-metadata-directive", directive)
            .header("x-cos-meta-b", "2")
            .send()
            .await;
        assert_eq!(copied.status, 200, "{}", copied.text());
        let head = photos.head("b.gif").send().await;
        assert_eq!((head.header("x-cos-meta-a"), head.header("x-cos-meta-b")), (None, Some("2")));
        assert_eq!((head.header("Cache-Control"), head.header("Content-Type")), (None, Some("image/gif")));
    }
    let odd = copy(&photos, "b", &source(&photos, "a.png")).header("x-cos-metadata-directive", "Maybe");
    assert_eq!(odd.send().await.error(), (400, "InvalidArgument".into()));
}

#[tokio::test]
async fn cos_copy_05_cos_copy_06_a_copy_onto_itself_has_to_change_something() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    described(&photos).await;
    let onto_itself = || copy(&photos, "a.png", &source(&photos, "a.png"));
    assert_eq!(onto_itself().send().await.error(), (400, "InvalidRequest".into()));
    let changed = onto_itself()
        .header("x-cos-metadata-directive", "Replaced")
        .header("x-cos-meta-new", "3")
        .header("x-cos-storage-class", "STANDARD_IA");
    assert_eq!(changed.send().await.status, 200);
    let head = photos.head("a.png").send().await;
    assert_eq!((head.header("x-cos-meta-new"), head.header("x-cos-meta-a")), (Some("3"), None));
    assert_eq!(head.header("x-cos-storage-class"), Some("STANDARD_IA"));
    assert_eq!(photos.content("a.png").await.unwrap(), b"hello");
}

#[tokio::test]
async fn cos_copy_07_cos_copy_08_sources_are_written_in_many_ways() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let key = "dir/图 片+a&b%20.jpg";
    photos.has(key, "hello").await;
    let encoded = calotype_protocol::encoding::encode_path(key);
    let all_encoded = calotype_protocol::encoding::encode(key);
    for source in [
        source(&photos, &encoded),
        source(&photos, &all_encoded),
        format!("http://{}", source(&photos, &encoded)),
        format!("{BUCKET}.cos.ap-beijing.example.test:9000/{encoded}"),
        format!("/{BUCKET}/{encoded}"),
        format!("{BUCKET}/{encoded}"),
    ] {
        let copied = copy(&photos, "copy", &source).send().await;
        assert_eq!(copied.status, 200, "{source}: {}", copied.text());
        assert_eq!(photos.content("copy").await.unwrap(), b"hello");
    }
    for bad in ["nonsense", "/", "no-bucket/"] {
        assert_eq!(copy(&photos, "copy", bad).send().await.error(), (400, "InvalidArgument".into()), "{bad}");
    }
}

#[tokio::test]
async fn cos_copy_10_a_missing_source_is_named() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let missing = copy(&photos, "copy", &source(&photos, "missing")).send().await;
    assert_eq!(missing.error(), (404, "NoSuchKey".into()));
    let nowhere = server.existing_bucket("nowhere-1250000000");
    let missing = copy(&photos, "copy", &source(&nowhere, "a")).send().await;
    assert_eq!(missing.error(), (404, "NoSuchBucket".into()));
    photos.has("a", "hello").await;
    assert_eq!(copy(&nowhere, "copy", &source(&photos, "a")).send().await.error().0, 404);
}

#[tokio::test]
async fn cos_copy_11_conditions_of_a_copy_fail_with_412() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let (own, other) = ("5d41402abc4b2a76b9719d911017c592", "00000000000000000000000000000000");
    let (past, future) = ("Fri, 24 May 2019 11:49:50 GMT", "Wed, 21 Oct 2037 07:28:00 GMT");
    for (name, value, status) in [
        ("Match", own, 200),
        ("Match", other, 412),
        ("None-Match", own, 412),
        ("None-Match", other, 200),
        ("Modified-Since", past, 200),
        ("Modified-Since", future, 412),
        ("Unmodified-Since", past, 412),
        ("Unmodified-Since", future, 200),
    ] {
        let name = format!("x-cos-copy-source-If-{name}");
        let copied = copy(&photos, "copy", &source(&photos, "a")).header(&name, value).send().await;
        assert_eq!(copied.status, status, "{name} {value}");
    }
}

#[tokio::test]
async fn cos_copy_12_rights_are_never_copied() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    described(&photos).await;
    assert_eq!(photos.get("a.png").anonymous().send().await.status, 200);
    copy(&photos, "private", &source(&photos, "a.png")).send().await;
    assert_eq!(photos.get("private").anonymous().send().await.status, 403);
    copy(&photos, "public", &source(&photos, "a.png")).header("x-cos-acl", "public-read").send().await;
    assert_eq!(photos.get("public").anonymous().send().await.status, 200);
}

#[tokio::test]
async fn cos_copy_13_tags_are_copied_or_replaced() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "hello").header("x-cos-tagging", "k=1&l=2").send().await;
    let count = async |request: Request| {
        let copied = request.send().await;
        assert_eq!(copied.status, 200, "{}", copied.text());
        photos.head("copy").send().await.header("x-cos-tagging-count").map(str::to_owned)
    };
    let plain = || copy(&photos, "copy", &source(&photos, "a"));
    assert_eq!(count(plain()).await.as_deref(), Some("2"));
    let replaced = plain().header("x-cos-tagging-directive", "Replaced").header("x-cos-tagging", "m=3");
    assert_eq!(count(replaced).await.as_deref(), Some("1"));
}

#[tokio::test]
async fn cos_copy_14_a_source_has_to_be_readable() {
    let other = ("AKIDOTHER", "SecretOfTheOther");
    let server = TestServer::start_with(|config| {
        let keys = vec![key_pair(other)];
        config.accounts.push(AccountConfig { app_id: "1300000000".into(), uin: "100000000009".into(), keys });
    })
    .await;
    let photos = server.bucket(BUCKET).await;
    let theirs = server.existing_bucket("theirs-1300000000");
    assert_eq!(theirs.request("PUT", "/").key_pair(other.0, other.1).send().await.status, 200);
    photos.has("private", "hello").await;
    photos.put("public", "hello").header("x-cos-acl", "public-read").send().await;
    let by_them = |key: &str| copy(&theirs, "copy", &source(&photos, key)).key_pair(other.0, other.1).send();
    assert_eq!(by_them("private").await.error(), (403, "AccessDenied".into()));
    assert_eq!(by_them("public").await.status, 200);
}
