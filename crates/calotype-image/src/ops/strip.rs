//! `strip`: leaves out metadata.
//!
//! Spec: spec/ci/quality.md, 2

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{ImageError, plan::Planner, rule::Args};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "strip",
    aliases: &[],
    usage: "strip",
    summary: "Leaves out Exif, XMP, IPTC, comments and profiles.",
    parse: |args| Ok(Arc::new(Strip::parse(args))),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Strip {
    on: bool,
}

impl Strip {
    fn parse(args: &mut Args<'_>) -> Self {
        Self { on: args.flag() }
    }
}

impl fmt::Display for Strip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.on { "strip" } else { "strip/0" })
    }
}

impl Operation for Strip {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().strip = Some(self.on);
        Ok(())
    }
}
