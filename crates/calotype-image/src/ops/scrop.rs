//! `scrop/<width>x<height>`: scales until a window is covered and keeps the window around the faces.
//!
//! Spec: spec/ci/crop.md, 6

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, crop::scale_to_cover};
use crate::{
    ImageError,
    faces::{self, Face},
    plan::Planner,
    rule::{Args, RuleError, geometry::Sides},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "scrop",
    aliases: &[],
    usage: "scrop/<width>x<height>",
    summary: "Scales down until the size is covered and keeps the part with the faces; without a face nothing changes.",
    parse: |args| Ok(Arc::new(FaceCrop::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FaceCrop {
    sides: Sides,
    /// Some clients write a `!` in front, which changes nothing.
    is_marked: bool,
}

impl FaceCrop {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let text = args.text("a size such as 200x200")?;
        let (sides, is_marked) = text.strip_prefix('!').map_or((text, false), |sides| (sides, true));
        let sides = Sides::parse(args.word(), sides)?;
        if !faces::is_built_in() {
            return Err(RuleError::not_offered(args.word(), faces::FEATURE));
        }
        Ok(Self { sides, is_marked })
    }
}

impl fmt::Display for FaceCrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scrop/{}{}", if self.is_marked { "!" } else { "" }, self.sides)
    }
}

impl Operation for FaceCrop {
    fn needs_faces(&self) -> bool {
        true
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        if planner.faces()?.is_empty() {
            return Ok(());
        }
        let window = scale_to_cover(planner, self.sides)?;
        let faces = planner.faces()?;
        let (Some(all), Some(largest)) = (union(&faces), largest(&faces)) else { return Ok(()) };
        let size = planner.size();
        let left =
            start((all.left, all.right), (largest.left, largest.right), window.width_px, size.width_px);
        let top =
            start((all.top, all.bottom), (largest.top, largest.bottom), window.height_px, size.height_px);
        planner.keep_window("scrop", (left, top), window)
    }
}

fn union(faces: &[Face]) -> Option<Face> {
    Face::around(faces.iter().flat_map(Face::corners))
}

fn largest(faces: &[Face]) -> Option<&Face> {
    faces.iter().max_by(|one, other| one.area().total_cmp(&other.area()))
}

/// Where a window begins: its middle as near as can be to the middle of all faces, the largest face whole inside of it
/// if it fits, and the window inside of the picture.
fn start(all: (f64, f64), largest: (f64, f64), window_px: u32, side_px: u32) -> i64 {
    let window = f64::from(window_px);
    let middle = (all.0 + all.1 - window) / 2.0;
    let (first, last) = (largest.1 - window, largest.0);
    let start = if first <= last { middle.clamp(first, last) } else { middle };
    start.round().clamp(0.0, f64::from(side_px - window_px)) as i64
}

#[cfg(test)]
mod tests {
    use super::start;

    #[test]
    fn windows_are_centred_and_hold_the_largest_face() {
        for (all, largest, window, side, expected) in [
            // One face: about its middle.
            ((100.0, 140.0), (100.0, 140.0), 100, 640, 70),
            // At the edge of the picture.
            ((10.0, 50.0), (10.0, 50.0), 100, 640, 0),
            ((600.0, 630.0), (600.0, 630.0), 100, 640, 540),
            // Two faces far apart: the larger one stays whole.
            ((100.0, 500.0), (100.0, 180.0), 200, 640, 100),
            ((100.0, 500.0), (420.0, 500.0), 200, 640, 300),
            // A face larger than the window.
            ((100.0, 300.0), (100.0, 300.0), 100, 640, 150),
            ((0.0, 100.0), (0.0, 100.0), 100, 100, 0),
        ] {
            assert_eq!(start(all, largest, window, side), expected, "{all:?} {largest:?}");
        }
    }
}
