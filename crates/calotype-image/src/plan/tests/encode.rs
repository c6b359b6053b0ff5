//! Formats, quality and the other settings of the encoder. Spec: spec/ci/format.md and spec/ci/quality.md

use super::*;
use crate::SizeLimit;

fn quality(source: u8, words: &str) -> u8 {
    plan(&jpeg(640, 427, source), &format!("imageMogr2/thumbnail/100x/{words}")).output.quality
}

#[test]
fn mogr_q_01_mogr_q_02_mogr_q_03_quality() {
    assert_eq!(quality(85, "quality/60"), 60);
    assert_eq!(quality(60, "quality/90"), 60);
    assert_eq!(quality(60, "quality/90!"), 90);
}

#[test]
fn mogr_q_04_mogr_q_05_mogr_q_06_relative_and_lowest() {
    assert_eq!(quality(80, "rquality/80"), 64);
    assert_eq!(quality(75, "rquality/50"), 38); // 37.5 rounds up
    assert_eq!(quality(85, "lquality/80"), 85);
    assert_eq!(quality(60, "lquality/80"), 80);
}

#[test]
fn mogr_q_07_range() {
    assert_wrong(&["quality/101", "quality/-1", "quality/x", "quality", "quality/!", "quality/9!!"]);
    assert_wrong(&["rquality/101", "lquality/-1", "rq/x", "q/101", "lq", "rquality/50!"]);
}

#[test]
fn mogr_q_08_lossless_sources_count_as_100() {
    let output = plan(&SMALL, "imageMogr2/format/jpg/quality/80").output;
    assert_eq!((output.quality, output.reported_quality), (80, 80));
}

#[test]
fn mogr_q_11_the_default_keeps_the_quality() {
    assert_eq!(plan(&LAND, "imageMogr2/thumbnail/100x").output.quality, 75);
}

#[test]
fn several_of_the_family_have_a_precedence() {
    assert_eq!(quality(80, "lquality/90/rquality/50/quality/70"), 70);
    assert_eq!(quality(80, "lquality/90/rquality/50"), 40);
    assert_eq!(quality(80, "q/70/rq/50"), 70);
}

#[test]
fn the_lowest_quality_of_a_jpeg_is_1() {
    assert_eq!(quality(80, "quality/0"), 1);
    assert_eq!(plan(&LAND, "imageMogr2/format/webp/quality/0").output.quality, 0);
}

#[test]
fn defaults_where_the_source_has_no_quality() {
    for (word, expected) in [("jpg", 90), ("webp", 80), ("avif", 60)] {
        if word == "avif" && !crate::ops::is_built_in(ImageFormat::Avif) {
            continue;
        }
        let output = plan(&SMALL, &format!("imageMogr2/format/{word}")).output;
        assert_eq!((output.quality, output.reported_quality), (expected, expected), "{word}");
    }
    assert_eq!(plan(&WEBPA, "imageMogr2/thumbnail/60x/quality/90").output.quality, 80);
    let inherited = plan(&jpeg(640, 427, 74), "imageMogr2/format/webp").output;
    assert_eq!(inherited.quality, 74);
}

#[test]
fn reported_quality_of_lossless_results_is_the_sources() {
    assert_eq!(plan(&jpeg(640, 427, 74), "imageMogr2/format/png").output.reported_quality, 74);
    assert_eq!(plan(&SMALL, "imageMogr2/thumbnail/50x").output.reported_quality, 100);
}

#[test]
fn mogr_fmt_02_aliases() {
    let [short, long] = ["jpg", "jpeg"].map(|word| format!("imageMogr2/format/{word}").parse::<Rule>());
    assert_eq!(short, long);
}

#[test]
fn mogr_fmt_10_mogr_fmt_11_mogr_fmt_12_mogr_fmt_13_formats_not_offered() {
    for word in ["heif", "heic", "apng", "tpg", "psd", "TPG"] {
        let error = format!("imageMogr2/format/{word}").parse::<Rule>().unwrap_err();
        assert_eq!(error.kind, RuleErrorKind::NotOffered, "{word}");
        assert!(error.to_string().contains(&word.to_lowercase()), "{error}");
    }
}

#[test]
fn mogr_fmt_14_unknown_formats() {
    assert_refused(
        &["imageMogr2/format/jxl", "imageMogr2/format/exe", "imageView2/format/src"],
        RuleErrorKind::Syntax,
    );
}

