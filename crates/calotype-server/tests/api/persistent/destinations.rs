//! Where results go.

use calotype_server::{AccountConfig, ServerConfig};

use super::{keys, objects, put, succeeded, upload};
use crate::pictures::{Gallery, SMALL, fixture};
use crate::support::TestServer;
use crate::support::path_of;

const RULE: &str = "imageMogr2/thumbnail/10x";

#[tokio::test]
async fn pers_09_to_pers_12_and_pers_14_pers_15_keys_from_fileids() {
    let gallery = Gallery::start().await;
    for (source, fileid, expected) in [
        ("p1/a.jpg", "/p2/b.jpg", "p2/b.jpg"),
        ("p1/a.jpg", "p2/b.jpg", "p1/p2/b.jpg"),
        ("p1/a.jpg", "b.jpg", "p1/b.jpg"),
        ("p1/a.jpg", "p1/a.jpg", "p1/p1/a.jpg"),
        ("a.jpg", "b.png", "b.png"),
        ("a.jpg", "x/b.png", "x/b.png"),
        ("a.jpg", "%E4%B8%AD.png", "中.png"),
        ("a.jpg", "中.png", "中.png"),
        ("a.jpg", "\\u4e2d.png", "中.png"),
        ("p1/a.jpg", "../x.jpg", "p1/../x.jpg"),
    ] {
        let result = upload(&gallery, source, fixture(SMALL), &[(fileid, RULE)]).await;
        assert_eq!(keys(&result), [expected], "{fileid}");
        assert!(gallery.bucket.content(expected).await.is_some(), "{expected}");
    }
}

#[tokio::test]
async fn pers_10_pers_11_relative_to_the_folder_of_the_source() {
    let gallery = Gallery::start().await;
    let rules = [("p2/b.jpg", RULE), ("b.jpg", RULE)];
    let result = upload(&gallery, "p1/a.jpg", fixture(SMALL), &rules).await;
    assert_eq!(keys(&result), ["p1/p2/b.jpg", "p1/b.jpg"]);
}

#[tokio::test]
async fn pers_13_fileids_without_a_file_name() {
    let gallery = Gallery::start().await;
    for fileid in ["p2/", "", "/"] {
        let reply = put(&gallery.bucket, "a.jpg", fixture(SMALL), &[(fileid, RULE)]).send().await;
        assert_eq!(reply.error(), (400, "InvalidPicOperations".to_owned()), "{fileid:?}");
    }
    assert!(gallery.bucket.keys().await.is_empty());
}

#[tokio::test]
async fn pers_18_another_bucket() {
    let gallery = Gallery::start().await;
    let other = gallery.server.bucket("other-1250000000").await;
    let header = format!(r#"{{"rules":[{{"bucket":"{}","fileid":"/b.jpg","rule":"{RULE}"}}]}}"#, other.name);
    let reply = gallery.bucket.put("a.jpg", fixture(SMALL)).header("Pic-Operations", header).send().await;
    let result = succeeded(reply);
    assert_eq!(objects(&result)[0].text_of("Location"), format!("{}/b.jpg", other.host()));
    assert_eq!(other.keys().await, ["b.jpg"]);
    assert_eq!(gallery.bucket.keys().await, ["a.jpg"]);
}

#[tokio::test]
async fn pers_19_a_bucket_that_is_not_there() {
    let gallery = Gallery::start().await;
    let header = format!(r#"{{"rules":[{{"bucket":"none-1250000000","fileid":"b.jpg","rule":"{RULE}"}}]}}"#);
    let reply = gallery.bucket.put("a.jpg", fixture(SMALL)).header("Pic-Operations", header).send().await;
    assert_eq!(reply.error(), (404, "NoSuchBucket".to_owned()));
    assert!(gallery.bucket.keys().await.is_empty());
}

#[tokio::test]
async fn pers_20_a_bucket_of_somebody_else() {
    let pair = ("AKIDOTHER", "SecretOfTheOther");
    let two_accounts = |config: &mut ServerConfig| {
        let keys = vec![calotype_server::KeyPair { secret_id: pair.0.into(), secret_key: pair.1.into() }];
        config.accounts.push(AccountConfig { app_id: "1300000000".into(), uin: "1003".into(), keys });
    };
    let gallery = Gallery::start_with(two_accounts).await;
    let foreign = gallery.server.existing_bucket("theirs-1300000000");
    assert_eq!(foreign.request("PUT", "/").key_pair(pair.0, pair.1).send().await.status, 200);

    let header = format!(r#"{{"rules":[{{"bucket":"{}","fileid":"b.jpg","rule":"{RULE}"}}]}}"#, foreign.name);
    let reply = gallery.bucket.put("a.jpg", fixture(SMALL)).header("Pic-Operations", header).send().await;
    assert_eq!(reply.error(), (403, "AccessDenied".to_owned()));
    assert!(gallery.bucket.keys().await.is_empty());
}

#[tokio::test]
async fn pers_49_one_destination_twice() {
    let gallery = Gallery::start().await;
    let rules = [("b.jpg", RULE), ("/b.jpg", "imageMogr2/rotate/90")];
    let reply = put(&gallery.bucket, "a.jpg", fixture(SMALL), &rules).send().await;
    assert_eq!(reply.error(), (400, "InvalidPicOperations".to_owned()));
    assert!(gallery.bucket.keys().await.is_empty());
}

#[tokio::test]
async fn pers_52_keys_with_the_characters_of_xml() {
    let gallery = Gallery::start().await;
    let result = upload(&gallery, "x&y.png", fixture(SMALL), &[("a&b<c>.png", RULE)]).await;
    assert_eq!(keys(&result), ["a&b<c>.png"]);
    assert_eq!(objects(&result)[0].text_of("Location"), format!("{}/a&b<c>.png", gallery.bucket.host()));
    assert!(gallery.bucket.content("a&b<c>.png").await.is_some());
}

#[tokio::test]
async fn pers_53_location_of_a_path_style_request() {
    let gallery = Gallery::start().await;
    let server: &TestServer = &gallery.server;
    let target = format!("/{}{}", gallery.bucket.name, path_of("p/a.png"));
    let header = super::operations(1, &[("b.png", RULE)]);
    let request = server.request("PUT", &target).body(fixture(SMALL)).header("Pic-Operations", header);
    let result = succeeded(request.send().await);
    let folder = format!("{}/{}/p", server.address(), gallery.bucket.name);
    assert_eq!(result.child("OriginalInfo").unwrap().text_of("Location"), format!("{folder}/a.png"));
    assert_eq!(objects(&result)[0].text_of("Location"), format!("{folder}/b.png"));
}
