//! Deleting objects, one by one and many at once. Spec: spec/cos/objects.md.

use crate::support::{BUCKET, Bucket, Reply, TestServer, content_md5};

async fn delete_all(photos: &Bucket, body: &str) -> Reply {
    photos
        .request("POST", "/?delete")
        .header("Content-MD5", content_md5(body.as_bytes()))
        .body(body)
        .send()
        .await
}

fn document(quiet: bool, keys: &[&str]) -> String {
    let escape = |key: &str| key.replace('&', "&amp;").replace('<', "&lt;");
    let objects: String =
        keys.iter().map(|key| format!("<Object><Key>{}</Key></Object>", escape(key))).collect();
    format!("<Delete><Quiet>{quiet}</Quiet>{objects}</Delete>")
}

#[tokio::test]
async fn cos_del_01_cos_del_02_what_is_gone_is_gone() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let deleted = photos.delete("a").send().await;
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    assert_eq!(photos.get("a").send().await.status, 404);
    assert_eq!(photos.delete("a").send().await.status, 204);
    let nowhere = server.existing_bucket("nowhere-1250000000");
    assert_eq!(nowhere.delete("a").send().await.error(), (404, "NoSuchBucket".into()));
    photos.has("b", "hello").await;
    assert_eq!(photos.delete("b").anonymous().send().await.status, 403);
    assert_eq!(photos.content("b").await.unwrap(), b"hello");
}

#[tokio::test]
async fn cos_del_05_cos_del_07_a_batch_tells_what_became_of_each() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    photos.has("b", "x").await;
    let reply = delete_all(&photos, &document(false, &["a", "missing"])).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let result = reply.xml();
    let deleted: Vec<_> = result.children("Deleted").map(|entry| entry.text_of("Key")).collect();
    assert_eq!((result.name(), deleted), ("DeleteResult", vec!["a", "missing"]));
    assert_eq!(photos.keys().await, ["b"]);
}

#[tokio::test]
async fn cos_del_06_a_quiet_batch_says_nothing() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    let last = "<Delete><Object><Key>a</Key></Object><Quiet>true</Quiet></Delete>";
    let reply = delete_all(&photos, last).await;
    assert!(reply.text().ends_with("<DeleteResult/>"), "{}", reply.text());
    assert!(photos.keys().await.is_empty());
}

#[tokio::test]
async fn cos_del_08_cos_del_12_a_batch_has_1_to_1000_objects() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let keys: Vec<String> = (0..1001).map(|n| format!("key{n}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(delete_all(&photos, &document(true, &keys[..1000])).await.status, 200);
    for bad in [document(true, &keys), document(true, &[]), "<Delete><Object>".to_owned(), "x".to_owned()] {
        assert_eq!(delete_all(&photos, &bad).await.error(), (400, "MalformedXML".into()));
    }
}

#[tokio::test]
async fn cos_del_09_a_batch_has_its_digest() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    let body = document(false, &["a"]);
    let wrong =
        photos.request("POST", "/?delete").header("Content-MD5", content_md5(b"x")).body(body.as_str());
    assert_eq!(wrong.send().await.error(), (400, "BadDigest".into()));
    let missing = photos.request("POST", "/?delete").body(body.as_str()).send().await;
    assert_eq!(missing.error(), (400, "MissingContentMD5".into()));
    assert_eq!(photos.keys().await, ["a"]);
}

#[tokio::test]
async fn cos_del_10_a_batch_takes_any_key() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let keys = ["a&b<c", "图片", "a b+c%20", "dir/é"];
    for key in keys {
        photos.has(key, "x").await;
    }
    let result = delete_all(&photos, &document(false, &keys)).await.xml();
    let deleted: Vec<_> = result.children("Deleted").map(|entry| entry.text_of("Key")).collect();
    assert_eq!(deleted, keys);
    assert!(photos.keys().await.is_empty());
}
