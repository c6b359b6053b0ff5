//! Plans for the pictures of spec/ci/coverage.md, known by their headers alone.

mod crop;
mod encode;
mod frames;
mod limits;
mod pipeline;
mod thumbnail;
mod turn;
mod view;

use crate::{
    Dimensions, ImageError, ImageFormat, ImageHeader, Limits, Orientation, Plan, Rect, Step,
    rule::{Rule, RuleErrorKind},
};

const LAND: ImageHeader = jpeg(640, 427, 75);
const WIDE: ImageHeader = jpeg(1000, 500, 80);
const TALL: ImageHeader = jpeg(500, 1000, 80);
const HD: ImageHeader = jpeg(1200, 900, 85);
const SMALL: ImageHeader = lossless(ImageFormat::Png, 100, 60);
const ALPHA: ImageHeader = ImageHeader { has_alpha: true, ..lossless(ImageFormat::Png, 300, 200) };
const GIF: ImageHeader = animated_gif(200, 100, 12);
const GIF40: ImageHeader = animated_gif(50, 50, 40);
const GIF301: ImageHeader = animated_gif(10, 10, 301);
const WEBPA: ImageHeader = ImageHeader {
    format: ImageFormat::WebP,
    frame_count: 5,
    quality: None,
    has_alpha: true,
    ..jpeg(120, 80, 0)
};
const ORI6: ImageHeader = ImageHeader { orientation: Some(Orientation::Rotate90), ..jpeg(640, 480, 85) };

const fn jpeg(width_px: u32, height_px: u32, quality: u8) -> ImageHeader {
    ImageHeader {
        format: ImageFormat::Jpeg,
        dimensions: Dimensions { width_px, height_px },
        frame_count: 1,
        bit_depth: 8,
        has_alpha: false,
        orientation: None,
        quality: Some(quality),
        lossless: false,
        progressive: false,
        dpi: None,
    }
}

const fn lossless(format: ImageFormat, width_px: u32, height_px: u32) -> ImageHeader {
    ImageHeader { format, quality: None, lossless: true, ..jpeg(width_px, height_px, 0) }
}

const fn animated_gif(width_px: u32, height_px: u32, frame_count: u32) -> ImageHeader {
    ImageHeader { frame_count, has_alpha: true, ..lossless(ImageFormat::Gif, width_px, height_px) }
}

/// Bytes of a source wherever their number does not matter.
const SIZE_BYTES: u64 = 80_000;

fn try_plan(header: &ImageHeader, rule: &str) -> Result<Plan, ImageError> {
    let rule: Rule = rule.parse().unwrap_or_else(|error| panic!("{rule}: {error}"));
    let again: Rule = rule.to_string().parse().unwrap();
    assert_eq!(again, rule, "prints back to a rule that means the same");
    Plan::build(rule.pipeline().unwrap(), header, SIZE_BYTES, &Limits::default())
}

fn plan(header: &ImageHeader, rule: &str) -> Plan {
    try_plan(header, rule).unwrap_or_else(|error| panic!("{rule}: {error}"))
}

fn size(width_px: u32, height_px: u32) -> Dimensions {
    Dimensions { width_px, height_px }
}

fn rect(left_px: u32, top_px: u32, width_px: u32, height_px: u32) -> Rect {
    Rect { left_px, top_px, size: size(width_px, height_px) }
}

/// The size a picture was scaled to, and the window that was kept.
fn scaled_and_kept(plan: &Plan) -> (Option<Dimensions>, Option<Rect>) {
    let scaled = plan.steps.iter().find_map(|step| match step {
        Step::Resize(size) => Some(*size),
        _ => None,
    });
    let kept = plan.steps.iter().find_map(|step| match step {
        Step::Crop(rect) => Some(*rect),
        _ => None,
    });
    (scaled, kept)
}

/// A parameter that the text alone proves wrong.
fn assert_refused(rules: &[&str], kind: RuleErrorKind) {
    for rule in rules {
        let error = rule.parse::<Rule>().expect_err(rule);
        assert_eq!(error.kind, kind, "{rule}: {error}");
    }
}

fn assert_wrong(operations: &[&str]) {
    for operation in operations {
        let error = format!("imageMogr2/{operation}").parse::<Rule>().expect_err(operation);
        assert_ne!(error.kind, RuleErrorKind::NotOffered, "{operation}: {error}");
    }
}

/// Named tests: a source, a rule, and the size of the result.
macro_rules! plan_cases {
    ($($name:ident: $header:expr, $rule:literal => $width:literal x $height:literal;)+) => {$(
        #[test]
        fn $name() {
            let plan = super::plan(&$header, $rule);
            assert_eq!(plan.result, super::size($width, $height), "{}", $rule);
        }
    )+};
}
use plan_cases;

/// Named tests: a source, a rule, the size it is scaled to, and the window that is kept of that.
macro_rules! window_cases {
    ($($name:ident: $header:expr, $rule:literal => $scaled:expr, $window:expr;)+) => {$(
        #[test]
        fn $name() {
            let plan = super::plan(&$header, $rule);
            assert_eq!(super::scaled_and_kept(&plan), ($scaled, $window), "{}", $rule);
        }
    )+};
}
use window_cases;
