//! `ignore-error/1`: returns the original where processing fails for its size or for a value out of range.
//!
//! Spec: spec/ci/README.md, 4

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::rule::{Args, Modifiers, RuleError};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "ignore-error",
    aliases: &[],
    usage: "ignore-error/<0|1>",
    summary: "Returns the original instead of an error where a picture is too large or a value out of range.",
    parse: |args| Ok(Arc::new(IgnoreError::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct IgnoreError {
    on: bool,
}

impl IgnoreError {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { on: args.switch()? })
    }
}

impl fmt::Display for IgnoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ignore-error/{}", u8::from(self.on))
    }
}

impl Operation for IgnoreError {
    fn phase(&self) -> Phase {
        Phase::Modifier
    }

    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.ignore_error = self.on;
    }
}
