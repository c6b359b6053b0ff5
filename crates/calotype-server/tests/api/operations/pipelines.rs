//! Segments one after the other, and the order inside one.
//!
//! Spec: spec/ci/README.md, 2.1 and 3.

use crate::pictures::{ALPHA, Gallery, LAND, ORI6, WIDE, refused, sizes};

sizes! {
    pipe_01_two_segments: LAND, "imageMogr2/thumbnail/!50p|imageMogr2/rotate/90" => 214, 320;
    pipe_02_order_matters: LAND, "imageMogr2/rotate/90|imageMogr2/thumbnail/200x" => 200, 300;
    pipe_02_order_matters_reversed: LAND, "imageMogr2/thumbnail/200x|imageMogr2/rotate/90" => 133, 200;
    pipe_04_template_in_a_pipeline: WIDE, "imageView2/1/w/500/h/400|imageMogr2/rotate/90" => 400, 500;
    pipe_09_written_order: ORI6, "imageMogr2/auto-orient/thumbnail/200x" => 200, 267;
    pipe_10_written_order_reversed: ORI6, "imageMogr2/thumbnail/200x/auto-orient" => 150, 200;
}

refused! {
    pipe_07_segment_without_verb: LAND, [
        "imageMogr2/thumbnail/300x300|crop/300x300",
    ] => "InvalidArgument";
    pipe_08_empty_segment: LAND, ["imageMogr2/rotate/90|", "imageMogr2/rotate/90||"] => "InvalidArgument";
    pipe_18_information_only_at_the_end: LAND, ["imageInfo|imageMogr2/rotate/90"] => "InvalidArgument";
}

#[tokio::test]
async fn pipe_05_pipe_06_ten_segments_are_allowed() {
    let gallery = Gallery::with(LAND).await;
    let ten = ["imageMogr2/rotate/90"; 10].join("|");
    let source = gallery.pixels(LAND, "imageMogr2/cut/640x427x0x0").await;
    let result = gallery.pixels(LAND, &ten).await;
    assert_eq!((result.size(), result.at(0, 0)), ((640, 427), source.at(639, 426)));

    let eleven = ["imageMogr2/rotate/90"; 11].join("|");
    assert_eq!(gallery.refusal(LAND, &eleven).await, "InvalidArgument");
}

#[tokio::test]
async fn pipe_11_place_of_gravity_does_not_matter() {
    let gallery = Gallery::with(LAND).await;
    let front = gallery.get(LAND, "imageMogr2/gravity/center/crop/200x200").await;
    assert!(front.bytes == gallery.get(LAND, "imageMogr2/crop/200x200/gravity/center").await.bytes);
}

#[tokio::test]
async fn pipe_12_pipe_13_console_idiom() {
    let gallery = Gallery::with(LAND).await;
    let two = "imageMogr2/thumbnail/!200x200r|imageMogr2/gravity/center/crop/200x200";
    let one = "imageMogr2/thumbnail/!200x200r/gravity/center/crop/200x200";
    let scaled = gallery.pixels(LAND, "imageMogr2/thumbnail/300x200!").await;
    let pixels = gallery.pixels(LAND, two).await;
    assert_eq!(pixels.size(), (200, 200));
    assert!(pixels.largest_difference(&scaled.window(50, 0, 200, 200)) <= 2);
    assert!(gallery.get(LAND, one).await.bytes == gallery.get(LAND, two).await.bytes);
}

#[tokio::test]
async fn pipe_14_encoded_once() {
    let gallery = Gallery::with(LAND).await;
    let many = ["imageMogr2/rotate/0"; 5].join("|");
    let once = gallery.get(LAND, "imageMogr2/rotate/0/interlace/0").await;
    let often = gallery.get(LAND, &many).await;
    gallery.put("once.jpg", once.bytes).await;
    gallery.put("often.jpg", often.bytes).await;
    let once = gallery.pixels("once.jpg", "imageMogr2/rotate/0").await;
    let psnr = once.psnr(&gallery.pixels("often.jpg", "imageMogr2/rotate/0").await);
    assert!(psnr >= 50.0, "{psnr} dB");
}

#[tokio::test]
async fn pipe_15_last_format_wins() {
    let result = Gallery::with(LAND).await.get(LAND, "imageMogr2/format/png|imageMogr2/format/webp").await;
    assert_eq!(result.format(), "webp");
}

#[tokio::test]
async fn pipe_16_alpha_is_lost_at_an_intermediate_jpeg() {
    let result = Gallery::with(ALPHA).await.get(ALPHA, "imageMogr2/format/jpg|imageMogr2/format/png").await;
    assert_eq!(result.pixels().at(10, 100), [255; 4]);
}

#[tokio::test]
async fn pipe_17_image_info_at_the_end() {
    let reply = Gallery::with(LAND).await.ask(LAND, "imageMogr2/thumbnail/!50p|imageInfo").await;
    assert!(reply.text().contains(r#""width": "320", "height": "214""#), "{}", reply.text());
}
