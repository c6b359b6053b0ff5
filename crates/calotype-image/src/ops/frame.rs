//! `frame/<n>`: one frame of an animation as a still picture.
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
    word: "frame",
    aliases: &[],
    usage: "frame/<n>",
    summary: "Takes the n-th frame of a GIF or WebP, counted from 1; beyond the end the last one.",
    parse: |args| Ok(Arc::new(SingleFrame::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SingleFrame {
    /// Counted from 1.
    number: u32,
}

impl SingleFrame {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { number: args.integer(1..=u32::MAX)? })
    }
}

impl fmt::Display for SingleFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frame/{}", self.number)
    }
}

impl Operation for SingleFrame {
    fn phase(&self) -> Phase {
        Phase::Frames
    }

    fn selects_one_frame(&self) -> bool {
        true
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.keep_one_frame(self.number - 1);
        Ok(())
    }
}
