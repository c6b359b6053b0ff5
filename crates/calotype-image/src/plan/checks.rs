//! The limits on sources and results, by name.
//!
//! Spec: spec/ci/README.md, 4

use crate::{Dimensions, ImageError, ImageFormat, ImageHeader, Limits};

/// Whose size is measured, with the names of what is measured.
struct Subject {
    width: &'static str,
    height: &'static str,
    pixels: &'static str,
}

const SOURCE: Subject = Subject { width: "source width", height: "source height", pixels: "source pixels" };
const MARK: Subject = Subject { width: "mark width", height: "mark height", pixels: "mark pixels" };
const RESULT: Subject = Subject { width: "result width", height: "result height", pixels: "result pixels" };

/// Checks the source, of which `frames` are going to be read.
pub(super) fn source(
    header: &ImageHeader,
    size_bytes: u64,
    frames: u32,
    limits: &Limits,
) -> Result<(), ImageError> {
    if size_bytes > limits.source_size_bytes_max {
        return Err(ImageError::TooManyBytes {
            size_bytes,
            limit: "source_size_bytes_max",
            max_bytes: limits.source_size_bytes_max,
        });
    }
    if frames > limits.frames_max {
        return Err(ImageError::TooLarge {
            what: "source frames",
            value: u64::from(frames),
            limit: "frames_max",
            max: u64::from(limits.frames_max),
        });
    }
    size(&SOURCE, header.dimensions, frames, limits)?;
    sides_for(&SOURCE, header.format, header.dimensions, limits)
}

/// Checks what some step makes of the source.
pub(super) fn result(dimensions: Dimensions, frames: u32, limits: &Limits) -> Result<(), ImageError> {
    size(&RESULT, dimensions, frames, limits)
}

/// Checks the size of what is drawn on a picture.
pub(super) fn mark(dimensions: Dimensions, limits: &Limits) -> Result<(), ImageError> {
    size(&MARK, dimensions, 1, limits)
}

/// Checks what the format of the result can hold.
pub(super) fn result_format(
    format: ImageFormat,
    dimensions: Dimensions,
    limits: &Limits,
) -> Result<(), ImageError> {
    sides_for(&RESULT, format, dimensions, limits)
}

fn size(subject: &Subject, dimensions: Dimensions, frames: u32, limits: &Limits) -> Result<(), ImageError> {
    sides(subject, dimensions, "side_px_max", limits.side_px_max)?;
    let pixels = dimensions.pixels().saturating_mul(u64::from(frames));
    if pixels > limits.pixels_max {
        return Err(ImageError::TooLarge {
            what: subject.pixels,
            value: pixels,
            limit: "pixels_max",
            max: limits.pixels_max,
        });
    }
    Ok(())
}

fn sides_for(
    subject: &Subject,
    format: ImageFormat,
    dimensions: Dimensions,
    limits: &Limits,
) -> Result<(), ImageError> {
    match format {
        ImageFormat::WebP => sides(subject, dimensions, "webp_side_px_max", limits.webp_side_px_max),
        _ => Ok(()),
    }
}

fn sides(subject: &Subject, dimensions: Dimensions, limit: &'static str, max: u32) -> Result<(), ImageError> {
    for (what, side_px) in [(subject.width, dimensions.width_px), (subject.height, dimensions.height_px)] {
        if side_px > max {
            return Err(ImageError::TooLarge { what, value: u64::from(side_px), limit, max: u64::from(max) });
        }
    }
    Ok(())
}
