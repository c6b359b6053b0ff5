//! `watermark/3` and `watermark/4`: marks that nobody sees.
//!
//! Spec: spec/ci/extras.md, A3.

use calotype_protocol::xml::Element;

use super::{objects, operations, succeeded, upload};
use crate::operations::watermark::base64url;
use crate::pictures::{CAT, GIF, GRAYJ, Gallery, LAND, RED, SMALL, fixture, png_of};
use crate::support::{Reply, path_of};

const TEXT: &str = "UIN12345678";
/// The text in URL-safe Base64.
const HIDE: &str = "watermark/3/type/3/text/VUlOMTIzNDU2Nzg";

async fn process(gallery: &Gallery, key: &str, rules: &[(&str, &str)]) -> Reply {
    let target = format!("{}?image_process", path_of(key));
    gallery.bucket.request("POST", &target).header("Pic-Operations", operations(0, rules)).send().await
}

/// The answer to a search for a text.
async fn found(gallery: &Gallery, key: &str, rule: &str) -> Element {
    succeeded(process(gallery, key, &[("", rule)]).await)
}

/// The text that is hidden in a stored picture; empty without one.
async fn text(gallery: &Gallery, key: &str) -> String {
    let answer = found(gallery, key, "watermark/4/type/3").await;
    assert!(objects(&answer).is_empty(), "nothing was stored");
    answer.child("ProcessResults").unwrap().child("Text").expect("a Text").text().to_owned()
}

/// Stores what an instruction makes of a stored picture.
async fn make(gallery: &Gallery, from: &str, instruction: &str, to: &str) {
    gallery.put(to, gallery.get(from, instruction).await.bytes).await;
}

#[tokio::test]
async fn wmb_01_a_text_is_hidden_and_found() {
    let gallery = Gallery::start().await;
    let result = upload(&gallery, "a.jpg", fixture(LAND), &[("marked.jpg", HIDE)]).await;
    let marked = objects(&result)[0];
    assert_eq!((marked.text_of("Width"), marked.text_of("Height")), ("640", "427"));
    assert_eq!(marked.text_of("Format"), "jpeg");
    assert_eq!(text(&gallery, "marked.jpg").await, TEXT);
    assert_eq!(text(&gallery, "a.jpg").await, "");

    let result = upload(&gallery, "b.jpg", fixture(LAND), &[("", "watermark/4/type/3/version/3.0")]).await;
    let results = result.child("ProcessResults").unwrap();
    assert_eq!((results.text_of("Text"), results.text_of("WatermarkStatusCode")), ("", "0"));
    let answer = succeeded(process(&gallery, "marked.jpg", &[("copy.jpg", "watermark/4/type/3")]).await);
    assert_eq!(objects(&answer)[0].text_of("Key"), "copy.jpg");
    assert_eq!(answer.child("ProcessResults").unwrap().text_of("Text"), TEXT);
    assert!(gallery.bucket.content("copy.jpg").await == gallery.bucket.content("marked.jpg").await);
}

#[tokio::test]
async fn wmb_01_versions_are_apart_and_any_language_is_taken() {
    let gallery = Gallery::with(CAT).await;
    // 数据万象, and its version.
    let hide = "watermark/3/type/3/text/5pWw5o2u5LiH6LGh/level/0/version/3.0";
    make(&gallery, CAT, hide, "marked.jpg").await;
    let answer = found(&gallery, "marked.jpg", "watermark/4/type/3/version/3.0").await;
    let results = answer.child("ProcessResults").unwrap();
    assert_eq!((results.text_of("Text"), results.text_of("WatermarkStatusCode")), ("数据万象", "1"));
    assert_eq!(text(&gallery, "marked.jpg").await, "", "another version is another mark");
}

#[tokio::test]
async fn wmb_02_the_mark_is_not_seen() {
    let gallery = Gallery::with(LAND).await;
    let plain = gallery.pixels(LAND, "imageMogr2/rotate/0").await;
    // Alpha, which is always equal, is a quarter of what is compared.
    let of_colour = |psnr: f64| psnr - 10.0 * (4.0_f64 / 3.0).log10();
    for (level, least) in [("", 43.0), ("/level/0", 45.5), ("/level/3", 38.0)] {
        let marked = gallery.pixels(LAND, &format!("{HIDE}{level}|imageMogr2")).await;
        let psnr = of_colour(marked.psnr(&plain));
        assert!((least..least + 4.0).contains(&psnr), "level {level:?}: {psnr} dB");
    }
}

#[tokio::test]
async fn wmb_03_the_mark_survives_jpeg_and_scaling() {
    let gallery = Gallery::with(LAND).await;
    make(&gallery, LAND, &format!("{HIDE}|imageMogr2/format/png"), "marked.png").await;
    for attack in [
        "imageMogr2/format/jpg/quality/80!",
        "imageMogr2/thumbnail/!50p",
        "imageMogr2/thumbnail/!50p/format/jpg/quality/80!",
        "imageMogr2/thumbnail/500x300!/format/webp",
        "imageMogr2/format/jpg/quality/50!",
    ] {
        make(&gallery, "marked.png", attack, "attacked").await;
        assert_eq!(text(&gallery, "attacked").await, TEXT, "{attack}");
    }
}

