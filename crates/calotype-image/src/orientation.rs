//! Quarter turns and mirrors, as the Exif tag names them.

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

    /// The one change that does the same as this one and then `next`.
    pub fn then(self, next: Self) -> Self {
        let (first, second) = (self.parts(), next.parts());
        // A later swap exchanges the axes that were mirrored before it.
        let (x, y) = if second.swaps {
            (first.mirrors_y, first.mirrors_x)
        } else {
            (first.mirrors_x, first.mirrors_y)
        };
        Self::of_parts(Parts {
            swaps: first.swaps ^ second.swaps,
            mirrors_x: x ^ second.mirrors_x,
            mirrors_y: y ^ second.mirrors_y,
        })
    }

    fn parts(self) -> Parts {
        let parts = |swaps, mirrors_x, mirrors_y| Parts { swaps, mirrors_x, mirrors_y };
        match self {
            Self::Upright => parts(false, false, false),
            Self::FlipHorizontal => parts(false, true, false),
            Self::Rotate180 => parts(false, true, true),
            Self::FlipVertical => parts(false, false, true),
            Self::Transpose => parts(true, false, false),
            Self::Rotate90 => parts(true, true, false),
            Self::Transverse => parts(true, true, true),
            Self::Rotate270 => parts(true, false, true),
        }
    }

    fn of_parts(parts: Parts) -> Self {
        match (parts.swaps, parts.mirrors_x, parts.mirrors_y) {
            (false, false, false) => Self::Upright,
            (false, true, false) => Self::FlipHorizontal,
            (false, true, true) => Self::Rotate180,
            (false, false, true) => Self::FlipVertical,
            (true, false, false) => Self::Transpose,
            (true, true, false) => Self::Rotate90,
            (true, true, true) => Self::Transverse,
            (true, false, true) => Self::Rotate270,
        }
    }
}

/// An orientation as "swap rows and columns first, then mirror".
#[derive(Clone, Copy)]
struct Parts {
    swaps: bool,
    mirrors_x: bool,
    mirrors_y: bool,
}
