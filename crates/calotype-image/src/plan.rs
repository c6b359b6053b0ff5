//! What will be done with one picture, decided before a pixel is read.

use crate::{Dimensions, OutputSettings, Step};

/// Which frames of an animation take part. Source: spec/ci/format.md, 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameSelection {
    /// All of them.
    All,
    /// Only this one, counted from 0.
    Single(u32),
    /// Every `interval`-th frame of the first `take`, evenly reduced to at most `count`.
    Reduced {
        /// 1 keeps every frame.
        interval: u32,
        /// Frames kept at most, sampled evenly.
        count: u32,
        /// Frames looked at, from the start.
        take: u32,
    },
}

/// One rule made ready for one picture: defaults settled, sizes known, limits passed.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Frames that take part.
    pub frames: FrameSelection,
    /// Steps in order, for every frame alike.
    pub steps: Vec<Step>,
    /// How the result is written.
    pub output: OutputSettings,
    /// Size of the result.
    pub result: Dimensions,
    /// Frames of the result.
    pub result_frames: u32,
    /// Nothing would change, so the original bytes may be returned.
    pub keeps_bytes: bool,
}