/// A drawing in white on black.
fn drawing() -> Vec<u8> {
    png_of(64, 48, |x, y| if (x / 8 + y / 12) % 3 == 0 { [255; 3] } else { [0; 3] })
}

#[tokio::test]
async fn wmb_04_a_picture_is_hidden_and_found() {
    let gallery = Gallery::with(LAND).await;
    gallery.put("mark.png", drawing()).await;
    let image = base64url(&format!("http://{}/mark.png", gallery.bucket.host()));
    let hide = format!("watermark/3/type/2/image/{image}");
    make(&gallery, LAND, &format!("{hide}|imageMogr2/format/png"), "marked.png").await;
    make(&gallery, "marked.png", "imageMogr2/format/jpg/quality/80!", "marked.jpg").await;
    make(&gallery, "marked.png", "imageMogr2/thumbnail/!50p/format/jpg/quality/80!", "half.jpg").await;
    let find = format!("watermark/4/type/2/image/{image}");
    let drawn = gallery.pixels("mark.png", "imageMogr2/rotate/0").await;
    for (key, statuses) in
        [("marked.png", 90..=100), ("marked.jpg", 75..=100), ("half.jpg", 75..=100), (LAND, 0..=59)]
    {
        let answer = succeeded(process(&gallery, key, &[("found.png", &find)]).await);
        let object = objects(&answer)[0];
        let status: u32 = object.text_of("WatermarkStatus").parse().unwrap();
        assert!(statuses.contains(&status), "{key}: {status}");
        assert_eq!((object.text_of("Width"), object.text_of("Height")), ("64", "48"));
        let found = gallery.pixels("found.png", "imageMogr2/rotate/0").await;
        let alike = found.iter().zip(drawn.iter()).filter(|(one, other)| one[0].abs_diff(other[0]) < 128);
        let alike = alike.count() as f64 / f64::from(64 * 48);
        assert!((alike > 0.9) == (key != LAND), "{key}: {alike}");
    }
    let only_told = found(&gallery, "marked.png", &find).await;
    assert!(objects(&only_told)[0].child("Key").is_none());
    let version = format!("{find}/version/2.0");
    let other = found(&gallery, "marked.png", &version).await;
    assert!(objects(&other)[0].text_of("WatermarkStatus").parse::<u32>().unwrap() < 60);
}

#[tokio::test]
async fn wmb_04_marks_are_pictures_of_this_bucket_and_smaller_than_an_eighth() {
    let gallery = Gallery::with(LAND).await;
    gallery.put("mark.png", drawing()).await;
    let hide = |url: &str| format!("watermark/3/type/2/image/{}", base64url(url));
    let here = format!("http://{}", gallery.bucket.host());
    assert_eq!(gallery.refusal(LAND, &hide(&format!("{here}/none.png"))).await, "InvalidImageSource");
    assert_eq!(gallery.refusal(LAND, &hide("http://elsewhere.test/mark.png")).await, "InvalidImageSource");
    assert_eq!(gallery.refusal(LAND, &hide(&format!("{here}/{LAND}"))).await, "InvalidArgument");
}

#[tokio::test]
async fn wmb_05_pictures_that_carry_no_mark() {
    let gallery = Gallery::with(GIF).await;
    for key in [GRAYJ, SMALL, RED] {
        gallery.put_fixture(key).await;
    }
    for (key, code) in [
        (GIF, "InvalidImageFormat"),
        (GRAYJ, "InvalidArgument"),
        (SMALL, "InvalidImageFormat"),
        (RED, "InvalidImageFormat"),
    ] {
        assert_eq!(gallery.ask(key, HIDE).await.error(), (400, code.to_owned()), "{key}");
    }
    gallery.put_fixture(CAT).await;
    // Version 2.0 is for pictures of more than 512 pixels; 200 bytes are too many for this one.
    let refused = gallery.refusal(CAT, &format!("{HIDE}/version/2.0")).await;
    assert_eq!(refused, "InvalidImageFormat");
    let long = format!("watermark/3/type/3/text/{}", "YWFh".repeat(67));
    assert_eq!(gallery.refusal(CAT, &long).await, "InvalidArgument");
    assert!(gallery.get(GIF, &format!("{HIDE}/ignore-error/1")).await.bytes == fixture(GIF));
}

#[tokio::test]
async fn wmb_06_what_is_not_built_is_said_after_the_grammar() {
    let gallery = Gallery::with(LAND).await;
    let url = "aHR0cDovL2EvYi5wbmc";
    for (instruction, status, code) in [
        (format!("watermark/3/type/1/image/{url}"), 501, "NotImplemented"),
        (format!("watermark/3/type/1/image/{url}/level/9"), 400, "InvalidArgument"),
        ("watermark/3/type/1".to_owned(), 400, "InvalidArgument"),
        ("watermark/3/type/3".to_owned(), 400, "InvalidArgument"),
    ] {
        assert_eq!(gallery.ask(LAND, &instruction).await.error(), (status, code.to_owned()), "{instruction}");
    }
}

#[tokio::test]
async fn wmb_07_marks_are_not_looked_for_on_download() {
    let gallery = Gallery::with(LAND).await;
    for instruction in ["watermark/4/type/3", "watermark/4/type/3/version/3.0", "watermark/4"] {
        assert_eq!(gallery.ask(LAND, instruction).await.error(), (400, "InvalidArgument".to_owned()));
    }
}
