//! `thumbnail/<geometry>`: scales the picture; with `pad/1` fills it up to the size that was asked for.
//!
//! Spec: spec/ci/thumbnail.md

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec};
use crate::{
    Color, ImageError,
    plan::Planner,
    rule::{Args, Geometry, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "thumbnail",
    aliases: &[],
    usage: "thumbnail/<geometry>",
    summary: "Scales to a size such as 300x200 (inside), !300x200r (covering), 300x, x200, !50p or 35000@.",
    parse: |args| Ok(Arc::new(Thumbnail::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Thumbnail {
    geometry: Geometry,
}

impl Thumbnail {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let text = args.text("a geometry such as 300x200")?;
        Ok(Self { geometry: Geometry::parse(args.word(), text)? })
    }
}

impl fmt::Display for Thumbnail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "thumbnail/{}", self.geometry)
    }
}

impl Operation for Thumbnail {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let clamp = planner.limits().parameter_px_clamp;
        planner.resize(self.geometry.resolve(planner.size(), clamp))?;
        match self.geometry.canvas(clamp) {
            Some(canvas) if planner.modifiers().pad => {
                planner.pad(canvas, planner.modifiers().color.unwrap_or(Color::WHITE))
            }
            _ => Ok(()),
        }
    }
}
