//! `lquality/<n>`: raises the quality to at least this.
//!
//! Spec: spec/ci/quality.md, 1

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    ImageError,
    plan::{Planner, QualityWish},
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "lquality",
    aliases: &["lq"],
    usage: "lquality/<n>",
    summary: "Raises the quality to at least n, 0 to 100.",
    parse: |args| Ok(Arc::new(LowestQuality::parse(args, "lquality")?)),
};

/// The same by its short name in `imageView2`.
pub(super) fn parse_short(args: &mut Args<'_>) -> Result<Arc<dyn Operation>, RuleError> {
    Ok(Arc::new(LowestQuality::parse(args, "lq")?))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LowestQuality {
    word: &'static str,
    value: u8,
}

impl LowestQuality {
    fn parse(args: &mut Args<'_>, word: &'static str) -> Result<Self, RuleError> {
        Ok(Self { word, value: args.integer(0..=100_u8)? })
    }
}

impl fmt::Display for LowestQuality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.word, self.value)
    }
}

impl Operation for LowestQuality {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().add_quality(QualityWish::AtLeast(self.value));
        Ok(())
    }
}
