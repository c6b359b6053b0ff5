//! What the header of a picture tells before a pixel is read.

use crate::{Dimensions, ImageFormat};

/// The Exif orientation tag. Source: spec/ci/rotate.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orientation {
    /// 1: as stored.
    Upright,
    /// 2: mirrored left to right.
    FlipHorizontal,
    /// 3: turned by 180 degrees.
    Rotate180,
    /// 4: mirrored top to bottom.
    FlipVertical,
    /// 5: mirrored along the main diagonal.
    Transpose,
    /// 6: to be turned by 90 degrees clockwise.
    Rotate90,
    /// 7: mirrored along the other diagonal.
    Transverse,
    /// 8: to be turned by 270 degrees clockwise.
    Rotate270,
}

impl Orientation {
    /// Reads the tag's value; anything but 1 to 8 is `None`.
    pub fn from_exif(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::Upright,
            2 => Self::FlipHorizontal,
            3 => Self::Rotate180,
            4 => Self::FlipVertical,
            5 => Self::Transpose,
            6 => Self::Rotate90,
            7 => Self::Transverse,
            8 => Self::Rotate270,
            _ => return None,
        })
    }

    /// The tag's value, 1 to 8.
    pub fn to_exif(self) -> u16 {
        match self {
            Self::Upright => 1,
            Self::FlipHorizontal => 2,
            Self::Rotate180 => 3,
            Self::FlipVertical => 4,
            Self::Transpose => 5,
            Self::Rotate90 => 6,
            Self::Transverse => 7,
            Self::Rotate270 => 8,
        }
    }

    /// Whether making the picture upright swaps width and height.
    pub fn swaps_sides(self) -> bool {
        matches!(self, Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270)
    }
}

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
