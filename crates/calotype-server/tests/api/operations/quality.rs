//! The quality family and `size-limit`: what the estimate of the result says.
//!
//! Spec: spec/ci/quality.md.

use crate::pictures::{Gallery, HD, LAND, Picture, SMALL, WIDE, fixture, png_of, refused};

/// A JPEG of a known quality, written by the service itself and checked by the estimate.
async fn gallery_with_quality(quality: u32) -> Gallery {
    let gallery = Gallery::with(LAND).await;
    let made = gallery.get(LAND, &format!("imageMogr2/quality/{quality}!")).await;
    assert_near(&made, quality as i32);
    gallery.put("q.jpg", made.bytes).await;
    gallery
}

fn assert_near(picture: &Picture, quality: i32) {
    let found = picture.quality();
    assert!((found - quality).abs() <= 2, "quality {found}, expected {quality}");
}

macro_rules! qualities {
    ($($name:ident: $source:expr, $rule:literal => $expected:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            let gallery = gallery_with_quality($source).await;
            assert_near(&gallery.get("q.jpg", $rule).await, $expected);
        })+
    };
}

qualities! {
    mogr_q_01_quality_lowers: 85, "imageMogr2/quality/60" => 60;
    mogr_q_02_quality_does_not_raise: 60, "imageMogr2/quality/90" => 60;
    mogr_q_03_quality_with_exclamation_mark_raises: 60, "imageMogr2/quality/90!" => 90;
    mogr_q_04_relative: 80, "imageMogr2/rquality/80" => 64;
    mogr_q_05_lowest_keeps: 85, "imageMogr2/lquality/80" => 85;
    mogr_q_06_lowest_raises: 60, "imageMogr2/lquality/80" => 80;
    mogr_q_11_default_keeps: 75, "imageMogr2/thumbnail/100x" => 75;
    mogr_q_13_encoded_exclamation_mark: 60, "imageMogr2/quality/90%21" => 90;
    view_19_q: 85, "imageView2/2/w/200/q/60" => 60;
    view_20_q_with_exclamation_mark: 60, "imageView2/2/w/200/q/85!" => 85;
    view_21_rq: 80, "imageView2/2/w/200/rq/80" => 64;
    view_22_lq: 60, "imageView2/2/w/200/lq/80" => 80;
}

refused! {
    mogr_q_07_range: LAND, [
        "imageMogr2/quality/101", "imageMogr2/quality/-1", "imageMogr2/quality/x",
    ] => "InvalidArgument";
    mogr_size_08_bad: LAND, [
        "imageMogr2/format/jpg/size-limit/abc", "imageMogr2/format/jpg/size-limit/0k",
    ] => "InvalidArgument";
}

#[tokio::test]
async fn mogr_q_08_png_source() {
    assert_near(&Gallery::with(SMALL).await.get(SMALL, "imageMogr2/format/jpg/quality/80").await, 80);
}

#[tokio::test]
async fn mogr_q_09_ignored_for_png() {
    let gallery = Gallery::with(SMALL).await;
    let result = gallery.get(SMALL, "imageMogr2/quality/10").await;
    assert!(result.pixels() == gallery.pixels(SMALL, "imageMogr2/rotate/0").await);
}

#[tokio::test]
async fn mogr_q_10_webp_grows_with_quality() {
    let gallery = Gallery::with(LAND).await;
    let low = gallery.get(LAND, "imageMogr2/format/webp/quality/20!").await.bytes.len();
    let high = gallery.get(LAND, "imageMogr2/format/webp/quality/80!").await.bytes.len();
    assert!(low < high, "{low} {high}");
}

#[tokio::test]
async fn mogr_q_12_quality_zero_is_the_lowest() {
    let result = Gallery::with(LAND).await.get(LAND, "imageMogr2/quality/0").await;
    assert_eq!((result.format(), result.size()), ("jpeg", (640, 427)));
    assert!(result.quality() <= 3, "{}", result.quality());
}

#[tokio::test]
async fn mogr_size_01_limit_in_kilobytes() {
    assert!(fixture(HD).len() > 80_000);
    let result = Gallery::with(HD).await.get(HD, "imageMogr2/strip/format/jpg/size-limit/30k!").await;
    assert!(result.bytes.len() <= 30 * 1024, "{}", result.bytes.len());
    assert_eq!((result.format(), result.size()), ("jpeg", (1200, 900)));
    // A photograph of the vendor's own example: 15 KB of 640x427.
    let result = Gallery::with(LAND).await.get(LAND, "imageMogr2/strip/format/jpg/size-limit/15k!").await;
    assert!(result.bytes.len() <= 15_360, "{}", result.bytes.len());
    assert_eq!(result.size(), (640, 427));
}

#[tokio::test]
async fn mogr_size_02_limit_in_megabytes() {
    let gallery = Gallery::start().await;
    gallery.put("noise.png", noise(900, 700)).await;
    let result = gallery.get("noise.png", "imageMogr2/format/jpg/quality/100!/size-limit/1m").await;
    assert!(result.bytes.len() <= 1_048_576, "{}", result.bytes.len());
}

#[tokio::test]
async fn mogr_size_03_unreachable_limit_ends_at_quality_ten() {
    let gallery = Gallery::start().await;
    gallery.put("noise.png", noise(640, 427)).await;
    let result = gallery.get("noise.png", "imageMogr2/format/jpg/size-limit/1k").await;
    assert_near(&result, 10);
}

#[tokio::test]
async fn mogr_size_04_original_is_kept_where_nothing_is_gained() {
    let gallery = Gallery::with(LAND).await;
    let small = gallery.get(LAND, "imageMogr2/strip/thumbnail/200x/quality/30!").await;
    gallery.put("small.jpg", small.bytes.clone()).await;
    // Without stripping nothing can become smaller than what the same encoder wrote.
    let result =
        gallery.get("small.jpg", "imageMogr2/rotate/360/format/jpg/quality/90!/size-limit/15k!").await;
    assert!(result.bytes == small.bytes);
}

#[tokio::test]
async fn mogr_size_05_other_formats_ignore_it() {
    let result = Gallery::with(SMALL).await.get(SMALL, "imageMogr2/size-limit/1k").await;
    assert_eq!(result.format(), "png");
}

#[tokio::test]
async fn mogr_size_06_the_highest_quality_that_fits() {
    let gallery = Gallery::with(WIDE).await;
    let result = gallery.get(WIDE, "imageMogr2/strip/format/jpg/size-limit/60k").await;
    assert!(result.bytes.len() <= 60 * 1024, "{}", result.bytes.len());
    let better = format!("imageMogr2/strip/format/jpg/quality/{}!", result.quality() + 5);
    let better = gallery.get(WIDE, &better).await;
    assert!(better.bytes.len() > 60 * 1024, "{}", better.bytes.len());
}

#[tokio::test]
async fn mogr_size_07_no_unit_means_kilobytes() {
    let gallery = Gallery::with(HD).await;
    let with = gallery.get(HD, "imageMogr2/format/jpg/size-limit/30k!").await;
    let without = gallery.get(HD, "imageMogr2/format/jpg/size-limit/30!").await;
    assert!(with.bytes == without.bytes);
}

/// A picture that no encoder can make small.
fn noise(width: u32, height: u32) -> Vec<u8> {
    png_of(width, height, |x, y| {
        let mut state = (x * 7_919 + y * 104_729 + 1).wrapping_mul(2_654_435_761);
        [(); 3].map(|()| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        })
    })
}
