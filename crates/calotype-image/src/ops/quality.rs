//! `quality/<n>`: lowers the quality to at most this; with `!` sets it.
//!
//! Spec: spec/ci/quality.md, 1

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    ImageError,
    plan::{Planner, QualityWish},
    rule::{Args, RuleError, args::integer},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "quality",
    aliases: &["q"],
    usage: "quality/<n>[!]",
    summary: "Lowers the quality to at most n, 0 to 100; with ! sets it to n.",
    parse: |args| Ok(Arc::new(Quality::parse(args, "quality")?)),
};

/// The same by its short name in `imageView2`.
pub(super) fn parse_short(args: &mut Args<'_>) -> Result<Arc<dyn Operation>, RuleError> {
    Ok(Arc::new(Quality::parse(args, "q")?))
}

const EXPECTED: &str = "a quality from 0 to 100";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quality {
    word: &'static str,
    quality: u8,
    /// `!`: the quality may also rise.
    exact: bool,
}

impl Quality {
    fn parse(args: &mut Args<'_>, word: &'static str) -> Result<Self, RuleError> {
        let text = args.text(EXPECTED)?;
        let digits = text.strip_suffix('!').unwrap_or(text);
        let value = integer(digits).ok_or_else(|| args.syntax(text, EXPECTED))?;
        match u8::try_from(value) {
            Ok(quality @ 0..=100) => Ok(Self { word, quality, exact: digits.len() < text.len() }),
            _ => Err(args.out_of_range(text, EXPECTED)),
        }
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.word, self.quality, if self.exact { "!" } else { "" })
    }
}

impl Operation for Quality {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().add_quality(if self.exact {
            QualityWish::Exactly(self.quality)
        } else {
            QualityWish::AtMost(self.quality)
        });
        Ok(())
    }
}
