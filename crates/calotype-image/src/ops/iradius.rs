//! `iradius/<r>`: keeps the disc around the centre.
//!
//! Spec: spec/ci/crop.md, 4

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, rradius};
use crate::{
    Dimensions, ImageError,
    plan::Planner,
    rule::{Args, Gravity, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "iradius",
    aliases: &[],
    usage: "iradius/<radius>",
    summary: "Keeps the disc of a radius around the centre; outside of it is transparent, or white without alpha.",
    parse: |args| Ok(Arc::new(InscribedCircle::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct InscribedCircle {
    radius_px: u32,
}

impl InscribedCircle {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { radius_px: rradius::parse_radius(args)? })
    }
}

impl fmt::Display for InscribedCircle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "iradius/{}", self.radius_px)
    }
}

impl Operation for InscribedCircle {
    /// A square around the disc, with its corners rounded away.
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let radius_px = rradius::radius_within("iradius", self.radius_px, planner)?;
        let side_px = (2 * radius_px).max(1);
        let square = Dimensions { width_px: side_px, height_px: side_px };
        let corner = Gravity::Center.place(planner.size(), square, 0, 0);
        planner.keep_window("iradius", corner, square)?;
        planner.mask(Arc::new(rradius::CornerMask { radius_px }));
        Ok(())
    }
}
