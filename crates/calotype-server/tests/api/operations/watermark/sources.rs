//! Where marks may come from, and who may use them.

use std::time::Duration;

use tokio::net::TcpListener;

use super::base64url;
use crate::pictures::{Gallery, LAND, MARK, Pixels, WHITE, png_of};
use crate::support::{BUCKET, path_of};

const TO_PNG: &str = "|imageMogr2/format/png";

fn by_key(key: &str) -> String {
    format!("watermark/1/image_key/{}", base64url(key))
}

fn by_url(url: &str) -> String {
    format!("watermark/1/image/{}", base64url(url))
}

/// The address of a key in the bucket of the gallery.
fn address(gallery: &Gallery, key: &str) -> String {
    format!("http://{}{}", gallery.bucket.host(), path_of(key))
}

async fn pixels(gallery: &Gallery, rule: &str) -> Pixels {
    gallery.get(WHITE, &format!("{rule}{TO_PNG}")).await.pixels()
}

async fn gallery() -> Gallery {
    let gallery = Gallery::with(WHITE).await;
    gallery.put_fixture(MARK).await;
    gallery
}

#[tokio::test]
async fn wmi_23_wmi_27_one_mark_by_every_name() {
    let gallery = gallery().await;
    gallery.put("水印/a b.png", png_of(100, 40, |_, _| [0, 0, 255])).await;
    let expected = pixels(&gallery, &by_key(MARK)).await;
    let url = address(&gallery, MARK);
    for rule in [
        by_url(&url),
        by_url(&url.replace("http://", "https://")),
        by_url(&format!("http://{BUCKET}.picsh.myqcloud.com/{MARK}")),
        by_url(&format!("http://{BUCKET}.pic.ap-guangzhou.myqcloud.com/{MARK}")),
        by_key("水印/a b.png"),
        by_url(&address(&gallery, "水印/a b.png")),
        by_url(&format!("http://{}/水印/a%20b.png", gallery.bucket.host())),
        format!("{}==", by_url(&url)),
    ] {
        assert!(pixels(&gallery, &rule).await == expected, "{rule}");
    }
}

#[tokio::test]
async fn wmi_24_wmi_25_wmi_26_marks_from_elsewhere_are_refused_and_nobody_is_called() {
    let gallery = gallery().await;
    let elsewhere = gallery.server.bucket("elsewhere-1250000000").await;
    elsewhere.has(MARK, crate::pictures::fixture(MARK)).await;
    let stranger = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stranger_address = stranger.local_addr().unwrap();
    for url in [
        format!("http://{}/{MARK}", elsewhere.host()),
        format!("http://{stranger_address}/{MARK}"),
        format!("http://{stranger_address}/{BUCKET}/{MARK}"),
        format!("http://{BUCKET}.example.com/{MARK}"),
        format!("http://{}/", gallery.bucket.host()),
        format!("{}/{MARK}", gallery.bucket.host()),
        format!("ftp://{}/{MARK}", gallery.bucket.host()),
        MARK.to_owned(),
    ] {
        assert_eq!(gallery.refusal(WHITE, &by_url(&url)).await, "InvalidImageSource", "{url}");
    }
    let called = tokio::time::timeout(Duration::from_millis(50), stranger.accept()).await;
    assert!(called.is_err(), "the service connected to somebody");
}

#[tokio::test]
async fn wmi_28_a_mark_that_is_not_there() {
    let gallery = gallery().await;
    for rule in [by_key("none.png"), by_url(&address(&gallery, "none.png"))] {
        let reply = gallery.ask(WHITE, &rule).await;
        assert_eq!(reply.error(), (400, "InvalidImageSource".to_owned()), "{rule}");
        assert!(reply.text().contains("none.png"), "{}", reply.text());
        assert_eq!(reply.header("X-ErrNo").or(reply.header("x-errno")), Some("-106"));
    }
}

