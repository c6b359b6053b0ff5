//! `animate`: a GIF of several pictures of one bucket.
//!
//! Spec: spec/ci/format.md, 4.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::pictures::{Gallery, RED, SMALL, solid_png};

/// A rule that lets these objects of the bucket follow.
fn animate(gallery: &Gallery, duration: &str, keys: &[&str]) -> String {
    let address = |key: &&str| format!("/{}", encoded(&format!("http://{}/{key}", gallery.bucket.host())));
    format!("imageMogr2/animate/{duration}images{}", keys.iter().map(address).collect::<String>())
}

fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// A bucket with a blue picture of 100x60, a red one of 64x64 and a tall green one.
async fn gallery() -> Gallery {
    let gallery = Gallery::start().await;
    gallery.put("blue.png", solid_png(100, 60, [0, 0, 255])).await;
    gallery.put("green.png", solid_png(30, 120, [0, 255, 0])).await;
    gallery.put_fixture(RED).await;
    gallery
}

#[tokio::test]
async fn mogr_gifc_01_pictures_become_frames() {
    let gallery = gallery().await;
    let jpeg = gallery.get("blue.png", "imageMogr2/format/jpg").await.bytes;
    gallery.put("blue.jpg", jpeg).await;
    let picture = gallery.get("blue.jpg", &animate(&gallery, "duration/200/", &[RED, "green.png"])).await;
    assert_eq!((picture.format(), picture.size()), ("gif", (100, 60)));
    let animation = picture.gif();
    assert_eq!((animation.frames.len(), &animation.delays_ms[..]), (3, &[200, 200, 200][..]));
    assert!(animation.loops_forever);
    assert!(animation.frames[0].at(50, 30)[2] > 240);
    // 64x64 is scaled to 60x60 and centred, 30x120 to 15x60; nothing of the frame before shows beside them.
    assert_eq!((animation.frames[1].at(50, 30), animation.frames[1].at(5, 30)[3]), ([255, 0, 0, 255], 0));
    assert_eq!((animation.frames[2].at(50, 30), animation.frames[2].at(30, 30)[3]), ([0, 255, 0, 255], 0));

    let default = gallery.get("blue.png", &animate(&gallery, "", &["blue.png"])).await.gif();
    assert_eq!(default.delays_ms, [100, 100]);
    let rule = animate(&gallery, "", &[RED]).replace("/animate", "/thumbnail/50x/animate");
    assert_eq!(gallery.get("blue.png", &rule).await.size(), (50, 30));
}

#[tokio::test]
async fn mogr_gifc_02_limits() {
    let gallery = gallery().await;
    let names = vec![RED; 20];
    assert_eq!(gallery.refusal("blue.png", &animate(&gallery, "", &names)).await, "InvalidArgument");
    assert_eq!(gallery.ask("blue.png", &animate(&gallery, "", &names[..19])).await.status, 200);
    gallery.put("wide.png", solid_png(1081, 10, [1, 2, 3])).await;
    assert_eq!(gallery.refusal("wide.png", &animate(&gallery, "", &[RED])).await, "ImageResolutionExceed");
    assert_eq!(
        gallery.refusal("blue.png", &animate(&gallery, "", &["wide.png"])).await,
        "InvalidImageSource"
    );
    for rule in [
        "animate/duration/9/images/dTE",
        "animate/duration/60001/images/dTE",
        "animate/images",
        "animate/duration/100",
    ] {
        assert_eq!(
            gallery.refusal("blue.png", &format!("imageMogr2/{rule}")).await,
            "InvalidArgument",
            "{rule}"
        );
    }
    let rule = animate(&gallery, "", &[RED]).replace("/animate", "/format/png/animate");
    assert_eq!(gallery.refusal("blue.png", &rule).await, "InvalidArgument");
}

#[tokio::test]
async fn mogr_gifc_03_pictures_of_others_are_not_fetched() {
    let gallery = gallery().await;
    // A listener that nobody may call.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let foreign = format!("http://{}/a.png", listener.local_addr().unwrap());
    for url in [foreign.as_str(), "http://example.test/a.png", "file:///etc/hostname"] {
        let rule = format!("imageMogr2/animate/images/{}", encoded(url));
        assert_eq!(gallery.refusal("blue.png", &rule).await, "InvalidImageSource", "{url}");
    }
    let rule = animate(&gallery, "", &["missing.png"]);
    assert_eq!(gallery.refusal("blue.png", &rule).await, "InvalidImageSource");
    let called = tokio::time::timeout(std::time::Duration::from_millis(100), listener.accept()).await;
    assert!(called.is_err());
    gallery.put_fixture(SMALL).await;
    assert_eq!(gallery.ask(SMALL, &animate(&gallery, "", &[RED])).await.status, 200);
}
