//! `flip/<direction>`: mirrors.
//!
//! Spec: spec/ci/rotate.md

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec};
use crate::{
    ImageError, Orientation,
    plan::Planner,
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "flip",
    aliases: &[],
    usage: "flip/<vertical|horizontal>",
    summary: "Mirrors top to bottom (vertical) or left to right (horizontal).",
    parse: |args| Ok(Arc::new(Flip::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flip {
    Vertical,
    Horizontal,
}

impl Flip {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        args.choice(&[("vertical", Self::Vertical), ("horizontal", Self::Horizontal)])
    }
}

impl fmt::Display for Flip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vertical => "flip/vertical",
            Self::Horizontal => "flip/horizontal",
        })
    }
}

impl Operation for Flip {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.orient(match self {
            Self::Vertical => Orientation::FlipVertical,
            Self::Horizontal => Orientation::FlipHorizontal,
        });
        Ok(())
    }
}
