//! `cut`, `crop` and `gravity`: exact windows of the source, or of the scaled source.
//!
//! Spec: spec/ci/crop.md.

use crate::pictures::{GIF, Gallery, HD, LAND, PORTRAIT, Pixels, fixture, png_of, refused, sizes};

/// Left, top, width and height.
type Window = (u32, u32, u32, u32);

/// A window of the source itself, which must come out with the very same pixels.
async fn check_window(fixture: &str, rule: &str, (left, top, width, height): Window) {
    let gallery = Gallery::with(fixture).await;
    let source = gallery.pixels(fixture, "imageMogr2/rotate/0").await;
    let result = gallery.pixels(fixture, rule).await;
    assert_eq!(result.size(), (width, height), "{rule}");
    assert!(result == source.window(left, top, width, height), "{rule} is not the window at {left},{top}");
}

/// A window of a scaling of the source. Scaling only what is needed may round differently.
async fn check_scaled_window(rule: &str, scaling: &str, (left, top, width, height): Window) {
    let gallery = Gallery::with(LAND).await;
    let scaled = gallery.pixels(LAND, &format!("imageMogr2/thumbnail/{scaling}")).await;
    let result = gallery.pixels(LAND, rule).await;
    assert_eq!(result.size(), (width, height), "{rule}");
    let expected: Pixels = scaled.window(left, top, width, height);
    let difference = result.largest_difference(&expected);
    assert!(difference <= 2, "{rule} differs by {difference} from the window at {left},{top} of {scaling}");
}

macro_rules! windows {
    ($($name:ident: $fixture:expr, $rule:literal => $window:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            check_window($fixture, concat!("imageMogr2/", $rule), $window).await;
        })+
    };
}

macro_rules! scaled_windows {
    ($($name:ident: $rule:literal => $scaling:literal, $window:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            check_scaled_window(concat!("imageMogr2/", $rule), $scaling, $window).await;
        })+
    };
}

windows! {
    mogr_cut_01_window_by_offset: HD, "cut/600x600x100x10" => (100, 10, 600, 600);
    mogr_cut_02_offset_zero: LAND, "cut/100x100x0x0" => (0, 0, 100, 100);
    mogr_cut_03_clipped_at_the_edge: HD, "cut/600x600x800x0" => (800, 0, 400, 600);
    mogr_cut_06_two_numbers: LAND, "cut/400x400" => (0, 0, 400, 400);
    mogr_cut_08_gravity: LAND, "cut/100x100x10x20/gravity/southeast" => (530, 307, 100, 100);
    mogr_cut_11_center_ignores_offsets: LAND, "cut/100x100x10x20/gravity/center" => (270, 163, 100, 100);
    mogr_crop_01_width_alone_does_not_scale: LAND, "crop/300x" => (170, 0, 300, 427);
    mogr_crop_02_height_alone_does_not_scale: LAND, "crop/x200" => (0, 113, 640, 200);
    mogr_crop_12_single_side_northwest: LAND, "crop/300x/gravity/northwest" => (0, 0, 300, 427);
    mogr_crop_12_single_side_east: LAND, "crop/300x/gravity/east" => (340, 0, 300, 427);
    mogr_crop_13_offset_points_inward: LAND, "crop/300x/gravity/northwest/dx/10" => (10, 0, 300, 427);
    mogr_crop_16_never_enlarges: LAND, "crop/1000x200" => (0, 113, 640, 200);
    mogr_crop_17_both_larger_than_the_source: LAND, "crop/1000x1000" => (0, 0, 640, 427);
    mogr_crop_20_legacy_form_is_a_pure_window: LAND, "crop/!300x200a10a20" => (10, 20, 300, 200);
}

