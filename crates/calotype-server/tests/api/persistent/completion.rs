//! `Pic-Operations` when a multipart upload is completed.

use super::{operations, succeeded};
use crate::pictures::{Gallery, LAND, TXT, fixture};
use crate::support::path_of;

#[tokio::test]
async fn pers_36_completion_makes_objects() {
    let gallery = Gallery::start().await;
    let bucket = &gallery.bucket;
    let upload = bucket.begin_upload("p/a.jpg").await;
    let etag = bucket.has_part("p/a.jpg", &upload, 1, &fixture(LAND)).await;
    let header = operations(1, &[("b.png", "imageMogr2/thumbnail/100x/format/png")]);
    let request = bucket.complete("p/a.jpg", &upload, &[(1, etag)]).header("Pic-Operations", header);
    let result = succeeded(request.send().await);

    assert_eq!(result.name(), "CompleteMultipartUploadResult");
    assert_eq!(result.text_of("Location"), format!("{}/p/a.jpg", bucket.host()));
    assert_eq!((result.text_of("Bucket"), result.text_of("Key")), (bucket.name.as_str(), "p/a.jpg"));
    assert_eq!(Some(result.text_of("ETag")), bucket.head("p/a.jpg").send().await.header("ETag"));
    assert_eq!(result.child("ImageInfo").unwrap().text_of("Width"), "640");
    let object = super::objects(&result)[0];
    assert_eq!((object.text_of("Key"), object.text_of("Width")), ("p/b.png", "100"));
    assert_eq!(bucket.keys().await, ["p/a.jpg", "p/b.png"]);
}

#[tokio::test]
async fn pers_37_after_a_failure_the_upload_is_still_open() {
    let gallery = Gallery::start().await;
    let bucket = &gallery.bucket;
    let upload = bucket.begin_upload("a.txt").await;
    let etag = bucket.has_part("a.txt", &upload, 1, &fixture(TXT)).await;
    let complete = bucket.complete("a.txt", &upload, &[(1, etag)]);
    for rule in ["imageMogr2/rotate/90", "imageMogr2/foo/1"] {
        let header = operations(0, &[("b.png", rule)]);
        let reply = complete.clone().header("Pic-Operations", header).send().await;
        assert_eq!(reply.status, 400);
    }
    assert!(bucket.keys().await.is_empty());
    assert_eq!(complete.send().await.status, 200);
    assert_eq!(bucket.keys().await, ["a.txt"]);
}

#[tokio::test]
async fn pers_38_elsewhere_the_header_is_ignored() {
    let gallery = Gallery::start().await;
    let bucket = &gallery.bucket;
    let header = operations(1, &[("b.png", "imageMogr2/rotate/90")]);
    let begin = bucket.request("POST", &format!("{}?uploads", path_of("a.jpg")));
    let begun = begin.header("Pic-Operations", &header).send().await;
    assert_eq!(begun.status, 200);
    let upload = begun.xml().text_of("UploadId").to_owned();
    let part =
        bucket.put_part("a.jpg", &upload, 1, fixture(LAND)).header("Pic-Operations", &header).send().await;
    assert_eq!(part.status, 200);
    let etag = part.header("ETag").unwrap().to_owned();
    let result = succeeded(bucket.complete("a.jpg", &upload, &[(1, etag)]).send().await);
    assert!(result.child("ProcessResults").is_none());
    assert_eq!(bucket.keys().await, ["a.jpg"]);
}

#[tokio::test]
async fn pers_16_completion_with_a_result_over_its_source() {
    let gallery = Gallery::start().await;
    let bucket = &gallery.bucket;
    let upload = bucket.begin_upload("a.jpg").await;
    let etag = bucket.has_part("a.jpg", &upload, 1, &fixture(LAND)).await;
    let header = operations(0, &[("a.jpg", "imageMogr2/thumbnail/100x")]);
    let request = bucket.complete("a.jpg", &upload, &[(1, etag)]).header("Pic-Operations", header);
    let result = succeeded(request.send().await);
    assert_eq!(Some(result.text_of("ETag")), bucket.head("a.jpg").send().await.header("ETag"));
    assert_eq!(result.text_of("ETag"), super::objects(&result)[0].text_of("ETag"));
}
