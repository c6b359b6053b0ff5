//! `auto-orient`: makes the picture upright as its Exif orientation says.
//!
//! Spec: spec/ci/rotate.md

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec};
use crate::{ImageError, plan::Planner, rule::Args};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "auto-orient",
    aliases: &[],
    usage: "auto-orient",
    summary: "Turns and mirrors the picture upright by its Exif orientation.",
    parse: |args| Ok(Arc::new(AutoOrient::parse(args))),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct AutoOrient {
    on: bool,
}

impl AutoOrient {
    fn parse(args: &mut Args<'_>) -> Self {
        Self { on: args.flag() }
    }
}

impl fmt::Display for AutoOrient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.on { "auto-orient" } else { "auto-orient/0" })
    }
}

impl Operation for AutoOrient {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        if self.on {
            planner.make_upright();
        }
        Ok(())
    }
}
