//! `QRcode` as a rule.
//!
//! Spec: spec/ci/extras.md, A1; spec/ci/persistent.md, 3 and 5.2.

use super::{keys, objects, operations, put, succeeded, upload};
use crate::pictures::{Gallery, LAND, QR, fixture};
use crate::support::path_of;

const QR_TEXT: &str = "https://example.test/a";

#[tokio::test]
async fn qr_07_a_covered_picture_is_stored() {
    let gallery = Gallery::start().await;
    let rules = [("covered.png", "QRcode/cover/1"), ("small.png", "imageMogr2/thumbnail/50x")];
    let result = upload(&gallery, "d/a.png", fixture(QR), &rules).await;
    assert_eq!(keys(&result), ["d/covered.png", "d/small.png"]);
    let covered = objects(&result)[0];
    assert_eq!(covered.text_of("CodeStatus"), "1");
    assert_eq!(covered.child("QRcodeInfo").unwrap().text_of("CodeUrl"), QR_TEXT);
    let location = covered.child("QRcodeInfo").unwrap().child("CodeLocation").unwrap();
    assert_eq!(location.children("Point").count(), 4);
    assert_eq!((covered.text_of("Width"), covered.text_of("Format")), ("300", "png"));
    assert!(objects(&result)[1].child("CodeStatus").is_none());

    let stored = gallery.bucket.content("d/covered.png").await.unwrap();
    assert_eq!(covered.text_of("Size"), stored.len().to_string());
    assert!(stored != fixture(QR));
    let again = gallery.ask("d/covered.png", "ci-process=QRcode").await.xml();
    assert_eq!(again.text_of("CodeStatus"), "0");
}

#[tokio::test]
async fn qr_07_without_cover_the_picture_stays_and_need_not_be_stored() {
    let gallery = Gallery::start().await;
    let result = upload(&gallery, "a.png", fixture(QR), &[("same.png", "QRcode/cover/0")]).await;
    assert_eq!(objects(&result)[0].child("QRcodeInfo").unwrap().text_of("CodeUrl"), QR_TEXT);
    assert!(gallery.bucket.content("same.png").await.unwrap() == fixture(QR));

    let result = upload(&gallery, "b.png", fixture(QR), &[("", "QRcode/cover/0/bar-type/1")]).await;
    let only_found = objects(&result)[0];
    assert_eq!(only_found.text_of("CodeStatus"), "1");
    assert!(only_found.child("Key").is_none() && only_found.child("Size").is_none());
    assert_eq!(gallery.bucket.keys().await, ["a.png", "b.png", "same.png"]);
}

#[tokio::test]
async fn qr_07_in_the_cloud_and_over_the_source() {
    let gallery = Gallery::with(QR).await;
    gallery.put_fixture(LAND).await;
    let process = |key: &str, rules: &[(&str, &str)]| {
        let target = format!("{}?image_process", path_of(key));
        gallery.bucket.request("POST", &target).header("Pic-Operations", operations(0, rules))
    };
    let result = succeeded(process(LAND, &[("", "QRcode/cover/1")]).send().await);
    assert_eq!(objects(&result)[0].text_of("CodeStatus"), "0");
    let rules = [("", "QRcode/cover/0"), (QR, "QRcode/cover/1")];
    let result = succeeded(process(QR, &rules).send().await);
    assert_eq!(objects(&result)[1].text_of("Key"), QR);
    let etag = gallery.bucket.head(QR).send().await.header("ETag").unwrap().to_owned();
    assert_eq!(result.child("OriginalInfo").unwrap().text_of("ETag"), etag);
    assert!(gallery.bucket.content(QR).await.unwrap() != fixture(QR));
}

#[tokio::test]
async fn qr_07_defects_store_nothing() {
    let gallery = Gallery::start().await;
    for (body, fileid, rule, code) in [
        (fixture(QR), "b.png", "QRcode", "InvalidArgument"),
        (fixture(QR), "b.png", "QRcode/cover/1|imageMogr2/rotate/90", "InvalidArgument"),
        (fixture(QR), "", "imageMogr2/rotate/90", "InvalidPicOperations"),
        (b"no picture".to_vec(), "b.png", "QRcode/cover/1", "InvalidImageFormat"),
    ] {
        let reply = put(&gallery.bucket, "a.png", body, &[(fileid, rule)]).send().await;
        assert_eq!(reply.error(), (400, code.to_owned()), "{rule}");
    }
    assert!(gallery.bucket.keys().await.is_empty());
}