scaled_windows! {
    mogr_crop_03_scales_and_crops: "crop/300x400" => "600x400!", (150, 0, 300, 400);
    mogr_crop_05_square: "crop/200x200" => "300x200!", (50, 0, 200, 200);
    mogr_crop_06_west: "crop/200x200/gravity/west" => "300x200!", (0, 0, 200, 200);
    mogr_crop_07_east: "crop/200x200/gravity/east" => "300x200!", (100, 0, 200, 200);
    mogr_crop_08_north: "crop/400x200/gravity/north" => "400x267!", (0, 0, 400, 200);
    mogr_crop_09_centre_rounds_down: "crop/400x200" => "400x267!", (0, 33, 400, 200);
    mogr_crop_10_south: "crop/400x200/gravity/south" => "400x267!", (0, 67, 400, 200);
    mogr_crop_11_northwest: "crop/200x200/gravity/northwest" => "300x200!", (0, 0, 200, 200);
    mogr_crop_11_southwest: "crop/200x200/gravity/southwest" => "300x200!", (0, 0, 200, 200);
    mogr_crop_11_northeast: "crop/200x200/gravity/northeast" => "300x200!", (100, 0, 200, 200);
    mogr_crop_11_southeast: "crop/200x200/gravity/southeast" => "300x200!", (100, 0, 200, 200);
}

sizes! {
    mogr_cut_09_animated_size: GIF, "imageMogr2/cut/50x50x10x10" => 50, 50;
    mogr_crop_22_animated_size: GIF, "imageMogr2/crop/100x100" => 100, 100;
}

refused! {
    mogr_cut_04_outside: LAND, ["imageMogr2/cut/100x100x640x0"] => "InvalidArgument";
    mogr_cut_05_zero_size: LAND, ["imageMogr2/cut/0x100x0x0"] => "InvalidArgument";
    mogr_cut_07_malformed: LAND, ["imageMogr2/cut/100x100x5", "imageMogr2/cut/axbxcxd"] => "InvalidArgument";
    mogr_crop_18_zero_and_garbage: LAND, [
        "imageMogr2/crop/0x10", "imageMogr2/crop/x", "imageMogr2/crop/axb",
    ] => "InvalidArgument";
    mogr_crop_19_unknown_gravity: LAND, ["imageMogr2/crop/200x200/gravity/middle"] => "InvalidArgument";
}

#[tokio::test]
async fn mogr_crop_04_mogr_crop_14_center_is_the_default_and_ignores_offsets() {
    let gallery = Gallery::with(LAND).await;
    let plain = gallery.get(LAND, "imageMogr2/crop/300x400").await;
    for rule in ["crop/300x400/gravity/center", "crop/300x400/gravity/center/dx/50/dy/50"] {
        assert!(gallery.get(LAND, &format!("imageMogr2/{rule}")).await.bytes == plain.bytes, "{rule}");
    }
}

#[tokio::test]
async fn mogr_crop_15_equals_the_two_step_idiom() {
    let gallery = Gallery::with(LAND).await;
    let one = gallery.pixels(LAND, "imageMogr2/crop/200x200").await;
    let idiom = "imageMogr2/thumbnail/!200x200r|imageMogr2/gravity/center/crop/200x200";
    assert!(one.largest_difference(&gallery.pixels(LAND, idiom).await) <= 2);
}

#[tokio::test]
async fn mogr_crop_21_square_of_a_large_picture() {
    let gallery = Gallery::with(HD).await;
    let scaled = gallery.pixels(HD, "imageMogr2/thumbnail/800x600!").await;
    let result = gallery.pixels(HD, "imageMogr2/crop/600x600").await;
    assert!(result.largest_difference(&scaled.window(100, 0, 600, 600)) <= 2);
}

#[tokio::test]
async fn mogr_cut_09_mogr_crop_22_every_frame_is_cut() {
    let gallery = Gallery::with(GIF).await;
    let source = gallery.get(GIF, "imageMogr2/rotate/0").await.gif();
    for (rule, (left, top, side)) in [("cut/50x50x10x10", (10, 10, 50)), ("crop/100x100", (50, 0, 100))] {
        let result = gallery.get(GIF, &format!("imageMogr2/{rule}")).await.gif();
        assert_eq!(result.frames.len(), 12, "{rule}");
        for (number, frame) in result.frames.iter().enumerate() {
            let expected = source.frames[number].window(left, top, side, side);
            assert!(frame.largest_difference(&expected) <= 8, "{rule}, frame {number}");
        }
    }
}

