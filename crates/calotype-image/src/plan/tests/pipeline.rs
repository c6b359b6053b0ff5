//! Segments one after another, and the order inside of one. Spec: spec/ci/README.md, 3

use super::*;
use crate::Color;

plan_cases! {
    pipe_01_two_segments: LAND, "imageMogr2/thumbnail/!50p|imageMogr2/rotate/90" => 214 x 320;
    pipe_04_templates_in_a_pipeline: WIDE, "imageView2/1/w/500/h/400|imageMogr2/rotate/90" => 400 x 500;
    pipe_09_written_order: ORI6, "imageMogr2/auto-orient/thumbnail/200x" => 200 x 267;
    pipe_10_written_order_reversed: ORI6, "imageMogr2/thumbnail/200x/auto-orient" => 150 x 200;
    req_04_trailing_slash: LAND, "imageMogr2/thumbnail/200x/" => 200 x 133;
    req_05_double_slash: LAND, "imageMogr2//thumbnail/200x" => 200 x 133;
    pipe_20_blanks_around_it: LAND, " imageMogr2/rotate/90 " => 427 x 640;
}

#[test]
fn pipe_02_order_matters() {
    assert_eq!(plan(&LAND, "imageMogr2/rotate/90|imageMogr2/thumbnail/200x").result, size(200, 300));
    assert_eq!(plan(&LAND, "imageMogr2/thumbnail/200x|imageMogr2/rotate/90").result, size(133, 200));
}

#[test]
fn pipe_11_modifiers_stand_anywhere() {
    let rules = ["imageMogr2/gravity/center/crop/200x200", "imageMogr2/crop/200x200/gravity/center"];
    let [first, second] = rules.map(|rule| rule.parse::<Rule>().unwrap());
    assert_eq!(first.pipeline().unwrap().canonical(), second.pipeline().unwrap().canonical());
    let steps = rules.map(|rule| format!("{:?}", plan(&LAND, rule).steps));
    assert_eq!(steps[0], steps[1]);
}

#[test]
fn cover_then_crop_in_one_segment_or_two() {
    let two = plan(&LAND, "imageMogr2/thumbnail/!200x200r|imageMogr2/gravity/center/crop/200x200");
    let one = plan(&LAND, "imageMogr2/thumbnail/!200x200r/gravity/center/crop/200x200");
    for plan in [&two, &one] {
        assert_eq!(scaled_and_kept(plan), (Some(size(300, 200)), Some(rect(50, 0, 200, 200))));
        assert_eq!(plan.steps.len(), 2);
    }
}

#[test]
fn req_14_case_of_values() {
    let rules = ["crop/300x200/gravity/SouthEast", "crop/300x200/gravity/southeast"];
    let [first, second] = rules.map(|rule| format!("imageMogr2/{rule}").parse::<Rule>().unwrap());
    assert_eq!(first, second);
}

#[test]
fn req_35_one_operation_per_segment() {
    let plan = plan(&LAND, "imageMogr2/thumbnail/!50p|imageMogr2/rotate/90|imageMogr2/format/webp");
    assert_eq!((plan.output.format, plan.result), (ImageFormat::WebP, size(214, 320)));
}

#[test]
fn pipe_15_last_format_wins() {
    assert_eq!(plan(&LAND, "imageMogr2/format/png|imageMogr2/format/webp").output.format, ImageFormat::WebP);
}

#[test]
fn settings_last_until_another_segment_sets_them() {
    let rule =
        "imageMogr2/format/jpg/quality/60/interlace/1/strip|imageMogr2/rotate/90|imageMogr2/quality/50";
    let output = plan(&LAND, rule).output;
    assert_eq!((output.format, output.quality), (ImageFormat::Jpeg, 50));
    assert!(output.progressive && output.strip);
}

#[test]
fn alpha_is_lost_at_an_intermediate_jpeg() {
    let plan = plan(&ALPHA, "imageMogr2/format/jpg|imageMogr2/format/png");
    assert!(matches!(plan.steps[..], [Step::Flatten(Color::WHITE)]));
    let opaque = super::plan(&LAND, "imageMogr2/format/jpg|imageMogr2/format/png");
    assert!(opaque.steps.is_empty());
}

#[test]
fn corners_stay_transparent_until_a_format_says_otherwise() {
    let plan = plan(&LAND, "imageMogr2/rotate/45|imageMogr2/format/png");
    assert!(matches!(plan.steps[..], [Step::Rotate { angle_degrees: 45, .. }]));
    let flat = super::plan(&LAND, "imageMogr2/rotate/45/format/jpg|imageMogr2/format/png");
    assert!(matches!(flat.steps[..], [Step::Rotate { .. }, Step::Flatten(Color::WHITE)]));
}

#[test]
fn an_intermediate_still_format_leaves_the_first_frame() {
    let plan = plan(&GIF, "imageMogr2/format/png|imageMogr2/format/gif");
    assert_eq!((plan.frames, plan.result_frames), (crate::FrameSelection::Single(0), 1));
}

#[test]
fn pixels_keep_the_written_order_and_encoding_comes_last() {
    let plan = plan(&LAND, "imageMogr2/format/png/rotate/90/thumbnail/100x");
    assert!(matches!(plan.steps[..], [Step::Orient(Orientation::Rotate90), Step::Resize(_)]));
    assert_eq!(plan.result, size(100, 150));
}
