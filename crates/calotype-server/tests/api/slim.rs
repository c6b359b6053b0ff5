//! `imageSlim`: fewer bytes for the same look, asked for or by the bucket's own wish.
//!
//! Spec: spec/ci/extras.md, A4.

use crate::pictures::{GIF, Gallery, LAND, Picture, SMALL, TXT, fixture};
use crate::support::Reply;

fn flag(reply: &Reply) -> Option<&str> {
    let found = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-slimflag"));
    found.map(|(_, value)| std::str::from_utf8(value).unwrap())
}

fn picture(reply: Reply) -> Picture {
    let content_type = reply.header("Content-Type").unwrap_or_default().to_owned();
    Picture { content_type, bytes: reply.body }
}

/// A photo as PNG, by way of the service.
async fn photo_png(gallery: &Gallery) -> Vec<u8> {
    gallery.put_fixture(LAND).await;
    gallery.get(LAND, "imageMogr2/format/png").await.bytes
}

async fn slim(gallery: &Gallery, key: &str) -> Reply {
    let reply = gallery.ask(key, "imageSlim").await;
    assert_eq!(reply.status, 200, "{key}: {}", String::from_utf8_lossy(&reply.body));
    reply
}

#[tokio::test]
async fn slim_01_a_photo_as_png_loses_bytes_and_no_look() {
    let gallery = Gallery::start().await;
    let source = photo_png(&gallery).await;
    gallery.put("photo.png", source.clone()).await;
    let reply = slim(&gallery, "photo.png").await;
    assert_eq!(flag(&reply), Some("1"));
    let result = picture(reply);
    assert_eq!((result.format(), result.size()), ("png", (640, 427)));
    assert!(result.bytes.len() < source.len() * 2 / 3, "{} of {}", result.bytes.len(), source.len());
    let before = Picture { content_type: "image/png".into(), bytes: source }.pixels();
    assert!(result.pixels().psnr(&before) > 31.0, "{}", result.pixels().psnr(&before));
}

#[tokio::test]
async fn slim_01_a_fine_jpeg_is_written_at_80_and_a_coarse_one_keeps_its_pixels() {
    let gallery = Gallery::with(LAND).await;
    for (quality, expected) in [(95, 80), (60, 60)] {
        let source = gallery.get(LAND, &format!("imageMogr2/quality/{quality}!")).await;
        gallery.put("photo.jpg", source.bytes.clone()).await;
        let reply = slim(&gallery, "photo.jpg").await;
        assert_eq!(flag(&reply), Some("1"));
        let result = picture(reply);
        assert_eq!((result.format(), result.size(), result.quality()), ("jpeg", (640, 427), expected));
        assert!(result.bytes.len() < source.bytes.len());
        gallery.put("slim.jpg", result.bytes).await;
        let (before, after) =
            (gallery.pixels("photo.jpg", "imageMogr2").await, gallery.pixels("slim.jpg", "imageMogr2").await);
        if quality == 60 {
            assert_eq!(after.largest_difference(&before), 0);
        } else {
            assert!(after.psnr(&before) > 33.0, "{}", after.psnr(&before));
        }
    }
}

#[tokio::test]
async fn slim_02_what_is_slim_stays_as_it_is() {
    let gallery = Gallery::start().await;
    let source = photo_png(&gallery).await;
    gallery.put("a.png", source).await;
    gallery.put(SMALL, fixture(SMALL)).await;
    gallery.put_fixture(GIF).await;
    for key in ["a.png", SMALL, LAND, GIF] {
        let mut once = slim(&gallery, key).await.body;
        // A palette may be packed once more without loss; then there is nothing left to gain.
        for _ in 0..3 {
            gallery.put("again", once.clone()).await;
            let again = slim(&gallery, "again").await;
            if flag(&again) == Some("2") {
                assert!(again.body == once, "{key}");
                once.clear();
                break;
            }
            assert!(again.body.len() < once.len());
            once = again.body;
        }
        assert!(once.is_empty(), "{key} goes on getting smaller");
    }
}

#[tokio::test]
async fn slim_03_a_gif_keeps_its_frames_and_its_timing() {
    let gallery = Gallery::with(GIF).await;
    let reply = slim(&gallery, GIF).await;
    assert!(reply.body.len() <= fixture(GIF).len());
    assert!(matches!(flag(&reply), Some("1" | "2")));
    let before = Picture { content_type: "image/gif".into(), bytes: fixture(GIF) }.gif();
    let after = picture(reply).gif();
    assert_eq!((after.frames.len(), &after.delays_ms), (12, &before.delays_ms));
    assert_eq!(after.loops_forever, before.loops_forever);
    for (one, other) in before.frames.iter().zip(&after.frames) {
        assert!(other.mean_difference(one) < 2.0);
    }
}

const AUTO: &str = "<ImageSlim><SlimMode>Auto,API</SlimMode>\
                    <Suffixs><Suffix>jpg</Suffix><Suffix>gif</Suffix></Suffixs></ImageSlim>";

