//! Effects, corners and circles over the wire.
//!
//! Spec: spec/ci/effects.md; spec/ci/crop.md, 4 and 5.

use crate::pictures::{ALPHA, GIF, Gallery, LAND, refused, sizes};

sizes! {
    mogr_circ_01_square_around_the_circle: LAND, "imageMogr2/iradius/200" => 400, 400;
    mogr_circ_04_too_large_a_circle: LAND, "imageMogr2/iradius/300" => 426, 426;
    mogr_round_01_size_unchanged: LAND, "imageMogr2/rradius/100" => 640, 427;
    mogr_blur_01_size_kept: LAND, "imageMogr2/blur/8x5" => 640, 427;
}

refused! {
    mogr_circ_05_bad_radius: LAND, ["imageMogr2/iradius/0", "imageMogr2/iradius/x"] => "InvalidArgument";
    mogr_circ_06_no_circles_in_gif: GIF, ["imageMogr2/iradius/20"] => "InvalidArgument";
    mogr_round_05_no_corners_in_gif: GIF, ["imageMogr2/rradius/20", "imageMogr2/rradius/0"] => "InvalidArgument";
}

#[tokio::test]
async fn mogr_circ_02_mogr_circ_03_mogr_circ_07_outside_of_the_circle() {
    let gallery = Gallery::with(LAND).await;
    let circle = gallery.pixels(LAND, "imageMogr2/iradius/200").await;
    let source = gallery.pixels(LAND, "imageMogr2/rotate/0").await;
    assert_eq!((circle.at(0, 0)[3], circle.at(200, 200)), (0, source.at(320, 213)));
    assert!(circle.iter().any(|[.., alpha]| alpha > 0 && alpha < 255), "the rim is soft");

    let jpeg = gallery.get(LAND, "imageMogr2/iradius/200").await;
    gallery.put("circle.jpg", jpeg.bytes).await;
    let corner = gallery.pixels("circle.jpg", "imageMogr2/rotate/0").await.at(0, 0);
    assert!(corner.iter().all(|&channel| channel >= 250), "{corner:?}");
}

#[tokio::test]
async fn mogr_round_02_mogr_round_03_mogr_round_04_corners() {
    let gallery = Gallery::with(LAND).await;
    let rounded = gallery.pixels(LAND, "imageMogr2/rradius/100").await;
    assert_eq!([(0, 0), (20, 20)].map(|(x, y)| rounded.at(x, y)[3]), [0, 0]);
    assert_eq!([(100, 0), (0, 100)].map(|(x, y)| rounded.at(x, y)[3]), [255, 255]);

    let jpeg = gallery.get(LAND, "imageMogr2/rradius/100").await;
    gallery.put("rounded.jpg", jpeg.bytes).await;
    let corner = gallery.pixels("rounded.jpg", "imageMogr2/rotate/0").await.at(0, 0);
    assert!(corner.iter().all(|&channel| channel >= 250), "{corner:?}");

    let largest = gallery.get(LAND, "imageMogr2/rradius/213").await;
    assert!(gallery.get(LAND, "imageMogr2/rradius/400").await.bytes == largest.bytes);
}

#[tokio::test]
async fn mogr_blur_07_every_frame_is_blurred() {
    let frames = Gallery::with(GIF).await.get(GIF, "imageMogr2/blur/3x2").await.gif().frames;
    assert_eq!(frames.len(), 12);
}

#[tokio::test]
async fn mogr_gray_04_mogr_gray_05_gray_everywhere_and_alpha_kept() {
    let gallery = Gallery::with(LAND).await;
    let gray = gallery.pixels(LAND, "imageMogr2/grayscale/1").await;
    assert!(gray.iter().all(|[red, green, blue, _]| red == green && green == blue));
    gallery.put_fixture(ALPHA).await;
    let gray = gallery.pixels(ALPHA, "imageMogr2/grayscale/1").await;
    assert_eq!((gray.at(10, 100)[3], gray.at(290, 100)), (0, [0x36, 0x36, 0x36, 255]));
}
