//! `imageView2`: templates for thumbnails.
//!
//! Spec: spec/ci/imageview2.md.

use super::{Format, Words, segment};

/// A thumbnail that is never larger than its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageView2(Words);

segment! { ImageView2 {
    /// Width, or the longer side in modes 4 and 5.
    width(pixels: u32) => "w";
    /// Height, or the shorter side in modes 4 and 5.
    height(pixels: u32) => "h";
    /// Writes another format.
    format(format: Format) => "format";
    /// At most this quality, 0 to 100.
    quality(quality: u8) => "q";
    /// This share of the source's quality, in percent.
    rquality(percent: u8) => "rq";
    /// At least this quality, 0 to 100.
    lquality(quality: u8) => "lq";
} }

impl ImageView2 {
    /// Without a mode: inside of the sides that are given, or at the source's size.
    #[allow(clippy::new_without_default, reason = "an empty segment is no rule yet")]
    pub fn new() -> Self {
        Self(Words::begin("imageView2"))
    }

    /// - `mode`: 1 covers and crops, 2 fits inside, 3 covers, 4 covers by longer and shorter side, 5 crops that. Needs a
    ///   side.
    pub fn mode(mode: u8) -> Self {
        let mut words = Words::begin("imageView2");
        words.word(&mode.to_string());
        Self(words)
    }

    /// Exactly this quality, even if the source has less.
    pub fn quality_forced(mut self, quality: u8) -> Self {
        self.0.pair("q", format_args!("{quality}!"));
        self
    }
}
