//! QR and bar codes: found in a picture, covered there, and drawn.
//!
//! Reading and encoding the symbols is rxing's work; here is how a picture is searched and what becomes of it.
//! Spec: spec/ci/extras.md, A1 and A2.

mod bars;
mod cover;
mod draw;
mod find;
mod plane;
mod read;

pub use draw::{bar_code_png, qr_code_png};

pub(crate) use cover::Cover;
pub(crate) use find::find;

use crate::{ImageError, ImageFormat, ImageHeader, Limits, rule::Search};

/// A side of a source must be longer than this. Source: spec/ci/extras.md, A1.
const SIDE_PX_MIN: u32 = 51;

/// A code in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCode {
    /// What it says.
    pub text: String,
    /// Its corners in pixels, clockwise from the one that is the upper left when the code stands upright.
    pub corners: [(i32, i32); 4],
}

/// Refuses sources in which codes are not looked for.
pub(crate) fn check_source(header: &ImageHeader, size_bytes: u64, limits: &Limits) -> Result<(), ImageError> {
    let max_bytes = limits.code_source_size_bytes_max;
    if size_bytes > max_bytes {
        return Err(ImageError::TooManyBytes { size_bytes, limit: "code_source_size_bytes_max", max_bytes });
    }
    if !matches!(header.format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Apng) {
        return Err(ImageError::NotForFormat { operation: Search::CODES_VERB, format: header.format });
    }
    let dimensions = header.dimensions;
    if dimensions.width_px.min(dimensions.height_px) < SIDE_PX_MIN {
        let operation = Search::CODES_VERB;
        return Err(ImageError::TooSmall { operation, dimensions, side_px_min: SIDE_PX_MIN });
    }
    Ok(())
}
