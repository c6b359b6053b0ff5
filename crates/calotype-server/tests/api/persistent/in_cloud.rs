//! `POST /<key>?image_process`.

use calotype_server::{AccountConfig, ServerConfig};

use super::{image_info, keys, objects, operations, succeeded};
use crate::pictures::{Gallery, LAND, SMALL, fixture};
use crate::support::{Request, path_of};

fn process(gallery: &Gallery, key: &str, query: &str, rules: &[(&str, &str)]) -> Request {
    let target = format!("{}?{query}", path_of(key));
    gallery.bucket.request("POST", &target).header("Pic-Operations", operations(1, rules))
}

#[tokio::test]
async fn pers_30_pers_31_objects_from_a_stored_picture() {
    let gallery = Gallery::with(LAND).await;
    for query in ["image_process", "image_process="] {
        let rules = [("half.jpg", "imageMogr2/thumbnail/!50p"), ("/d/b.png", "imageMogr2/format/png")];
        let result = succeeded(process(&gallery, LAND, query, &rules).send().await);
        assert_eq!(result.name(), "UploadResult");
        assert_eq!(keys(&result), ["half.jpg", "d/b.png"]);
        assert_eq!(objects(&result)[0].text_of("Width"), "320");
        assert_eq!(image_info(&result).unwrap().text_of("Width"), "640");
        let original = result.child("OriginalInfo").unwrap();
        assert_eq!(Some(original.text_of("ETag")), gallery.bucket.head(LAND).send().await.header("ETag"));
    }
    assert_eq!(gallery.bucket.keys().await, ["d/b.png", "half.jpg", LAND]);
    assert!(gallery.bucket.content(LAND).await.unwrap() == fixture(LAND));
}

#[tokio::test]
async fn pers_16_in_the_cloud_a_result_replaces_the_source() {
    let gallery = Gallery::with(SMALL).await;
    let reply =
        process(&gallery, SMALL, "image_process", &[(SMALL, "imageMogr2/thumbnail/50x")]).send().await;
    let result = succeeded(reply);
    let etag = result.child("OriginalInfo").unwrap().text_of("ETag").to_owned();
    assert_eq!(gallery.bucket.head(SMALL).send().await.header("ETag"), Some(etag.as_str()));
    assert_eq!(objects(&result)[0].text_of("ETag"), etag);
}

#[tokio::test]
async fn pers_32_missing_source() {
    let gallery = Gallery::start().await;
    let reply = process(&gallery, "nope.jpg", "image_process", &[("b", "imageMogr2/rotate/90")]).send().await;
    assert_eq!(reply.error(), (404, "NoSuchKey".to_owned()));
}

#[tokio::test]
async fn pers_33_without_the_header() {
    let gallery = Gallery::with(LAND).await;
    let target = format!("{}?image_process", path_of(LAND));
    let reply = gallery.bucket.request("POST", &target).send().await;
    assert_eq!(reply.error(), (400, "InvalidPicOperations".to_owned()));
}

#[tokio::test]
async fn pers_34_reading_is_not_enough() {
    let pair = ("AKIDOTHER", "SecretOfTheOther");
    let two_accounts = |config: &mut ServerConfig| {
        let keys = vec![calotype_server::KeyPair { secret_id: pair.0.into(), secret_key: pair.1.into() }];
        config.accounts.push(AccountConfig { app_id: "1300000000".into(), uin: "1003".into(), keys });
    };
    let gallery = Gallery::start_with(two_accounts).await;
    let stored = gallery.bucket.put("a.jpg", fixture(LAND)).header("x-cos-acl", "public-read").send().await;
    assert_eq!(stored.status, 200);
    assert_eq!(gallery.bucket.get("a.jpg").key_pair(pair.0, pair.1).send().await.status, 200);
    let request = process(&gallery, "a.jpg", "image_process", &[("b.jpg", "imageMogr2/rotate/90")]);
    let reply = request.key_pair(pair.0, pair.1).send().await;
    assert_eq!(reply.error(), (403, "AccessDenied".to_owned()));
    assert_eq!(gallery.bucket.keys().await, ["a.jpg"]);
}

#[tokio::test]
async fn pers_27_in_the_cloud_a_failure_stores_nothing() {
    let gallery = Gallery::with(LAND).await;
    let rules = [("ok.jpg", "imageMogr2/rotate/90"), ("no.jpg", "imageMogr2/cut/9x9x9000x0")];
    let reply = process(&gallery, LAND, "image_process", &rules).send().await;
    assert_eq!(reply.error(), (400, "InvalidArgument".to_owned()));
    assert_eq!(gallery.bucket.keys().await, [LAND]);
}
