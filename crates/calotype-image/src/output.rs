//! How a result is written.

use std::sync::Arc;

use crate::{Color, ImageFormat, metadata::AigcLabel};

/// `size-limit/<n><unit>[!]`: an upper bound for the bytes of a JPEG. Source: spec/ci/quality.md, 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLimit {
    /// Bytes the result should not exceed.
    pub size_bytes_max: u64,
    /// `!`: the original bytes are returned where the result is not smaller than they are.
    pub or_original: bool,
}

/// Everything an encoder needs besides pixels, settled for one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputSettings {
    /// Format to write.
    pub format: ImageFormat,
    /// Quality to encode with, 0 to 100; read by formats with a quality only.
    pub quality: u8,
    /// What the answer reports as `Quality`: the encoder's, or the source's for formats without one.
    pub reported_quality: u8,
    /// Progressive JPEG.
    pub progressive: bool,
    /// Spend more time for fewer bytes (`format/yjpeg`).
    pub optimize: bool,
    /// Leave out Exif, XMP, IPTC, comments, text and time chunks.
    pub strip: bool,
    /// Pixels were made upright, so a kept orientation tag must say 1.
    pub upright: bool,
    /// Bound on the bytes of a JPEG.
    pub size_limit: Option<SizeLimit>,
    /// Write all frames; otherwise the first one only.
    pub animated: bool,
    /// What transparency is laid on where the format has none.
    pub background: Color,
    /// Colours in a GIF palette, 2 to 256.
    pub palette_colors_max: u16,
    /// The label for generated content.
    pub label: Option<Arc<AigcLabel>>,
}
