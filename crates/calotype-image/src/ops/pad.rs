//! `pad/1`: fills a thumbnail up to the size that was asked for.
//!
//! Spec: spec/ci/thumbnail.md, 3

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::rule::{Args, Modifiers, RuleError};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "pad",
    aliases: &[],
    usage: "pad/<0|1>",
    summary: "Centres a thumbnail of the form 300x200 on a canvas of exactly that size.",
    parse: |args| Ok(Arc::new(Padding::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Padding {
    on: bool,
}

impl Padding {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { on: args.switch()? })
    }
}

impl fmt::Display for Padding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pad/{}", u8::from(self.on))
    }
}

impl Operation for Padding {
    fn phase(&self) -> Phase {
        Phase::Modifier
    }

    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.pad = self.on;
    }
}
