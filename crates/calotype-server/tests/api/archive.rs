//! Archived objects. Spec: spec/cos/objects.md, GET Object and POST Object restore.

use crate::pictures::{SMALL, fixture};
use crate::support::{BUCKET, Bucket, Reply, Request, TestServer};

fn restore(photos: &Bucket, key: &str, days: &str) -> Request {
    let tier = "<CASJobParameters><Tier>Expedited</Tier></CASJobParameters>";
    let body = format!("<RestoreRequest><Days>{days}</Days>{tier}</RestoreRequest>");
    photos.request("POST", &format!("/{key}?restore")).body(body)
}

async fn archived(photos: &Bucket, key: &str, class: &str) {
    let put = photos.put(key, fixture(SMALL)).header("x-cos-storage-class", class).send().await;
    assert_eq!(put.status, 200, "{}", put.text());
}

fn is_refused(reply: &Reply, class: &str) -> bool {
    reply.error() == (403, "InvalidObjectState".into()) && reply.header("x-cos-storage-class") == Some(class)
}

#[tokio::test]
async fn cos_get_17_archived_content_is_not_read() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for class in ["ARCHIVE", "DEEP_ARCHIVE"] {
        archived(&photos, "a.png", class).await;
        assert!(is_refused(&photos.get("a.png").send().await, class));
        let part = photos.get("a.png").header("Range", "bytes=0-3").send().await;
        assert!(is_refused(&part, class));
        let picture = photos.request("GET", "/a.png?imageMogr2/thumbnail/10x").send().await;
        assert!(is_refused(&picture, class));
        let copy = photos.put("b.png", "").header("x-cos-copy-source", format!("/{BUCKET}/a.png"));
        assert!(is_refused(&copy.send().await, class));
        let process = photos
            .request("POST", "/a.png?image_process")
            .header("Pic-Operations", r#"{"rules":[{"fileid":"c.png","rule":"imageMogr2/rotate/90"}]}"#);
        assert!(is_refused(&process.send().await, class));
        let head = photos.head("a.png").send().await;
        assert_eq!((head.status, head.header("x-cos-storage-class")), (200, Some(class)));
        assert_eq!(head.header("x-cos-restore"), None);
    }
    archived(&photos, "cold.png", "COLD").await;
    assert_eq!(photos.get("cold.png").send().await.status, 200);
    assert_eq!(photos.delete("a.png").send().await.status, 204);
}

#[tokio::test]
async fn cos_obj_05_cos_get_17_restored_content_is_read() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    archived(&photos, "a.png", "ARCHIVE").await;
    assert_eq!(restore(&photos, "a.png", "1").send().await.status, 202);
    let head = photos.head("a.png").send().await;
    let told = head.header("x-cos-restore").unwrap();
    assert!(
        told.starts_with("ongoing-request=\"false\", expiry-date=\"") && told.ends_with(" GMT\""),
        "{told}"
    );
    assert_eq!(photos.content("a.png").await.unwrap(), fixture(SMALL));
    assert_eq!(photos.request("GET", "/a.png?imageMogr2/thumbnail/10x").send().await.status, 200);

    // Again it is there for longer.
    assert_eq!(restore(&photos, "a.png", "30").send().await.status, 200);
    assert_ne!(photos.head("a.png").send().await.header("x-cos-restore"), Some(told));

    archived(&photos, "a.png", "ARCHIVE").await;
    assert!(is_refused(&photos.get("a.png").send().await, "ARCHIVE"));
}

#[tokio::test]
async fn cos_obj_05_a_restore_may_take_its_time() {
    let server = TestServer::start_with(|config| config.restore_delay_seconds = 3600).await;
    let photos = server.bucket(BUCKET).await;
    archived(&photos, "a.png", "DEEP_ARCHIVE").await;
    assert_eq!(restore(&photos, "a.png", "1").send().await.status, 202);
    let head = photos.head("a.png").send().await;
    assert_eq!(head.header("x-cos-restore"), Some("ongoing-request=\"true\""));
    let status = head.header("x-cos-restore-status").unwrap();
    assert!(status.starts_with("tier=\"expedited\"; request-date=\""), "{status}");
    assert!(is_refused(&photos.get("a.png").send().await, "DEEP_ARCHIVE"));
    assert_eq!(restore(&photos, "a.png", "1").send().await.error(), (409, "RestoreAlreadyInProgress".into()));
}

#[tokio::test]
async fn cos_obj_05_only_archives_are_restored() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    assert_eq!(restore(&photos, "a", "1").send().await.error(), (405, "RestoreNonArchiveObject".into()));
    assert_eq!(restore(&photos, "missing", "1").send().await.error(), (404, "NoSuchKey".into()));
    assert_eq!(restore(&photos, "a", "1").anonymous().send().await.status, 403);
    archived(&photos, "a", "ARCHIVE").await;
    for days in ["0", "366", "x", ""] {
        assert_eq!(restore(&photos, "a", days).send().await.error(), (400, "MalformedXML".into()), "{days}");
    }
    let empty = photos.request("POST", "/a?restore").send().await;
    assert_eq!(empty.error(), (400, "MissingRequestBodyError".into()));
    assert!(is_refused(&photos.get("a").send().await, "ARCHIVE"));
}
