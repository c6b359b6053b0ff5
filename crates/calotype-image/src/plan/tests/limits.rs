//! Bounds of sources and results. Spec: spec/ci/README.md, 4

use super::*;

fn png(width_px: u32, height_px: u32) -> ImageHeader {
    lossless(ImageFormat::Png, width_px, height_px)
}

/// The limit that a plan fails at.
fn limit_of(header: &ImageHeader, rule: &str) -> &'static str {
    match try_plan(header, rule) {
        Err(ImageError::TooLarge { limit, .. }) => limit,
        other => panic!("{rule} gave {other:?}"),
    }
}

fn plan_of_bytes(size_bytes: u64) -> Result<Plan, ImageError> {
    let rule: Rule = "imageMogr2/thumbnail/50x".parse().unwrap();
    Plan::build(rule.pipeline().unwrap(), &LAND, size_bytes, &Limits::default())
}

#[test]
fn lim_01_lim_02_source_bytes() {
    assert!(plan_of_bytes(33_554_432).is_ok());
    let error = plan_of_bytes(33_554_433).unwrap_err();
    assert!(matches!(error, ImageError::TooManyBytes { limit: "source_size_bytes_max", .. }), "{error}");
}

#[test]
fn lim_03_source_side() {
    assert_eq!(limit_of(&png(50_001, 1), "imageMogr2/thumbnail/5x"), "side_px_max");
    assert_eq!(limit_of(&png(1, 50_001), "imageMogr2/thumbnail/5x"), "side_px_max");
    assert!(try_plan(&png(50_000, 1), "imageMogr2/thumbnail/5x").is_ok());
}

#[test]
fn lim_04_source_pixels() {
    assert_eq!(limit_of(&png(20_000, 12_501), "imageMogr2/thumbnail/5x"), "pixels_max");
    assert!(try_plan(&png(20_000, 12_500), "imageMogr2/thumbnail/5x").is_ok());
}

#[test]
fn lim_05_result_pixels() {
    assert_eq!(limit_of(&HD, "imageMogr2/thumbnail/!10000p"), "side_px_max");
    assert_eq!(limit_of(&HD, "imageMogr2/thumbnail/!2000p"), "pixels_max");
}

#[test]
fn lim_06_result_side() {
    assert_eq!(limit_of(&png(1000, 10), "imageMogr2/thumbnail/x2000"), "side_px_max");
}

plan_cases! {
    lim_07_wide_parameter_is_clamped: png(100, 60), "imageMogr2/thumbnail/20000x" => 10000 x 6000;
    lim_08_exact_parameter_is_clamped: png(10, 10), "imageMogr2/thumbnail/20000x20!" => 10000 x 20;
    parameter_beyond_all_numbers_is_clamped: png(10, 10), "imageMogr2/thumbnail/99999999999999999999x20!" => 10000 x 20;
    crop_parameter_is_clamped: png(20000, 10), "imageMogr2/crop/15000x" => 10000 x 10;
    crop_of_one_side_leaves_the_other: png(10, 20000), "imageMogr2/crop/5x" => 5 x 20000;
}

#[test]
fn lim_09_lim_10_gif_frames() {
    assert_eq!(limit_of(&GIF301, "imageMogr2/thumbnail/5x"), "frames_max");
    let plan = plan(&animated_gif(10, 10, 300), "imageMogr2/thumbnail/5x");
    assert_eq!(plan.result_frames, 300);
}

#[test]
fn lim_11_animated_volume() {
    assert_eq!(limit_of(&animated_gif(1000, 1000, 251), "imageMogr2/thumbnail/5x"), "pixels_max");
    assert!(try_plan(&animated_gif(1000, 1000, 250), "imageMogr2/thumbnail/5x").is_ok());
    assert_eq!(limit_of(&animated_gif(100, 100, 251), "imageMogr2/thumbnail/1000x"), "pixels_max");
    assert!(try_plan(&animated_gif(100, 100, 251), "imageMogr2/frame/1/thumbnail/1000x").is_ok());
}

#[test]
fn lim_12_webp_side() {
    assert_eq!(limit_of(&png(17_000, 10), "imageMogr2/format/webp"), "webp_side_px_max");
    assert_eq!(limit_of(&png(10, 16_384), "imageMogr2/format/webp"), "webp_side_px_max");
    assert!(try_plan(&png(16_383, 10), "imageMogr2/format/webp").is_ok());
    assert!(try_plan(&png(17_000, 10), "imageMogr2/thumbnail/100x/format/webp").is_ok());
}

#[test]
fn lim_13_limits_are_configurable() {
    let limits = Limits { pixels_max: 1_000_000, ..Limits::default() };
    let rule = Rule::parse("imageMogr2/thumbnail/50x", &limits).unwrap();
    let error = Plan::build(rule.pipeline().unwrap(), &HD, SIZE_BYTES, &limits).unwrap_err();
    assert!(matches!(error, ImageError::TooLarge { limit: "pixels_max", value: 1_080_000, .. }), "{error}");
}

#[test]
fn lim_19_syntax_is_never_ignored() {
    let error = "imageMogr2/foo/1/ignore-error/1".parse::<Rule>().unwrap_err();
    assert_eq!((error.kind, error.ignorable), (RuleErrorKind::Syntax, false));
    // A misspelling behind a value out of range outweighs it.
    let error = "imageMogr2/blur/51x5/ignore-error/1/foo".parse::<Rule>().unwrap_err();
    assert_eq!((error.kind, error.ignorable), (RuleErrorKind::Syntax, false));
}

#[test]
fn lim_21_ignore_error_0_is_as_if_absent() {
    let rule: Rule = "imageMogr2/thumbnail/5x/ignore-error/0".parse().unwrap();
    assert!(!rule.pipeline().unwrap().ignores_error());
    let error = "imageMogr2/blur/51x5/ignore-error/0".parse::<Rule>().unwrap_err();
    assert!(!error.ignorable);
}

#[test]
fn ignore_error_counts_wherever_it_stands() {
    for rule in [
        "imageMogr2/ignore-error/1/format/png",
        "imageMogr2/format/png/ignore-error/1",
        "imageMogr2/thumbnail/5x|imageMogr2/ignore-error/1",
        "imageMogr2/ignore-error/1",
        "imageView2/2/w/5/ignore-error/1",
        "watermark/2/text/dGVzdA/ignore-error/1",
    ] {
        assert!(rule.parse::<Rule>().unwrap().pipeline().unwrap().ignores_error(), "{rule}");
    }
    for rule in [
        "imageMogr2/blur/51x5/ignore-error/1",
        "imageMogr2/ignore-error/1|imageMogr2/quality/101",
        "imageMogr2/format/tpg/ignore-error/1",
        "watermark/2/text/dGVzdA/fontsize/0/ignore-error/1",
        "imageMogr2/quality/101|watermark/2/text/dGVzdA/ignore-error/1",
        "imageMogr2/thumbnail/50x|imageMogr2/ignore-error/1|imageMogr2/bright/500",
    ] {
        assert!(rule.parse::<Rule>().unwrap_err().ignorable, "{rule}");
    }
}

#[test]
fn a_rotated_picture_may_exceed_the_side_too() {
    assert_eq!(limit_of(&png(49_999, 5_000), "imageMogr2/rotate/45"), "pixels_max");
}
