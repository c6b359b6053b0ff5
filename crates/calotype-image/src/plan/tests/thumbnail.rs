//! `thumbnail`, `pad` and `color`. Spec: spec/ci/thumbnail.md

use super::*;
use crate::Color;

plan_cases! {
    mogr_thumb_01_percent: LAND, "imageMogr2/thumbnail/!50p" => 320 x 214;
    mogr_thumb_02_odd_percent: LAND, "imageMogr2/thumbnail/!33p" => 211 x 141;
    mogr_thumb_03_percent_enlarges: LAND, "imageMogr2/thumbnail/!150p" => 960 x 641;
    mogr_thumb_04_one_percent: SMALL, "imageMogr2/thumbnail/!1p" => 1 x 1;
    mogr_thumb_05_percent_of_width: LAND, "imageMogr2/thumbnail/!50px" => 320 x 427;
    mogr_thumb_06_percent_of_height: LAND, "imageMogr2/thumbnail/!x50p" => 640 x 214;
    mogr_thumb_07_width: LAND, "imageMogr2/thumbnail/200x" => 200 x 133;
    mogr_thumb_08_width_enlarges: LAND, "imageMogr2/thumbnail/1000x" => 1000 x 667;
    mogr_thumb_09_height: LAND, "imageMogr2/thumbnail/x200" => 300 x 200;
    mogr_thumb_10_height_enlarges: SMALL, "imageMogr2/thumbnail/x200" => 333 x 200;
    mogr_thumb_11_inside_bound_by_width: LAND, "imageMogr2/thumbnail/300x300" => 300 x 200;
    mogr_thumb_12_inside_bound_by_height: LAND, "imageMogr2/thumbnail/200x100" => 150 x 100;
    mogr_thumb_13_inside_portrait: TALL, "imageMogr2/thumbnail/300x300" => 150 x 300;
    mogr_thumb_14_inside_enlarges: LAND, "imageMogr2/thumbnail/800x800" => 800 x 534;
    mogr_thumb_15_shrinking: LAND, "imageMogr2/thumbnail/300x300>" => 300 x 200;
    mogr_thumb_16_shrinking_does_not_enlarge: LAND, "imageMogr2/thumbnail/800x800>" => 640 x 427;
    mogr_thumb_17_shrinking_mixed: LAND, "imageMogr2/thumbnail/800x300>" => 450 x 300;
    mogr_thumb_19_enlarging: LAND, "imageMogr2/thumbnail/800x800<" => 800 x 534;
    mogr_thumb_20_enlarging_does_not_shrink: LAND, "imageMogr2/thumbnail/300x300<" => 640 x 427;
    mogr_thumb_21_enlarging_mixed: LAND, "imageMogr2/thumbnail/800x300<" => 640 x 427;
    mogr_thumb_22_cover: LAND, "imageMogr2/thumbnail/!300x300r" => 450 x 300;
    mogr_thumb_23_cover_other_side: LAND, "imageMogr2/thumbnail/!200x100r" => 200 x 133;
    mogr_thumb_24_cover_enlarges: LAND, "imageMogr2/thumbnail/!800x800r" => 1199 x 800;
    mogr_thumb_25_exact: LAND, "imageMogr2/thumbnail/200x400!" => 200 x 400;
    mogr_thumb_26_area: LAND, "imageMogr2/thumbnail/35000@" => 229 x 152;
    mogr_thumb_27_area_second: HD, "imageMogr2/thumbnail/35000@" => 216 x 162;
    mogr_thumb_28_area_never_enlarges: SMALL, "imageMogr2/thumbnail/35000@" => 100 x 60;
    mogr_thumb_41_extreme_aspect: jpeg(1, 1000, 80), "imageMogr2/thumbnail/x10" => 1 x 10;
    mogr_thumb_44_bare_number: LAND, "imageMogr2/thumbnail/200" => 200 x 133;
    cover_of_a_narrow_window: LAND, "imageMogr2/thumbnail/!200x400r" => 600 x 400;

    mogr_pad_03_pad_0: LAND, "imageMogr2/thumbnail/600x600/pad/0" => 600 x 400;
    mogr_pad_07_color_without_pad: LAND, "imageMogr2/thumbnail/600x600/color/IzNEM0QzRA" => 600 x 400;
    padded_to_the_canvas: HD, "imageMogr2/thumbnail/600x600/pad/1/color/IzNEM0QzRA" => 600 x 600;
    padded_without_scaling: SMALL, "imageMogr2/thumbnail/600x600>/pad/1" => 600 x 600;
    padded_and_clipped: LAND, "imageMogr2/thumbnail/300x300</pad/1" => 300 x 300;
    padded_to_the_clamped_canvas: SMALL, "imageMogr2/thumbnail/20000x60/pad/1" => 10000 x 60;
}

