//! `gravity/<place>`: where `crop` and `cut` place their window.
//!
//! Spec: spec/ci/crop.md, 3

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::rule::{Args, Gravity, Modifiers, RuleError};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "gravity",
    aliases: &[],
    usage: "gravity/<northwest|north|northeast|west|center|east|southwest|south|southeast>",
    summary: "Places the window of crop and cut at one of nine points.",
    parse: |args| Ok(Arc::new(Place::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    gravity: Gravity,
}

impl Place {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { gravity: args.choice(&Gravity::WORDS)? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gravity/{}", self.gravity)
    }
}

impl Operation for Place {
    fn phase(&self) -> Phase {
        Phase::Modifier
    }

    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.gravity = Some(self.gravity);
    }
}
