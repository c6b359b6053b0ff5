//! Sizes and windows in whole pixels.

use std::fmt;

/// Width and height in pixels, both at least 1 in a valid picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dimensions {
    /// Columns.
    pub width_px: u32,
    /// Rows.
    pub height_px: u32,
}

impl Dimensions {
    /// Width times height, which never overflows.
    pub fn pixels(self) -> u64 {
        u64::from(self.width_px) * u64::from(self.height_px)
    }

    /// The box around a picture of this size turned by an angle. Source: spec/ci/rotate.md.
    pub fn rotated(self, angle_degrees: u16) -> Self {
        const TOLERANCE: f64 = 1e-6;
        let (sin, cos) = f64::from(angle_degrees).to_radians().sin_cos();
        let (width, height) = (f64::from(self.width_px), f64::from(self.height_px));
        let bound = |length: f64| (length - TOLERANCE).ceil().max(1.0) as u32;
        Self {
            width_px: bound(width * cos.abs() + height * sin.abs()),
            height_px: bound(width * sin.abs() + height * cos.abs()),
        }
    }

    /// Height times width: what a quarter turn makes of it.
    pub fn transposed(self) -> Self {
        Self { width_px: self.height_px, height_px: self.width_px }
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width_px, self.height_px)
    }
}

/// A window inside a picture: offset of its top-left corner, and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Columns left of the window.
    pub left_px: u32,
    /// Rows above the window.
    pub top_px: u32,
    /// Size of the window; `left_px + width_px` stays inside the picture.
    pub size: Dimensions,
}