#[tokio::test]
async fn wmi_30_wmi_31_a_private_mark_needs_a_right_or_a_signed_address() {
    let gallery = gallery().await;
    let public = gallery.bucket.request("PUT", &format!("{}?acl", path_of(WHITE)));
    let granted = public.header("x-cos-acl", "public-read").send().await;
    assert_eq!(granted.status, 200, "{}", granted.text());
    let ask = async |rule: String| {
        let target = format!("{}?{rule}", path_of(WHITE));
        gallery.bucket.request("GET", &target).anonymous().send().await
    };
    assert_eq!(ask("imageMogr2/format/jpg".to_owned()).await.status, 200);
    for rule in [by_key(MARK), by_url(&address(&gallery, MARK)), by_key("none.png")] {
        assert_eq!(ask(rule.clone()).await.error(), (403, "AccessDenied".to_owned()), "{rule}");
    }
    let signed = gallery.bucket.get(MARK).presigned();
    let signed = format!("http://{}{}", gallery.bucket.host(), signed.target());
    let made = ask(by_url(&signed)).await;
    assert_eq!(made.status, 200, "{}", String::from_utf8_lossy(&made.body));

    // What was made for one who may is not shown to one who may not.
    gallery.get(WHITE, &by_key(MARK)).await;
    assert_eq!(ask(by_key(MARK)).await.status, 403);
    let forged = signed.replace("q-signature=", "q-signature=0");
    assert_eq!(ask(by_url(&forged)).await.status, 403);
}

#[tokio::test]
async fn wmi_32_a_mark_may_be_made_on_the_way() {
    let gallery = gallery().await;
    let url = address(&gallery, MARK);
    let half = pixels(&gallery, &by_url(&format!("{url}?imageMogr2/thumbnail/!50p"))).await;
    let white = pixels(&gallery, "imageMogr2/rotate/0").await;
    assert_eq!(half.changed_box(&white), Some((590, 407, 639, 426)));
    for instruction in [by_key(MARK), "watermark/2/text/dGVzdA".to_owned(), "imageInfo".to_owned()] {
        let rule = by_url(&format!("{url}?{instruction}"));
        assert_eq!(gallery.refusal(WHITE, &rule).await, "InvalidImageSource", "{instruction}");
    }
}

#[tokio::test]
async fn a_mark_that_changes_changes_what_it_is_drawn_on() {
    let gallery = gallery().await;
    let blue = gallery.ask(WHITE, &by_key(MARK)).await;
    assert_eq!(gallery.ask(WHITE, &by_key(MARK)).await.body, blue.body);
    gallery.put(MARK, png_of(100, 40, |_, _| [255, 0, 0])).await;
    let red = gallery.ask(WHITE, &by_key(MARK)).await;
    assert_ne!(red.body, blue.body);
    assert_ne!(red.header("ETag"), blue.header("ETag"));
}

#[tokio::test]
async fn marks_are_drawn_on_uploads_and_on_stored_pictures() {
    let gallery = gallery().await;
    let rule = |fileid: &str| format!(r#"{{"fileid":"{fileid}","rule":"{}"}}"#, by_key(MARK));
    let operations = format!(r#"{{"is_pic_info":0,"rules":[{},{}]}}"#, rule("a.png"), rule("b.png"));
    let white = crate::pictures::fixture(WHITE);
    let put = gallery.bucket.put("new.png", white).header("Pic-Operations", &operations).send().await;
    assert_eq!(put.status, 200, "{}", put.text());
    let target = format!("{}?image_process", path_of(WHITE));
    let stored = gallery.bucket.request("POST", &target).header("Pic-Operations", &operations).send().await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    let expected = pixels(&gallery, &by_key(MARK)).await;
    for key in ["a.png", "b.png"] {
        assert!(gallery.get(key, "imageMogr2/format/png").await.pixels() == expected, "{key}");
    }
    let missing = operations.replace(&base64url(MARK), &base64url("none.png"));
    let refused = gallery.bucket.put("more.png", crate::pictures::fixture(LAND));
    let refused = refused.header("Pic-Operations", &missing).send().await;
    assert_eq!(refused.error(), (400, "InvalidImageSource".to_owned()));
    assert_eq!(gallery.bucket.content("more.png").await, None);
}
