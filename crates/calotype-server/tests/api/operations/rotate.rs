//! `rotate`, `auto-orient` and `flip`: where each pixel of the source ends up.
//!
//! Spec: spec/ci/rotate.md.

use crate::pictures::{GIF, Gallery, LAND, ORI6, Pixels, refused, sizes};

/// Checks every pixel of a rearrangement: `place` tells where column and row of a 640x427 source go.
async fn check_places(rule: &str, size: (u32, u32), place: impl Fn(u32, u32) -> (u32, u32)) {
    let gallery = Gallery::with(LAND).await;
    let source = gallery.pixels(LAND, "imageMogr2/cut/640x427x0x0").await;
    let result = gallery.pixels(LAND, &format!("imageMogr2/{rule}")).await;
    assert_eq!(result.size(), size, "{rule}");
    let moved = |x, y| {
        let (to_x, to_y) = place(x, y);
        result.at(to_x, to_y) == source.at(x, y)
    };
    assert!((0..427).all(|y| (0..640).all(|x| moved(x, y))), "{rule}");
}

macro_rules! rearrangements {
    ($($name:ident: $rule:literal, $size:expr, $place:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            check_places($rule, $size, $place).await;
        })+
    };
}

rearrangements! {
    mogr_rot_01_quarter_turn: "rotate/90", (427, 640), |x, y| (426 - y, x);
    mogr_rot_02_half_turn: "rotate/180", (640, 427), |x, y| (639 - x, 426 - y);
    mogr_rot_03_three_quarters: "rotate/270", (427, 640), |x, y| (y, 639 - x);
    mogr_rot_04_zero: "rotate/0", (640, 427), |x, y| (x, y);
    mogr_rot_04_full_turn: "rotate/360", (640, 427), |x, y| (x, y);
    mogr_rot_10_ios_spelling: "rotate/90f", (427, 640), |x, y| (426 - y, x);
    mogr_flip_01_vertical: "flip/vertical", (640, 427), |x, y| (x, 426 - y);
    mogr_flip_02_horizontal: "flip/horizontal", (640, 427), |x, y| (639 - x, y);
    mogr_ori_04_without_exif_nothing_turns: "auto-orient", (640, 427), |x, y| (x, y);
}

sizes! {
    mogr_ori_01_orientation_six: ORI6, "imageMogr2/auto-orient" => 480, 640;
    mogr_ori_06_with_webp: ORI6, "imageMogr2/auto-orient/format/webp" => 480, 640;
}

refused! {
    mogr_rot_08_range: LAND, [
        "imageMogr2/rotate/361", "imageMogr2/rotate/-90", "imageMogr2/rotate/4.5",
    ] => "InvalidArgument";
    mogr_flip_03_bad_value: LAND, ["imageMogr2/flip/diagonal"] => "InvalidArgument";
}

#[tokio::test]
async fn mogr_rot_05_mogr_rot_06_free_angle_grows_and_is_white_in_jpeg() {
    let gallery = Gallery::with(LAND).await;
    let result = gallery.get(LAND, "imageMogr2/rotate/45").await;
    let (width, height) = result.size();
    assert!(width.abs_diff(755) <= 1 && height.abs_diff(755) <= 1, "{width}x{height}");
    assert_eq!(result.format(), "jpeg");
    gallery.put("turned.jpg", result.bytes).await;
    let corner = gallery.pixels("turned.jpg", "imageMogr2/rotate/0").await.at(0, 0);
    assert!(corner.iter().all(|&channel| channel >= 250), "{corner:?}");
}

#[tokio::test]
async fn mogr_rot_07_corners_are_transparent_in_png() {
    let pixels = Gallery::with(LAND).await.pixels(LAND, "imageMogr2/rotate/45").await;
    assert_eq!(pixels.at(0, 0)[3], 0);
    assert_eq!(pixels.at(377, 377)[3], 255);
}

#[tokio::test]
async fn mogr_rot_09_mogr_flip_04_every_frame_turns() {
    let gallery = Gallery::with(GIF).await;
    let turned = gallery.get(GIF, "imageMogr2/rotate/90").await;
    assert_eq!((turned.size(), turned.gif().frames.len()), ((100, 200), 12));
    let source = gallery.get(GIF, "imageMogr2/rotate/0").await.gif();
    let flipped = gallery.get(GIF, "imageMogr2/flip/horizontal").await.gif();
    assert_eq!(flipped.frames.len(), 12);
    for (source, flipped) in source.frames.iter().zip(&flipped.frames) {
        assert!((0..200).all(|x| flipped.at(x, 50) == source.at(199 - x, 50)));
    }
}

#[tokio::test]
async fn mogr_ori_02_all_eight_values_show_one_picture() {
    let gallery = Gallery::start().await;
    let mut upright: Option<Pixels> = None;
    for number in 1..=8 {
        let key = gallery.put_fixture(&format!("orientation_{number}.jpg")).await;
        let pixels = gallery.pixels(&key, "imageMogr2/auto-orient").await;
        assert_eq!(pixels.size(), (96, 64), "orientation {number}");
        let first = upright.get_or_insert_with(|| pixels.clone());
        // The sources are separate JPEGs, so their losses differ a little along the edges.
        let difference = pixels.mean_difference(first);
        assert!(difference <= 1.0, "orientation {number}: {difference}");
    }
}

#[tokio::test]
async fn mogr_ori_03_the_tag_is_reset() {
    let gallery = Gallery::with(ORI6).await;
    let result = gallery.get(ORI6, "imageMogr2/auto-orient").await;
    assert!(result.orientation().is_none_or(|tag| tag == 1), "{:?}", result.orientation());
}

#[tokio::test]
async fn mogr_ori_05_without_auto_orient_the_tag_is_kept() {
    let result = Gallery::with(ORI6).await.get(ORI6, "imageMogr2/thumbnail/320x").await;
    assert_eq!((result.size(), result.orientation()), ((320, 240), Some(6)));
}