async fn configure(gallery: &Gallery, document: &str) -> Reply {
    gallery.bucket.request("PUT", "/?image-slim").body(document).send().await
}

#[tokio::test]
async fn slim_04_the_configuration_is_kept_and_told() {
    let gallery = Gallery::start().await;
    let told = || async { gallery.bucket.request("GET", "/?image-slim").send().await };
    assert_eq!(told().await.xml().text_of("Status"), "off");
    assert_eq!(configure(&gallery, AUTO).await.status, 200);
    let document = told().await.xml();
    assert_eq!((document.name(), document.text_of("Status")), ("ImageSlim", "on"));
    assert_eq!(document.text_of("SlimMode"), "Auto,API");
    let suffixes = document.child("Suffixs").unwrap();
    assert_eq!(suffixes.children("Suffix").map(|suffix| suffix.text()).collect::<Vec<_>>(), ["jpg", "gif"]);
    let json =
        gallery.bucket.request("GET", "/?image-slim").header("Accept", "application/json").send().await;
    assert_eq!(json.header("Content-Type"), Some("application/json"));
    assert!(json.text().contains(r#""SlimMode":"Auto,API""#), "{}", json.text());
    assert_eq!(gallery.bucket.request("DELETE", "/?image-slim").send().await.status, 200);
    assert_eq!(told().await.xml().text_of("Status"), "off");
    for broken in ["", "<ImageSlim/>", "<ImageSlim><SlimMode>Auto</SlimMode></ImageSlim>"] {
        assert_eq!(configure(&gallery, broken).await.error(), (400, "MalformedXML".to_owned()), "{broken}");
    }
}

#[tokio::test]
async fn slim_05_automatic_slimming_of_listed_suffixes() {
    let gallery = Gallery::with(LAND).await;
    let fine = gallery.get(LAND, "imageMogr2/quality/95!").await.bytes;
    for key in ["fine.jpg", "fine.JPG", "fine.jpeg"] {
        gallery.put(key, fine.clone()).await;
    }
    gallery.put("text.jpg", fixture(TXT)).await;
    assert_eq!(configure(&gallery, AUTO).await.status, 200);
    for key in ["fine.jpg", "fine.JPG"] {
        let reply = gallery.bucket.get(key).send().await;
        assert_eq!((reply.status, flag(&reply)), (200, Some("1")));
        assert!(reply.body.len() < fine.len());
        let head = gallery.bucket.head(key).send().await;
        assert_eq!(head.header("Content-Length"), Some(reply.body.len().to_string().as_str()));
    }
    let other = gallery.bucket.get("fine.jpeg").send().await;
    assert!(flag(&other).is_none() && other.body == fine);
    let text = gallery.bucket.get("text.jpg").send().await;
    assert_eq!((text.status, flag(&text)), (200, Some("0")));
    assert!(text.body == fixture(TXT));
    gallery.bucket.request("DELETE", "/?image-slim").send().await;
    assert!(gallery.bucket.content("fine.jpg").await.unwrap() == fine);
}

#[tokio::test]
async fn slim_06_other_formats_are_refused() {
    let gallery = Gallery::start().await;
    for name in ["photo_160x120.bmp", "photo_320x240.webp", TXT] {
        gallery.put_fixture(name).await;
        assert_eq!(gallery.refusal(name, "imageSlim").await, "InvalidImageFormat", "{name}");
    }
    gallery.put_fixture(LAND).await;
    let refusal = gallery.refusal(LAND, "imageMogr2/format/webp|imageSlim").await;
    assert_eq!(refusal, "InvalidImageFormat");
}

#[tokio::test]
async fn slim_07_as_last_segment_and_as_a_rule() {
    let gallery = Gallery::with(LAND).await;
    let slim = gallery.get(LAND, "imageMogr2/thumbnail/!50p|imageSlim").await;
    assert_eq!((slim.format(), slim.size()), ("jpeg", (320, 214)));
    let fine = gallery.get(LAND, "imageMogr2/thumbnail/!50p/quality/95!").await;
    let slimmed = gallery.get(LAND, "imageMogr2/thumbnail/!50p/quality/95!|imageSlim").await;
    assert!(slimmed.bytes.len() < fine.bytes.len() && slimmed.quality() == 80);
    let palette = gallery.get(LAND, "imageMogr2/thumbnail/!50p/format/png|imageSlim").await;
    assert_eq!((palette.format(), palette.size()), ("png", (320, 214)));

    let rules = r#"{"rules":[{"fileid":"/slim.jpg","rule":"imageSlim"},
                             {"fileid":"/half.jpg","rule":"imageMogr2/thumbnail/!50p|imageSlim"}]}"#;
    let made = gallery.bucket.put("b.jpg", fixture(LAND)).header("Pic-Operations", rules.replace('\n', ""));
    let made = made.send().await;
    assert_eq!(made.status, 200, "{}", made.text());
    assert_eq!(gallery.bucket.content("half.jpg").await.unwrap(), slim.bytes);
    assert!(gallery.bucket.content("slim.jpg").await.unwrap().len() <= fixture(LAND).len());
}