#[test]
fn mogr_thumb_30_zero_is_out_of_range() {
    assert_wrong(&["thumbnail/0x", "thumbnail/x0", "thumbnail/!0p", "thumbnail/0@"]);
}

#[test]
fn mogr_thumb_31_negative_and_garbage() {
    assert_wrong(&["thumbnail/-5x", "thumbnail/abc", "thumbnail/12.5x", "thumbnail/x"]);
}

#[test]
fn mogr_thumb_32_cover_without_its_letter() {
    assert_wrong(&["thumbnail/!200x200"]);
}

#[test]
fn mogr_thumb_33_format_is_kept() {
    let plan = plan(&SMALL, "imageMogr2/thumbnail/50x");
    assert_eq!((plan.output.format, plan.result), (ImageFormat::Png, size(50, 30)));
}

#[test]
fn mogr_thumb_43_identity_has_no_steps() {
    for geometry in ["640x427!", "640x", "!100p"] {
        let plan = plan(&LAND, &format!("imageMogr2/thumbnail/{geometry}"));
        assert_eq!(plan.result, size(640, 427));
        assert!(plan.steps.is_empty() && plan.keeps_bytes, "{geometry}");
    }
}

#[test]
fn mogr_thumb_45_documented_rounding() {
    let source = jpeg(1920, 1200, 80);
    for (geometry, width, height) in [("500x", 500, 313), ("!25p", 480, 300), ("400x400", 400, 250)] {
        assert_eq!(plan(&source, &format!("imageMogr2/thumbnail/{geometry}")).result, size(width, height));
    }
}

#[test]
fn mogr_pad_06_other_forms_ignore_pad() {
    for (geometry, width, height) in [("200x", 200, 133), ("!300x300r", 450, 300)] {
        let plan = plan(&LAND, &format!("imageMogr2/thumbnail/{geometry}/pad/1"));
        assert_eq!(plan.result, size(width, height));
        assert_eq!(plan.steps.len(), 1);
    }
}

#[test]
fn mogr_pad_09_bad_colour() {
    assert_wrong(&["thumbnail/600x600/pad/1/color/cmVkNQ", "color/I0ZGRg", "color/@@", "color"]);
}

#[test]
fn mogr_pad_10_bad_pad_value() {
    assert_wrong(&["thumbnail/600x600/pad/2", "pad/x", "pad"]);
}

#[test]
fn padding_fills_with_its_colour_and_alpha_is_flattened_onto_it() {
    let blue = Color { red: 0, green: 0, blue: 255 };
    let plan = plan(&ALPHA, "imageMogr2/color/IzAwMDBmZg==/pad/1/thumbnail/400x400/format/jpg");
    assert!(matches!(plan.steps[..], [
        Step::Resize(Dimensions { width_px: 400, height_px: 267 }),
        Step::Pad { canvas: Dimensions { width_px: 400, height_px: 400 }, fill },
    ] if fill == blue));
    assert_eq!(plan.output.background, blue);
}

#[test]
fn padding_is_white_by_default() {
    let plan = plan(&LAND, "imageMogr2/thumbnail/600x600/pad/1");
    assert!(matches!(plan.steps[1], Step::Pad { fill: Color::WHITE, .. }));
}
