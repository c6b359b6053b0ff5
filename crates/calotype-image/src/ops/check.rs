//! What tests of operations share: the one place that knows how they are parsed, planned and applied.

use crate::{Color, Dimensions, ImageFormat, ImageHeader, Layout, Limits, Plan, Raster, Step, rule::Rule};

/// Parses an operation, checks that it prints back, and applies it to a picture of one colour.
pub(super) fn check(operation: &str, before: [u8; 4], after: [u8; 4]) {
    let size = Dimensions { width_px: 5, height_px: 3 };
    let mut frame = Raster::from_samples(size, Layout::Rgba, before.repeat(15)).unwrap();
    apply(operation, &mut frame);
    assert_eq!(frame.samples(), after.repeat(15), "{operation}");
    if before[3] == 255 && after[3] == 255 {
        let mut opaque = Raster::from_samples(size, Layout::Rgb, before[..3].repeat(15)).unwrap();
        apply(operation, &mut opaque);
        assert_eq!(opaque.samples(), after[..3].repeat(15), "{operation} without alpha");
    }
}

/// Plans an operation for a frame and carries out its pixel operations.
pub(super) fn apply(operation: &str, frame: &mut Raster) {
    let text = format!("imageMogr2/{operation}");
    let rule: Rule = text.parse().unwrap();
    assert_eq!(rule.to_string(), text);
    let header = ImageHeader {
        format: ImageFormat::Png,
        dimensions: frame.dimensions(),
        frame_count: 1,
        bit_depth: 8,
        has_alpha: frame.layout() == Layout::Rgba,
        orientation: None,
        quality: None,
        lossless: true,
        progressive: false,
        dpi: None,
    };
    let plan = Plan::build(rule.pipeline().unwrap(), &header, 1_000, &Limits::default()).unwrap();
    for step in &plan.steps {
        match step {
            Step::Apply(pixels) => pixels.apply(frame).unwrap(),
            other => panic!("{operation} has the step {other:?}"),
        }
    }
    assert_eq!(plan.output.background, Color::WHITE);
}

/// Every one of these is refused.
pub(super) fn check_refused(operations: &[&str]) {
    for operation in operations {
        assert!(format!("imageMogr2/{operation}").parse::<Rule>().is_err(), "{operation}");
    }
}

/// A picture whose left half has one colour and whose right half has another.
pub(super) fn edge(width_px: u32, height_px: u32, left: [u8; 3], right: [u8; 3]) -> Raster {
    let row = [left.repeat(width_px as usize / 2), right.repeat((width_px - width_px / 2) as usize)].concat();
    let samples = row.repeat(height_px as usize);
    Raster::from_samples(Dimensions { width_px, height_px }, Layout::Rgb, samples).unwrap()
}
