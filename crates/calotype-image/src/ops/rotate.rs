//! `rotate/<degrees>`: turns clockwise.
//!
//! Spec: spec/ci/rotate.md

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec};
use crate::{
    ImageError, Orientation,
    plan::Planner,
    rule::{Args, RuleError, args::integer},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "rotate",
    aliases: &[],
    usage: "rotate/<degrees>",
    summary: "Turns clockwise by 0 to 360 degrees; the canvas grows to hold the whole picture.",
    parse: |args| Ok(Arc::new(Rotation::parse(args)?)),
};

const EXPECTED: &str = "whole degrees from 0 to 360";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rotation {
    angle_degrees: u16,
}

impl Rotation {
    /// One vendor's library writes `90f`.
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let text = args.text(EXPECTED)?;
        let value =
            integer(text.strip_suffix('f').unwrap_or(text)).ok_or_else(|| args.syntax(text, EXPECTED))?;
        match u16::try_from(value) {
            Ok(angle_degrees @ 0..=360) => Ok(Self { angle_degrees }),
            _ => Err(args.out_of_range(text, EXPECTED)),
        }
    }
}

impl fmt::Display for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rotate/{}", self.angle_degrees)
    }
}

impl Operation for Rotation {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        match self.angle_degrees {
            0 | 360 => planner.orient(Orientation::Upright),
            90 => planner.orient(Orientation::Rotate90),
            180 => planner.orient(Orientation::Rotate180),
            270 => planner.orient(Orientation::Rotate270),
            angle_degrees => return planner.rotate(angle_degrees),
        }
        Ok(())
    }
}
