//! `imageMogr2/thumbnail` and its padding, as they come over the wire.
//!
//! Spec: spec/ci/thumbnail.md.

use crate::pictures::{
    ALPHA, CHECKER, CMYK, GIF, GRAYJ, Gallery, HD, LAND, LINE, P16, SMALL, TALL, WEBPA, refused, sizes,
    solid_png,
};

sizes! {
    mogr_thumb_01_both_sides_by_percent: LAND, "imageMogr2/thumbnail/!50p" => 320, 214;
    mogr_thumb_02_an_odd_percentage: LAND, "imageMogr2/thumbnail/!33p" => 211, 141;
    mogr_thumb_03_percent_enlarges: LAND, "imageMogr2/thumbnail/!150p" => 960, 641;
    mogr_thumb_04_no_side_below_one: SMALL, "imageMogr2/thumbnail/!1p" => 1, 1;
    mogr_thumb_05_percent_of_width: LAND, "imageMogr2/thumbnail/!50px" => 320, 427;
    mogr_thumb_06_percent_of_height: LAND, "imageMogr2/thumbnail/!x50p" => 640, 214;
    mogr_thumb_07_width: LAND, "imageMogr2/thumbnail/200x" => 200, 133;
    mogr_thumb_08_width_enlarges: LAND, "imageMogr2/thumbnail/1000x" => 1000, 667;
    mogr_thumb_09_height: LAND, "imageMogr2/thumbnail/x200" => 300, 200;
    mogr_thumb_10_height_enlarges: SMALL, "imageMogr2/thumbnail/x200" => 333, 200;
    mogr_thumb_11_inside_bound_by_width: LAND, "imageMogr2/thumbnail/300x300" => 300, 200;
    mogr_thumb_12_inside_bound_by_height: LAND, "imageMogr2/thumbnail/200x100" => 150, 100;
    mogr_thumb_13_inside_portrait: TALL, "imageMogr2/thumbnail/300x300" => 150, 300;
    mogr_thumb_14_inside_enlarges: LAND, "imageMogr2/thumbnail/800x800" => 800, 534;
    mogr_thumb_15_shrink_only_shrinks: LAND, "imageMogr2/thumbnail/300x300>" => 300, 200;
    mogr_thumb_16_shrink_only_does_not_enlarge: LAND, "imageMogr2/thumbnail/800x800>" => 640, 427;
    mogr_thumb_17_shrink_only_by_the_tighter_side: LAND, "imageMogr2/thumbnail/800x300>" => 450, 300;
    mogr_thumb_18_angle_bracket_percent_encoded: LAND, "imageMogr2/thumbnail/300x300%3E" => 300, 200;
    mogr_thumb_19_enlarge_only_enlarges: LAND, "imageMogr2/thumbnail/800x800<" => 800, 534;
    mogr_thumb_20_enlarge_only_does_not_shrink: LAND, "imageMogr2/thumbnail/300x300<" => 640, 427;
    mogr_thumb_21_enlarge_only_mixed: LAND, "imageMogr2/thumbnail/800x300<" => 640, 427;
    mogr_thumb_22_cover_by_height: LAND, "imageMogr2/thumbnail/!300x300r" => 450, 300;
    mogr_thumb_23_cover_by_width: LAND, "imageMogr2/thumbnail/!200x100r" => 200, 133;
    mogr_thumb_24_cover_enlarges: LAND, "imageMogr2/thumbnail/!800x800r" => 1199, 800;
    mogr_thumb_25_exactly: LAND, "imageMogr2/thumbnail/200x400!" => 200, 400;
    mogr_thumb_26_area: LAND, "imageMogr2/thumbnail/35000@" => 229, 152;
    mogr_thumb_27_area_of_another_aspect: HD, "imageMogr2/thumbnail/35000@" => 216, 162;
    mogr_thumb_28_area_never_enlarges: SMALL, "imageMogr2/thumbnail/35000@" => 100, 60;
    mogr_thumb_41_extreme_aspect: LINE, "imageMogr2/thumbnail/x10" => 1, 10;
    mogr_thumb_44_bare_number_is_a_width: LAND, "imageMogr2/thumbnail/200" => 200, 133;
    mogr_pad_03_pad_0: LAND, "imageMogr2/thumbnail/600x600/pad/0" => 600, 400;
    mogr_pad_07_color_without_pad: LAND, "imageMogr2/thumbnail/600x600/color/IzNEM0QzRA" => 600, 400;
}

