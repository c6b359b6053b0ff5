//! `imageView2`: the templates for thumbnails.
//!
//! Spec: spec/ci/imageview2.md.

use crate::pictures::{GIF, Gallery, LAND, SMALL, TALL, WIDE, refused, sizes};

sizes! {
    view_02_mode_2: WIDE, "imageView2/2/w/500/h/400" => 500, 250;
    view_03_mode_3: WIDE, "imageView2/3/w/500/h/400" => 800, 400;
    view_04_mode_4_landscape: WIDE, "imageView2/4/w/400/h/100" => 400, 200;
    view_05_mode_4_portrait: TALL, "imageView2/4/w/400/h/100" => 200, 400;
    view_06_mode_5_landscape: WIDE, "imageView2/5/w/400/h/100" => 400, 100;
    view_07_mode_5_portrait: TALL, "imageView2/5/w/400/h/100" => 100, 400;
    view_08_mode_1_width_alone: WIDE, "imageView2/1/w/200" => 200, 200;
    view_09_mode_1_height_alone: WIDE, "imageView2/1/h/200" => 200, 200;
    view_10_mode_2_width_alone: WIDE, "imageView2/2/w/200" => 200, 100;
    view_11_mode_2_height_alone: WIDE, "imageView2/2/h/100" => 200, 100;
    view_12_mode_3_single: WIDE, "imageView2/3/w/200" => 400, 200;
    view_13_mode_4_single: WIDE, "imageView2/4/w/200" => 400, 200;
    view_14_mode_5_single: WIDE, "imageView2/5/w/200" => 200, 200;
    view_15_never_enlarges: SMALL, "imageView2/2/w/500/h/500" => 100, 60;
    view_16_mode_1_is_clamped: SMALL, "imageView2/1/w/50/h/500" => 50, 60;
    view_28_sides_without_mode: LAND, "imageView2/w/200/h/200" => 200, 133;
    view_29_sample_of_the_manual: LAND, "imageView2/1/w/400/h/600/q/85" => 400, 427;
}

refused! {
    view_24_bad_mode: WIDE, ["imageView2/6/w/100", "imageView2/0/w/100"] => "InvalidArgument";
    view_25_mode_without_size: WIDE, ["imageView2/1"] => "InvalidArgument";
    view_26_bad_value: WIDE, ["imageView2/2/w/0", "imageView2/2/w/abc"] => "InvalidArgument";
}

#[tokio::test]
async fn view_01_mode_1_covers_and_cuts_the_centre() {
    let gallery = Gallery::with(WIDE).await;
    let result = gallery.pixels(WIDE, "imageView2/1/w/500/h/400").await;
    let scaled = gallery.pixels(WIDE, "imageMogr2/thumbnail/800x400!").await;
    assert_eq!(result.size(), (500, 400));
    assert!(result.largest_difference(&scaled.window(150, 0, 500, 400)) <= 2);
}

#[tokio::test]
async fn view_17_format_without_mode() {
    let result = Gallery::with(LAND).await.get(LAND, "imageView2/format/png").await;
    assert_eq!((result.format(), result.size()), ("png", (640, 427)));
}

#[tokio::test]
async fn view_18_format_with_mode() {
    let result = Gallery::with(WIDE).await.get(WIDE, "imageView2/2/w/500/format/webp").await;
    assert_eq!((result.format(), result.size()), ("webp", (500, 250)));
}

#[tokio::test]
async fn view_23_order_of_parameters() {
    let gallery = Gallery::with(WIDE).await;
    let one = gallery.get(WIDE, "imageView2/2/h/100/w/200").await;
    assert!(one.bytes == gallery.get(WIDE, "imageView2/2/w/200/h/100").await.bytes);
}

#[tokio::test]
async fn view_27_animated() {
    let result = Gallery::with(GIF).await.get(GIF, "imageView2/2/w/100").await;
    assert_eq!((result.size(), result.gif().frames.len()), ((100, 50), 12));
}
