//! `dx/<pixels>`: moves the window of `crop` away from the edge its gravity names.
//!
//! Spec: spec/ci/crop.md, 3

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::rule::{Args, Modifiers, RuleError};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "dx",
    aliases: &[],
    usage: "dx/<pixels>",
    summary: "Moves a window to the right of the left edge, or to the left of the right edge, by pixels.",
    parse: |args| Ok(Arc::new(InwardX::parse(args)?)),
};

/// Farther than any side reaches.
const OFFSET_PX_MAX: i64 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct InwardX {
    offset_px: i64,
}

impl InwardX {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { offset_px: args.integer(-OFFSET_PX_MAX..=OFFSET_PX_MAX)? })
    }
}

impl fmt::Display for InwardX {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dx/{}", self.offset_px)
    }
}

impl Operation for InwardX {
    fn phase(&self) -> Phase {
        Phase::Modifier
    }

    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.dx_px = self.offset_px;
    }
}
