//! `interlace/1`: a progressive JPEG.
//!
//! Spec: spec/ci/format.md, 2

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    ImageError,
    plan::Planner,
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "interlace",
    aliases: &[],
    usage: "interlace/<0|1>",
    summary: "Writes a JPEG progressively (1) or in one go (0).",
    parse: |args| Ok(Arc::new(Interlace::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interlace {
    progressive: bool,
}

impl Interlace {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { progressive: args.switch()? })
    }
}

impl fmt::Display for Interlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "interlace/{}", u8::from(self.progressive))
    }
}

impl Operation for Interlace {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().progressive = Some(self.progressive);
        Ok(())
    }
}
