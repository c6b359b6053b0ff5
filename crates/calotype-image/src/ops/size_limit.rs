//! `size-limit/<n><unit>[!]`: keeps a JPEG under a number of bytes by lowering its quality.
//!
//! Spec: spec/ci/quality.md, 3

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    ImageError, SizeLimit,
    plan::Planner,
    rule::{Args, RuleError, args::integer},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "size-limit",
    aliases: &[],
    usage: "size-limit/<n><k|m>[!]",
    summary: "Lowers the quality of a JPEG until it fits; with ! the original is kept where it is smaller.",
    parse: |args| Ok(Arc::new(Bound::parse(args)?)),
};

const EXPECTED: &str = "a size such as 15k, 1m or 15k!";
const KIB: u64 = 1_024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    limit: SizeLimit,
}

impl Bound {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let text = args.text(EXPECTED)?;
        let size = text.strip_suffix('!').unwrap_or(text);
        let (digits, unit) = match size.as_bytes().last() {
            Some(b'k' | b'K') => (&size[..size.len() - 1], KIB),
            Some(b'm' | b'M') => (&size[..size.len() - 1], KIB * KIB),
            _ => (size, KIB), // one vendor's library writes `15!`
        };
        let value = integer(digits).ok_or_else(|| args.syntax(text, EXPECTED))?;
        match u64::try_from(value) {
            Ok(count @ 1..) => Ok(Self {
                limit: SizeLimit {
                    size_bytes_max: count.saturating_mul(unit),
                    or_original: size.len() < text.len(),
                },
            }),
            _ => Err(args.out_of_range(text, "a size of at least 1k")),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.limit.or_original { "!" } else { "" };
        write!(f, "size-limit/{}k{mark}", self.limit.size_bytes_max.div_ceil(KIB))
    }
}

impl Operation for Bound {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().size_limit = Some(self.limit);
        Ok(())
    }
}
