//! Words that change what other operations of the same segment do.

use super::Gravity;
use crate::Color;

/// The modifiers of one segment, wherever they stand in it. Source: spec/ci/README.md, 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers {
    /// Where windows are placed; each operation has its own default.
    pub gravity: Option<Gravity>,
    /// Offset to the right of the left edge, or to the left of the right edge, in pixels.
    pub dx_px: i64,
    /// Offset down from the top edge, or up from the bottom edge, in pixels.
    pub dy_px: i64,
    /// `pad/1`: fill up to the size that `thumbnail` names.
    pub pad: bool,
    /// What padding is filled with.
    pub color: Option<Color>,
    /// `ignore-error/1`: return the original where processing fails for its size or for a value out of range.
    pub ignore_error: bool,
}
