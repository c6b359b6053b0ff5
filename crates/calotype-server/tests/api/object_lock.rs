//! Buckets that retain their objects. Spec: spec/cos/misc.md, object-lock.

use calotype_protocol::timestamp;
use jiff::Timestamp;

use crate::support::{BUCKET, Bucket, Reply, Request, TestServer, content_md5};

const LOCK: &str = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>\
    <Rule><DefaultRetention><Days>2</Days></DefaultRetention></Rule></ObjectLockConfiguration>";

fn put_lock(photos: &Bucket, body: &str) -> Request {
    photos.request("PUT", "/?object-lock").header("Content-MD5", content_md5(body.as_bytes())).body(body)
}

fn is_locked(reply: &Reply) -> bool {
    reply.error() == (409, "ObjectLocked".to_owned())
}

#[tokio::test]
async fn cos_conf_21_a_lock_is_kept_and_never_taken_off() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let get = || photos.request("GET", "/?object-lock").send();
    assert_eq!(get().await.error(), (404, "NoSuchObjectLockConfiguration".into()));
    assert_eq!(put_lock(&photos, LOCK).send().await.status, 200);
    assert!(get().await.text().ends_with(LOCK), "{}", get().await.text());
    assert_eq!(photos.request("DELETE", "/?object-lock").send().await.status, 405);
    for bad in ["<ObjectLockConfiguration/>".to_owned(), LOCK.replace('2', "0"), "<Other/>".to_owned()] {
        assert_eq!(put_lock(&photos, &bad).send().await.error(), (400, "MalformedXML".into()), "{bad}");
    }
    assert!(get().await.text().ends_with(LOCK));
}

#[tokio::test]
async fn cos_conf_21_retained_objects_are_neither_replaced_nor_removed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let retention = |key: &str| photos.request("GET", &format!("/{key}?retention")).send();
    assert_eq!(retention("a").await.error(), (404, "NoSuchObjectLockConfiguration".into()));
    put_lock(&photos, LOCK).send().await;
    let until = retention("a").await.xml();
    let until = timestamp::parse_iso(until.text_of("RetainUntilDate")).unwrap();
    let hours = (until.as_second() - Timestamp::now().as_second()) / 3600;
    assert!((46..=48).contains(&hours), "{until}");
    assert_eq!(retention("missing").await.error(), (404, "NoSuchKey".into()));

    assert!(is_locked(&photos.put("a", "changed").send().await));
    assert!(is_locked(&photos.delete("a").send().await));
    let upload = photos.begin_upload("a").await;
    let parts = [(1, photos.has_part("a", &upload, 1, b"changed").await)];
    assert!(is_locked(&photos.complete("a", &upload, &parts).send().await));
    let batch =
        "<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
    let digest = content_md5(batch.as_bytes());
    let result = photos.request("POST", "/?delete").header("Content-MD5", digest).body(batch).send().await;
    let errors = result.xml();
    let errors: Vec<_> = errors.children("Error").map(|e| (e.text_of("Key"), e.text_of("Code"))).collect();
    assert_eq!(errors, [("a", "ObjectLocked")]);
    assert_eq!(photos.content("a").await.unwrap(), b"hello");
    assert_eq!(photos.put("new", "x").send().await.status, 200);
}

#[tokio::test]
async fn cos_conf_21_a_locked_version_may_be_hidden() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    photos.request("PUT", "/?versioning").body(enabled).send().await;
    put_lock(&photos, LOCK).send().await;
    let first = photos.put("a", "first").send().await.header("x-cos-version-id").unwrap().to_owned();
    assert_eq!(photos.put("a", "second").send().await.status, 200);
    assert_eq!(photos.delete("a").send().await.status, 204);
    let removed = photos.request("DELETE", &format!("/a?versionId={first}")).send().await;
    assert!(is_locked(&removed));
    let read = photos.request("GET", &format!("/a?versionId={first}")).send().await;
    assert_eq!(read.text(), "first");
}