#[test]
fn mogr_fmt_15_upper_case() {
    assert_eq!(plan(&LAND, "imageMogr2/format/PNG").output.format, ImageFormat::Png);
}

#[test]
fn mogr_fmt_23_too_many_frames_for_any_format() {
    let error = try_plan(&GIF301, "imageMogr2/format/png").unwrap_err();
    assert!(matches!(error, ImageError::TooLarge { limit: "frames_max", value: 301, .. }), "{error}");
}

#[test]
fn yjpeg_is_a_jpeg_that_takes_longer() {
    let output = plan(&LAND, "imageMogr2/format/yjpeg").output;
    assert!(output.optimize && output.format == ImageFormat::Jpeg);
}

#[test]
fn mogr_int_05_bad_value() {
    assert_wrong(&["interlace/2", "interlace/x", "interlace"]);
}

#[test]
fn progression_is_for_jpegs_only() {
    assert!(plan(&SMALL, "imageMogr2/format/jpg/interlace/1").output.progressive);
    assert!(!plan(&SMALL, "imageMogr2/interlace/1").output.progressive);
    let progressive = ImageHeader { progressive: true, ..LAND };
    assert!(!plan(&progressive, "imageMogr2/interlace/0").keeps_bytes);
    assert!(plan(&progressive, "imageMogr2/interlace/1").keeps_bytes);
}

#[test]
fn req_18_a_flag_may_have_a_value() {
    for words in ["strip", "strip/1"] {
        let plan = plan(&LAND, &format!("imageMogr2/{words}"));
        assert!(plan.output.strip && !plan.keeps_bytes && plan.steps.is_empty(), "{words}");
    }
    assert!(!plan(&LAND, "imageMogr2/strip/0").output.strip);
}

fn size_limit(header: &ImageHeader, text: &str) -> Option<SizeLimit> {
    plan(header, &format!("imageMogr2/size-limit/{text}")).output.size_limit
}

#[test]
fn mogr_size_05_other_formats_ignore_it() {
    assert_eq!(size_limit(&SMALL, "1k"), None);
    assert_eq!(plan(&SMALL, "imageMogr2/size-limit/1k").output.format, ImageFormat::Png);
}

#[test]
fn mogr_size_07_kilobytes_without_a_unit() {
    let expected = Some(SizeLimit { size_bytes_max: 15_360, or_original: true });
    assert_eq!(size_limit(&LAND, "15!"), expected);
    assert_eq!(size_limit(&LAND, "15k!"), expected);
    assert_eq!(size_limit(&LAND, "15K!"), expected);
    assert_eq!(size_limit(&LAND, "1m"), Some(SizeLimit { size_bytes_max: 1_048_576, or_original: false }));
    assert!(size_limit(&LAND, "99999999999999999999m").is_some());
}

#[test]
fn mogr_size_08_bad_values() {
    assert_wrong(&[
        "size-limit/abc",
        "size-limit/0k",
        "size-limit/k",
        "size-limit/-1k",
        "size-limit/1g",
        "size-limit",
    ]);
}

#[test]
fn bytes_are_kept_where_nothing_would_change() {
    for words in
        ["quality/75", "quality/100", "format/jpg", "size-limit/1m", "ignore-error/1", "gravity/center"]
    {
        assert!(plan(&LAND, &format!("imageMogr2/{words}")).keeps_bytes, "{words}");
    }
    for words in
        ["quality/60", "format/png", "size-limit/15k!", "strip", "format/yjpeg", "rotate/90", "lq/80"]
    {
        assert!(!plan(&LAND, &format!("imageMogr2/{words}")).keeps_bytes, "{words}");
    }
    assert!(plan(&SMALL, "imageMogr2/quality/10").keeps_bytes);
    assert!(plan(&GIF, "imageMogr2/format/gif").keeps_bytes);
}

#[test]
fn an_apng_becomes_a_png() {
    let apng = ImageHeader { frame_count: 3, ..lossless(ImageFormat::Apng, 100, 60) };
    let plan = plan(&apng, "imageMogr2/thumbnail/50x");
    assert_eq!((plan.output.format, plan.result_frames), (ImageFormat::Png, 1));
}

#[test]
fn mogr_blur_01_size_kept() {
    assert_eq!(plan(&LAND, "imageMogr2/blur/8x5").result, size(640, 427));
}