refused! {
    mogr_thumb_30_zero: LAND, [
        "imageMogr2/thumbnail/0x", "imageMogr2/thumbnail/x0", "imageMogr2/thumbnail/!0p", "imageMogr2/thumbnail/0@",
    ] => "InvalidArgument";
    mogr_thumb_31_no_geometry: LAND, [
        "imageMogr2/thumbnail/-5x", "imageMogr2/thumbnail/abc", "imageMogr2/thumbnail/12.5x", "imageMogr2/thumbnail/x",
    ] => "InvalidArgument";
    mogr_thumb_32_exclamation_mark_in_front_needs_r: LAND, ["imageMogr2/thumbnail/!200x200"] => "InvalidArgument";
    mogr_pad_09_bad_colour: LAND, ["imageMogr2/thumbnail/600x600/pad/1/color/cmVkNQ"] => "InvalidArgument";
    mogr_pad_10_bad_pad_value: LAND, ["imageMogr2/thumbnail/600x600/pad/2"] => "InvalidArgument";
}

#[tokio::test]
async fn mogr_thumb_29_area_bounds_the_product_and_keeps_the_aspect() {
    let mut seed = 0x2545_f491_u32;
    let mut random = |max: u32| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        seed % max + 1
    };
    let gallery = Gallery::start().await;
    for _ in 0..20 {
        let (width, height, area) = (random(700), random(700), random(60_000));
        gallery.put("random.png", solid_png(width, height, [9, 9, 9])).await;
        let result = gallery.get("random.png", &format!("imageMogr2/thumbnail/{area}@")).await.size();

        let context = format!("{width}x{height} within {area} is {result:?}");
        assert!(result.0 * result.1 <= area.max(1), "{context}");
        let ideal = f64::from(height) * f64::from(result.0) / f64::from(width);
        let other = f64::from(width) * f64::from(result.1) / f64::from(height);
        let error = (ideal - f64::from(result.1)).abs().min((other - f64::from(result.0)).abs());
        assert!(error <= 1.0, "{context}");
    }
}

#[tokio::test]
async fn mogr_thumb_45_documented_rounding() {
    let gallery = Gallery::start().await;
    gallery.put("wide.png", solid_png(1920, 1200, [30, 60, 90])).await;
    for (geometry, size) in [("500x", (500, 313)), ("!25p", (480, 300)), ("400x400", (400, 250))] {
        let result = gallery.get("wide.png", &format!("imageMogr2/thumbnail/{geometry}")).await;
        assert_eq!(result.size(), size, "{geometry}");
    }
}

#[tokio::test]
async fn mogr_thumb_33_format_is_kept() {
    let result = Gallery::with(SMALL).await.get(SMALL, "imageMogr2/thumbnail/50x").await;
    assert_eq!((result.format(), result.size()), ("png", (50, 30)));
}

#[tokio::test]
async fn mogr_thumb_34_mogr_thumb_35_alpha_is_kept_without_dark_fringe() {
    let result = Gallery::with(ALPHA).await.get(ALPHA, "imageMogr2/thumbnail/150x").await;
    let pixels = result.pixels();
    assert_eq!(result.size(), (150, 100));
    assert_eq!((pixels.at(0, 50)[3], pixels.at(149, 50)[3]), (0, 255));
    for [red, _, _, alpha] in pixels.iter() {
        assert!(alpha == 0 || red >= 253, "red {red} at alpha {alpha}");
    }
}

#[tokio::test]
async fn mogr_thumb_36_animated_gif_keeps_frames_timing_and_loop() {
    let result = Gallery::with(GIF).await.get(GIF, "imageMogr2/thumbnail/100x").await;
    let animation = result.gif();
    assert_eq!((result.size(), animation.delays_ms.len()), ((100, 50), 12));
    assert!(animation.delays_ms.iter().all(|&delay| delay == 100), "{:?}", animation.delays_ms);
    assert!(animation.loops_forever);
}

#[tokio::test]
async fn mogr_thumb_37_animated_webp() {
    let result = Gallery::with(WEBPA).await.get(WEBPA, "imageMogr2/thumbnail/60x").await;
    assert_eq!((result.format(), result.size(), result.webp_durations_ms().len()), ("webp", (60, 40), 5));
}

#[tokio::test]
async fn mogr_thumb_38_gray_jpeg() {
    let result = Gallery::with(GRAYJ).await.get(GRAYJ, "imageMogr2/thumbnail/160x").await;
    assert_eq!((result.format(), result.size()), ("jpeg", (160, 120)));
}

#[tokio::test]
async fn mogr_thumb_39_cmyk_jpeg_becomes_rgb_of_the_same_colours() {
    let gallery = Gallery::with(CMYK).await;
    let result = gallery.get(CMYK, "imageMogr2/thumbnail/160x").await;
    assert_eq!((result.format(), result.size()), ("jpeg", (160, 120)));
    assert!(result.jpeg_components() <= 3);

    // The same photograph as an RGB picture of the same size is the reference.
    let reference = gallery.put_fixture("progressive_320x240.jpg").await;
    let expected = gallery.get(&reference, "imageMogr2/thumbnail/160x/format/png").await.pixels();
    let found = gallery.get(CMYK, "imageMogr2/thumbnail/160x/format/png").await.pixels();
    let difference = found.mean_difference(&expected);
    assert!(difference <= 6.0, "mean difference {difference}");
}

