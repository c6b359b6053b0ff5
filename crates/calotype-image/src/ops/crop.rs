//! `crop/<geometry>`: scales until a window is covered and keeps that window; with one side, only cuts.
//!
//! Spec: spec/ci/crop.md, 2

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec};
use crate::{
    Dimensions, ImageError,
    plan::Planner,
    rule::{
        Args, Gravity, RuleError,
        args::integer,
        geometry::{Sides, cover, side},
    },
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "crop",
    aliases: &[],
    usage: "crop/<width>x<height>",
    summary: "Scales down until the size is covered, then keeps exactly that size at the gravity, center by default.",
    parse: |args| Ok(Arc::new(Crop::parse(args)?)),
};

const EXPECTED: &str = "a size such as 300x200, 300x or x200";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Crop {
    Scaled(Sides),
    /// `!<W>x<H>a<dx>a<dy>`, a pure window of the ancestor of this language.
    Window {
        size: Dimensions,
        dx_px: i64,
        dy_px: i64,
    },
}

impl Crop {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let text = args.text(EXPECTED)?;
        match text.strip_prefix('!') {
            Some(window) => Self::parse_window(args, text, window),
            None => Ok(Self::Scaled(Sides::parse(args.word(), text)?)),
        }
    }

    fn parse_window(args: &Args<'_>, text: &str, window: &str) -> Result<Self, RuleError> {
        let wrong = || args.syntax(text, "a window such as !300x200a10a20");
        let (size, offsets) = window.split_at(window.find(['a', '-']).ok_or_else(wrong)?);
        let second = offsets[1..].find(['a', '-']).ok_or_else(wrong)? + 1;
        // `a10` is 10 and `-10` is -10.
        let offset = |signed: &str| integer(signed.strip_prefix('a').unwrap_or(signed)).ok_or_else(wrong);
        let (dx_px, dy_px) = (offset(&offsets[..second])?, offset(&offsets[second..])?);
        let (width, height) = size.split_once('x').ok_or_else(wrong)?;
        let size = Dimensions {
            width_px: side(args.word(), text, width)?,
            height_px: side(args.word(), text, height)?,
        };
        Ok(Self::Window { size, dx_px, dy_px })
    }
}

impl fmt::Display for Crop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scaled(sides) => write!(f, "crop/{sides}"),
            Self::Window { size, dx_px, dy_px } => {
                write!(f, "crop/!{size}")?;
                [dx_px, dy_px]
                    .iter()
                    .try_for_each(|px| if **px < 0 { write!(f, "{px}") } else { write!(f, "a{px}") })
            }
        }
    }
}

impl Operation for Crop {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let sides = match *self {
            Self::Scaled(sides) => sides,
            Self::Window { size, dx_px, dy_px } => {
                let gravity = planner.modifiers().gravity.unwrap_or(Gravity::NorthWest);
                return planner.keep_window("crop", gravity.place(planner.size(), size, dx_px, dy_px), size);
            }
        };
        let window = scale_to_cover(planner, sides)?;
        let modifiers = *planner.modifiers();
        let gravity = modifiers.gravity.unwrap_or(Gravity::Center);
        let corner = gravity.place(planner.size(), window, modifiers.dx_px, modifiers.dy_px);
        planner.keep_window("crop", corner, window)
    }
}

/// Scales the picture down until it covers both sides, or not at all for one side, and returns the window to be cut.
pub(super) fn scale_to_cover(planner: &mut Planner<'_>, sides: Sides) -> Result<Dimensions, ImageError> {
    let source = planner.size();
    let asked = match sides {
        Sides::Both(size) => size,
        Sides::Width(width_px) => Dimensions { width_px, ..source },
        Sides::Height(height_px) => Dimensions { height_px, ..source },
    };
    let clamped = planner.clamp_to_source(asked);
    let window = match sides {
        Sides::Both(_) => clamped,
        Sides::Width(_) => Dimensions { width_px: clamped.width_px, ..source },
        Sides::Height(_) => Dimensions { height_px: clamped.height_px, ..source },
    };
    if let Sides::Both(_) = sides {
        planner.resize(cover(source, window))?;
    }
    Ok(window)
}