#[tokio::test]
async fn mogr_crop_23_short_quality_name() {
    let result = Gallery::with(LAND).await.get(LAND, "imageMogr2/crop/300x300/q/60/format/webp").await;
    assert_eq!((result.format(), result.size()), ("webp", (300, 300)));
}

#[tokio::test]
async fn mogr_idx_01_mogr_idx_02_mogr_idx_03_mogr_idx_04_mogr_idx_05_mogr_idx_06_tiles_by_index() {
    let gallery = Gallery::start().await;
    let source = png_of(1920, 1080, |x, y| [(x / 8) as u8, (y / 8) as u8, (x ^ y) as u8]);
    gallery.put("large.png", source).await;
    let source = gallery.pixels("large.png", "imageMogr2/rotate/0").await;
    for (rule, (left, top, width, height)) in [
        ("width/200/index/1", (200, 0, 200, 1080)),
        ("width/200/index/9", (1800, 0, 120, 1080)),
        ("height/200/index/5", (0, 1000, 1920, 80)),
        ("width/960/height/540/index/3", (960, 540, 960, 540)),
        ("width/200/index/10", (0, 0, 1920, 1080)),
        ("width/200", (0, 0, 200, 1080)),
    ] {
        let tile = gallery.pixels("large.png", &format!("imageMogr2/indexcrop/{rule}")).await;
        assert!(tile == source.window(left, top, width, height), "{rule}");
    }
}

/// The column of `scaled` at which `window` was cut out of its full height.
fn column_of(window: &Pixels, scaled: &Pixels) -> u32 {
    let (width, height) = window.size();
    assert_eq!(height, scaled.size().1);
    let distance = |left: &u32| window.mean_difference(&scaled.window(*left, 0, width, height));
    let lefts = 0..=scaled.size().0 - width;
    let left = lefts.min_by(|one, other| distance(one).total_cmp(&distance(other))).unwrap();
    assert!(distance(&left) < 2.0, "it is no window of the scaled picture");
    left
}

#[tokio::test]
async fn mogr_scrop_01_the_window_holds_the_face() {
    let gallery = Gallery::with(PORTRAIT).await;
    let scaled = gallery.pixels(PORTRAIT, "imageMogr2/thumbnail/!200x200r").await;
    assert_eq!(scaled.size(), (347, 200));
    // Chin to fringe and cheek to cheek are the columns 100 to 280 of 764.
    let (face_left, face_right) = (45, 128);
    for (rule, width) in [("scrop/200x200", 200), ("scrop/!100x200", 100)] {
        let result = gallery.pixels(PORTRAIT, &format!("imageMogr2/{rule}")).await;
        assert_eq!(result.size(), (width, 200), "{rule}");
        let left = column_of(&result, &scaled);
        assert!(left <= face_left && left + width >= face_right, "{rule} begins at {left}");
    }
    let turned = gallery.get(PORTRAIT, "imageMogr2/rotate/90|imageMogr2/scrop/200x100").await;
    assert_eq!(turned.size(), (200, 100));
    let after = gallery.get(PORTRAIT, "imageMogr2/scrop/200x200|imageMogr2/thumbnail/!50p").await;
    assert_eq!(after.size(), (100, 100));
}

#[tokio::test]
async fn mogr_scrop_01_mogr_scrop_03_without_a_face_nothing_changes() {
    let gallery = Gallery::with(LAND).await;
    for rule in ["imageMogr2/scrop/200x200", "imageMogr2/scrop/200x200/ignore-error/1"] {
        assert!(gallery.get(LAND, rule).await.bytes == fixture(LAND), "{rule}");
    }
}
