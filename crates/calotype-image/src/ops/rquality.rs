//! `rquality/<n>`: scales the quality of the source to a percentage.
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
    word: "rquality",
    aliases: &["rq"],
    usage: "rquality/<n>",
    summary: "Scales the quality of the source to n percent.",
    parse: |args| Ok(Arc::new(RelativeQuality::parse(args, "rquality")?)),
};

/// The same by its short name in `imageView2`.
pub(super) fn parse_short(args: &mut Args<'_>) -> Result<Arc<dyn Operation>, RuleError> {
    Ok(Arc::new(RelativeQuality::parse(args, "rq")?))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RelativeQuality {
    word: &'static str,
    value: u8,
}

impl RelativeQuality {
    fn parse(args: &mut Args<'_>, word: &'static str) -> Result<Self, RuleError> {
        Ok(Self { word, value: args.integer(0..=100_u8)? })
    }
}

impl fmt::Display for RelativeQuality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.word, self.value)
    }
}

impl Operation for RelativeQuality {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().add_quality(QualityWish::Percent(self.value));
        Ok(())
    }
}
