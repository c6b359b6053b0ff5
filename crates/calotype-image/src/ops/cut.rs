//! `cut/<w>x<h>x<dx>x<dy>`: keeps a window, without scaling.
//!
//! Spec: spec/ci/crop.md, 1

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec};
use crate::{
    Dimensions, ImageError,
    plan::Planner,
    rule::{Args, Gravity, RuleError, args::integer, geometry::side},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "cut",
    aliases: &[],
    usage: "cut/<width>x<height>x<dx>x<dy>",
    summary: "Keeps a window of the given size at an offset from the gravity's corner, without scaling.",
    parse: |args| Ok(Arc::new(Cut::parse(args)?)),
};

const EXPECTED: &str = "a window such as 300x200x10x20";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cut {
    size: Dimensions,
    dx_px: i64,
    dy_px: i64,
}

impl Cut {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let text = args.text(EXPECTED)?;
        let numbers: Vec<&str> = text.split('x').collect();
        let (width, height, dx, dy) = match numbers[..] {
            [width, height] => (width, height, "0", "0"), // as the vendor's questions and answers show it
            [width, height, dx, dy] => (width, height, dx, dy),
            _ => return Err(args.syntax(text, EXPECTED)),
        };
        let offset = |digits| match integer(digits) {
            Some(offset_px) if offset_px >= 0 => Ok(offset_px),
            Some(_) => Err(args.out_of_range(text, "offsets of at least 0")),
            None => Err(args.syntax(text, EXPECTED)),
        };
        let (dx_px, dy_px) = (offset(dx)?, offset(dy)?);
        let size = Dimensions {
            width_px: side(args.word(), text, width)?,
            height_px: side(args.word(), text, height)?,
        };
        Ok(Self { size, dx_px, dy_px })
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cut/{}x{}x{}", self.size, self.dx_px, self.dy_px)
    }
}

impl Operation for Cut {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let gravity = planner.modifiers().gravity.unwrap_or(Gravity::NorthWest);
        let corner = gravity.place(planner.size(), self.size, self.dx_px, self.dy_px);
        planner.keep_window("cut", corner, self.size)
    }
}
