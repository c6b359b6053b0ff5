//! What the header of a picture tells before a pixel is read.

use crate::{Dimensions, ImageFormat, Orientation};

/// Everything a codec reads from the header alone. No memory in proportion to the picture is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageHeader {
    /// Found by content, never by name.
    pub format: ImageFormat,
    /// Pixels as stored, orientation not applied; for animations the canvas.
    pub dimensions: Dimensions,
    /// Frames, 1 for a still picture.
    pub frame_count: u32,
    /// Bits a channel of the stored samples.
    pub bit_depth: u8,
    /// Whether some pixels may be transparent.
    pub has_alpha: bool,
    /// The Exif orientation tag, `None` where there is no tag.
    pub orientation: Option<Orientation>,
    /// Estimated quality, 1 to 100, of a lossy source; `None` where the format has none or it cannot be known.
    pub quality: Option<u8>,
    /// Whether the bytes hold a lossless coding (PNG, GIF, BMP, TIFF, lossless WebP).
    pub lossless: bool,
    /// Whether decoding needs the whole frame's coefficients in memory (progressive JPEG).
    pub progressive: bool,
    /// Dots per inch, horizontal and vertical, where the file says so.
    pub dpi: Option<(u32, u32)>,
}