#[tokio::test]
async fn mogr_thumb_40_sixteen_bit_png() {
    let result = Gallery::with(P16).await.get(P16, "imageMogr2/thumbnail/!50p").await;
    assert_eq!((result.format(), result.size()), ("png", (100, 100)));
    let [red, green, blue, _] = result.pixels().at(50, 50);
    assert!(
        red.abs_diff(129) <= 3 && green.abs_diff(129) <= 3 && blue.abs_diff(128) <= 2,
        "{red} {green} {blue}"
    );
}

#[tokio::test]
async fn mogr_thumb_42_no_aliasing() {
    let result = Gallery::with(CHECKER).await.get(CHECKER, "imageMogr2/thumbnail/64x").await;
    assert!(result.pixels().iter().all(|[red, ..]| red.abs_diff(128) <= 8));
}

#[tokio::test]
async fn mogr_thumb_43_identity() {
    let gallery = Gallery::with(LAND).await;
    for geometry in ["640x427!", "640x", "!100p"] {
        assert_eq!(gallery.get(LAND, &format!("imageMogr2/thumbnail/{geometry}")).await.size(), (640, 427));
    }
}

#[tokio::test]
async fn mogr_pad_01_bars_of_a_colour() {
    let gallery = Gallery::with(HD).await;
    let padded = gallery.pixels(HD, "imageMogr2/thumbnail/600x600/pad/1/color/IzNEM0QzRA").await;
    let plain = gallery.pixels(HD, "imageMogr2/thumbnail/600x600").await;
    assert_eq!(padded.size(), (600, 600));
    assert_eq!(padded.at(300, 10), [0x3d, 0x3d, 0x3d, 255]);
    assert_eq!((padded.at(300, 74), padded.at(300, 525)), ([0x3d, 0x3d, 0x3d, 255], [0x3d, 0x3d, 0x3d, 255]));
    assert!(padded.window(0, 75, 600, 450) == plain);
}

#[tokio::test]
async fn mogr_pad_02_white_unless_told_otherwise() {
    let gallery = Gallery::with(LAND).await;
    let padded = gallery.pixels(LAND, "imageMogr2/thumbnail/600x600/pad/1").await;
    assert_eq!((padded.size(), padded.at(300, 50)), ((600, 600), [255; 4]));
    assert!(padded.window(0, 100, 600, 400) == gallery.pixels(LAND, "imageMogr2/thumbnail/600x600").await);
}

#[tokio::test]
async fn mogr_pad_04_portrait_has_bars_at_the_sides() {
    let gallery = Gallery::with(TALL).await;
    let padded = gallery.pixels(TALL, "imageMogr2/thumbnail/600x600/pad/1").await;
    assert_eq!((padded.at(149, 300), padded.at(450, 300)), ([255; 4], [255; 4]));
    assert!(padded.window(150, 0, 300, 600) == gallery.pixels(TALL, "imageMogr2/thumbnail/600x600").await);
}

#[tokio::test]
async fn mogr_pad_05_shrink_only_is_padded_too() {
    let gallery = Gallery::with(SMALL).await;
    let padded = gallery.pixels(SMALL, "imageMogr2/thumbnail/600x600>/pad/1").await;
    assert!(padded.window(250, 270, 100, 60) == gallery.pixels(SMALL, "imageMogr2/rotate/0").await);
}

#[tokio::test]
async fn mogr_pad_06_other_forms_ignore_pad() {
    let gallery = Gallery::with(LAND).await;
    assert_eq!(gallery.get(LAND, "imageMogr2/thumbnail/200x/pad/1").await.size(), (200, 133));
    assert_eq!(gallery.get(LAND, "imageMogr2/thumbnail/!300x300r/pad/1").await.size(), (450, 300));
}

#[tokio::test]
async fn mogr_pad_08_lower_case_hex() {
    let padded =
        Gallery::with(LAND).await.pixels(LAND, "imageMogr2/thumbnail/600x600/pad/1/color/I2ZmMDAwMA").await;
    assert_eq!(padded.at(300, 50), [255, 0, 0, 255]);
}

#[tokio::test]
async fn mogr_pad_11_transparency_of_the_picture_stays() {
    let padded =
        Gallery::with(ALPHA).await.pixels(ALPHA, "imageMogr2/thumbnail/400x400/pad/1/color/I0ZGMDAwMA").await;
    assert_eq!(padded.at(10, 10), [255, 0, 0, 255]);
    assert_eq!(padded.at(10, 200)[3], 0);
}

#[tokio::test]
async fn mogr_pad_12_bars_on_every_frame() {
    let result = Gallery::with(GIF).await.get(GIF, "imageMogr2/thumbnail/300x300/pad/1").await;
    let animation = result.gif();
    assert_eq!((result.size(), animation.frames.len()), ((300, 300), 12));
    assert!(animation.frames.iter().all(|frame| frame.at(150, 10) == [255; 4]));
}
