//! What goes wrong leaves nothing behind.

use super::{objects, operations, put, upload};
use crate::pictures::{GIF, Gallery, LAND, SMALL, TRUNC, TXT, fixture};
use crate::support::{Reply, content_md5};

/// Sends an upload with this header and checks that it fails and nothing is stored.
async fn check_refused(body: Vec<u8>, header: &str, expected: (u16, &str)) -> Reply {
    let gallery = Gallery::start().await;
    let reply = gallery.bucket.put("a.jpg", body).header("Pic-Operations", header).send().await;
    assert_eq!(reply.error(), (expected.0, expected.1.to_owned()), "{header}");
    assert!(gallery.bucket.keys().await.is_empty(), "{header}");
    reply
}

#[tokio::test]
async fn pers_08_six_rules_are_refused() {
    let rules: Vec<_> = ["1", "2", "3", "4", "5", "6"].map(|id| (id, "imageMogr2/thumbnail/5x")).to_vec();
    let reply = check_refused(fixture(LAND), &operations(1, &rules), (400, "InvalidPicOperations")).await;
    let number = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-errno"));
    assert_eq!(number.map(|(_, value)| value.as_slice()), Some(b"-60997".as_slice()));
}

#[tokio::test]
async fn pers_22_unknown_style() {
    let header = operations(0, &[("b.jpg", "style/none")]);
    check_refused(fixture(LAND), &header, (400, "InvalidPicOperations")).await;
}

#[tokio::test]
async fn pers_24_no_json() {
    for header in
        ["{", "", "[]", "null", r#"{"rules":{}}"#, r#"{"rules":[{"fileid":"b"}]}"#, r#"{"is_pic_info":7}"#]
    {
        check_refused(fixture(LAND), header, (400, "InvalidPicOperations")).await;
    }
}

#[tokio::test]
async fn pers_25_bad_grammar() {
    for rule in ["imageMogr2/foo/1", "imageMogr2/thumbnail/abc", "imageMogr2/rotate/361", "crop/10x10"] {
        let header = operations(0, &[("ok.jpg", "imageMogr2/rotate/90"), ("b.jpg", rule)]);
        let reply = check_refused(fixture(LAND), &header, (400, "InvalidArgument")).await;
        let message = reply.xml().text_of("Message").to_owned();
        assert!(message.starts_with("rule 1: "), "{message}");
    }
}

#[tokio::test]
async fn pers_26_no_picture() {
    let header = operations(0, &[("b.jpg", "imageMogr2/rotate/90")]);
    check_refused(fixture(TXT), &header, (400, "InvalidImageFormat")).await;
    check_refused(Vec::new(), &header, (400, "InvalidImageFormat")).await;
    check_refused(fixture(TRUNC), &header, (400, "InvalidImageFormat")).await;
    check_refused(fixture(TXT), r#"{"is_pic_info":1}"#, (400, "InvalidImageFormat")).await;
}

#[tokio::test]
async fn pers_27_one_failure_is_the_failure_of_all() {
    let gallery = Gallery::start().await;
    for failing in ["imageMogr2/iradius/20", "imageMogr2/cut/10x10x900x0"] {
        let rules = [("ok.gif", "imageMogr2/thumbnail/50x"), ("no.gif", failing)];
        let reply = put(&gallery.bucket, "a.gif", fixture(GIF), &rules).send().await;
        assert!(matches!(reply.status, 400 | 501), "{failing}: {}", reply.status);
        assert!(reply.xml().text_of("Message").starts_with("rule 1: "), "{}", reply.text());
        assert!(gallery.bucket.keys().await.is_empty(), "{failing}");
    }
}

#[tokio::test]
async fn pers_35_the_header_is_part_of_the_signature() {
    let gallery = Gallery::start().await;
    let request = put(&gallery.bucket, "a.jpg", fixture(SMALL), &[("b.jpg", "imageMogr2/rotate/90")]);
    let sent = String::from_utf8_lossy(&request.head()).into_owned();
    assert!(sent.contains("pic-operations"), "the signature lists the header: {sent}");
    assert_eq!(request.clone().send().await.status, 200);

    // The same signature with another header.
    let altered = sent.replace("imageMogr2/rotate/90", "imageMogr2/rotate/91");
    assert_ne!(altered, sent);
    let mut bytes = altered.into_bytes();
    bytes.extend_from_slice(&fixture(SMALL));
    let mut connection = gallery.server.connect().await;
    connection.write(&bytes).await;
    assert_eq!(connection.reply().await.error(), (403, "SignatureDoesNotMatch".to_owned()));
}

#[tokio::test]
async fn pers_41_source_over_the_limit() {
    let gallery = Gallery::start().await;
    let mut body = fixture(SMALL);
    body.resize(33_554_433, 0);
    let rules = [("b.jpg", "imageMogr2/rotate/90")];
    let reply = put(&gallery.bucket, "a.png", body.clone(), &rules).send().await;
    assert_eq!(reply.error(), (400, "ImageTooLarge".to_owned()));
    // Also where the length is not known beforehand.
    let reply = put(&gallery.bucket, "a.png", body.clone(), &rules).chunked().send().await;
    assert!(matches!(reply.status, 400 | 411), "{}", reply.text());
    assert!(gallery.bucket.keys().await.is_empty());

    body.pop();
    let result = upload(&gallery, "a.png", body, &rules).await;
    assert_eq!(objects(&result).len(), 1);
}

#[tokio::test]
async fn pers_42_another_body_than_announced() {
    let gallery = Gallery::start().await;
    let rules = [("b.jpg", "imageMogr2/rotate/90")];
    let request = put(&gallery.bucket, "a.png", fixture(SMALL), &rules);
    let reply = request.header("Content-MD5", content_md5(b"something else")).send().await;
    assert_eq!(reply.error(), (400, "BadDigest".to_owned()));
    assert!(gallery.bucket.keys().await.is_empty());
}

#[tokio::test]
async fn pers_50_information_is_no_rule() {
    for rule in ["imageInfo", "exif", "imageAve", "imageMogr2/thumbnail/5x|imageInfo"] {
        let header = operations(0, &[("b.json", rule)]);
        check_refused(fixture(LAND), &header, (400, "InvalidPicOperations")).await;
    }
}

#[tokio::test]
async fn pers_54_an_object_in_the_way() {
    let gallery = Gallery::start().await;
    gallery.put("a.png", b"older".to_vec()).await;
    for fileid in ["b.png", "a.png"] {
        let request = put(&gallery.bucket, "a.png", fixture(SMALL), &[(fileid, "imageMogr2/rotate/90")]);
        let reply = request.header("x-cos-forbid-overwrite", "true").send().await;
        assert_eq!(reply.error(), (409, "FileAlreadyExists".to_owned()));
    }
    assert_eq!(gallery.bucket.keys().await, ["a.png"]);
    assert_eq!(gallery.bucket.content("a.png").await.unwrap(), b"older");
}
