//! The arithmetic of qualities.
//!
//! Spec: spec/ci/quality.md, 1

use crate::{ImageFormat, ImageHeader};

/// What a rule says about quality, each from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QualityWish {
    /// `quality/<n>`: not above this, and not above the source.
    AtMost(u8),
    /// `quality/<n>!`: this, even above the source.
    Exactly(u8),
    /// `rquality/<n>`: a percentage of the source's.
    Percent(u8),
    /// `lquality/<n>`: not below this, and not below the source.
    AtLeast(u8),
}

impl QualityWish {
    /// The lowest number wins inside of a segment.
    pub(super) fn precedence(self) -> u8 {
        match self {
            Self::AtMost(_) | Self::Exactly(_) => 0,
            Self::Percent(_) => 1,
            Self::AtLeast(_) => 2,
        }
    }

    fn of(self, source: u8) -> u8 {
        match self {
            Self::AtMost(quality) => source.min(quality),
            Self::Exactly(quality) => quality,
            Self::Percent(percent) => ((2 * u32::from(source) * u32::from(percent) + 100) / 200) as u8,
            Self::AtLeast(quality) => source.max(quality),
        }
    }
}

/// The source's quality as far as it is known or can be assumed; 100 where the format has none.
pub(super) fn of_source(header: &ImageHeader) -> u8 {
    if header.lossless || !header.format.has_quality() {
        return 100;
    }
    header.quality.unwrap_or_else(|| default_for(header.format))
}

/// The quality to encode with.
pub(super) fn to_encode(wish: Option<QualityWish>, header: &ImageHeader, format: ImageFormat) -> u8 {
    let quality = match (wish, header.quality) {
        (Some(wish), _) => wish.of(of_source(header)),
        (None, Some(quality)) if !header.lossless && header.format.has_quality() => quality,
        (None, _) => default_for(format),
    };
    // WebP alone has a quality of 0.
    if format == ImageFormat::WebP { quality } else { quality.max(1) }
}

/// What an encoder is told when nothing is known. Source: spec/ci/format.md, 8.
fn default_for(format: ImageFormat) -> u8 {
    match format {
        ImageFormat::Jpeg => 90,
        ImageFormat::WebP => 80,
        ImageFormat::Avif | ImageFormat::Heif => 60,
        _ => 100,
    }
}
