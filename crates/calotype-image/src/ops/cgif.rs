//! `cgif/<n>`: fewer frames and fewer colours for a GIF or WebP.
//!
//! Spec: spec/ci/format.md, 3

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    ImageError,
    plan::Planner,
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "cgif",
    aliases: &[],
    usage: "cgif/<n>",
    summary: "Reduces a GIF or WebP to n frames, evenly chosen, and to fewer colours; 1 keeps the first 30 frames.",
    parse: |args| Ok(Arc::new(FrameCount::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameCount {
    /// 1 means the first 30 frames, other numbers themselves.
    count: u32,
}

impl FrameCount {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { count: args.integer(1..=100_u32)? })
    }
}

impl fmt::Display for FrameCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cgif/{}", self.count)
    }
}

impl Operation for FrameCount {
    fn phase(&self) -> Phase {
        Phase::Frames
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().frame_count = Some(self.count);
        Ok(())
    }
}
