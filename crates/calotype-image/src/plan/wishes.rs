//! What the words of a segment ask of the encoder.

use super::QualityWish;
use crate::{ImageFormat, SizeLimit};

/// A format to write, and how hard to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The format.
    pub format: ImageFormat,
    /// Spend more time for fewer bytes.
    pub optimize: bool,
}

impl Target {
    /// What a source of some format becomes when no other is asked for: an APNG is the PNG that it also is, and what was
    /// drawn becomes one.
    pub(super) fn like(source: ImageFormat) -> Self {
        let format = match source {
            ImageFormat::Apng | ImageFormat::Svg => ImageFormat::Png,
            other => other,
        };
        Self { format, optimize: false }
    }
}

/// Wishes of one segment, or of all segments so far. What nobody asked for is `None`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wishes {
    pub(crate) target: Option<Target>,
    pub(crate) quality: Option<QualityWish>,
    pub(crate) progressive: Option<bool>,
    pub(crate) strip: Option<bool>,
    pub(crate) size_limit: Option<SizeLimit>,
    /// `egif`, counts for its own segment only.
    pub(crate) frame_interval: Option<u32>,
    /// `cgif`, counts for its own segment only.
    pub(crate) frame_count: Option<u32>,
}

impl Wishes {
    /// Adds a quality; of several in one segment the one of the highest precedence stays.
    pub(crate) fn add_quality(&mut self, wish: QualityWish) {
        if self.quality.is_none_or(|other| wish.precedence() < other.precedence()) {
            self.quality = Some(wish);
        }
    }

    /// What is in force after a later segment: its own wishes, and the earlier ones it says nothing about.
    pub(super) fn overridden_by(self, later: Self) -> Self {
        Self {
            target: later.target.or(self.target),
            quality: later.quality.or(self.quality),
            progressive: later.progressive.or(self.progressive),
            strip: later.strip.or(self.strip),
            size_limit: later.size_limit.or(self.size_limit),
            frame_interval: None,
            frame_count: None,
        }
    }
}
