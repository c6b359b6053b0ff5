//! `egif/<n>`: keeps every n-th frame of a GIF or WebP.
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
    word: "egif",
    aliases: &[],
    usage: "egif/<n>",
    summary: "Keeps every n-th frame of a GIF or WebP; the timing stays.",
    parse: |args| Ok(Arc::new(FrameInterval::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameInterval {
    interval: u32,
}

impl FrameInterval {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { interval: args.integer(1..=300_u32)? })
    }
}

impl fmt::Display for FrameInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "egif/{}", self.interval)
    }
}

impl Operation for FrameInterval {
    fn phase(&self) -> Phase {
        Phase::Frames
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().frame_interval = Some(self.interval);
        Ok(())
    }
}
