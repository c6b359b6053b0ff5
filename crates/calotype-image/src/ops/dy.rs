//! `dy/<pixels>`: moves the window of `crop` away from the edge its gravity names.
//!
//! Spec: spec/ci/crop.md, 3

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::rule::{Args, Modifiers, RuleError};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "dy",
    aliases: &[],
    usage: "dy/<pixels>",
    summary: "Moves a window down from the top edge, or up from the bottom edge, by pixels.",
    parse: |args| Ok(Arc::new(InwardY::parse(args)?)),
};

/// Farther than any side reaches.
const OFFSET_PX_MAX: i64 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct InwardY {
    offset_px: i64,
}

impl InwardY {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { offset_px: args.integer(-OFFSET_PX_MAX..=OFFSET_PX_MAX)? })
    }
}

impl fmt::Display for InwardY {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dy/{}", self.offset_px)
    }
}

impl Operation for InwardY {
    fn phase(&self) -> Phase {
        Phase::Modifier
    }

    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.dy_px = self.offset_px;
    }
}
