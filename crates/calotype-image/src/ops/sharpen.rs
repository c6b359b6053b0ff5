//! `sharpen/<strength>`: an unsharp mask.
//!
//! Spec: spec/ci/effects.md

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, blur::gaussian};
use crate::{
    ImageError, PixelOperation, Raster,
    plan::Planner,
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "sharpen",
    aliases: &[],
    usage: "sharpen/<strength>",
    summary: "Sharpens edges with a strength from 10 to 300; 70 is a good start.",
    parse: |args| Ok(Arc::new(Sharpen::parse(args)?)),
};

/// The blur that is taken away. Source: spec/ci/effects.md.
const SIGMA: f64 = 1.0;
const RADIUS_PX: usize = 3;
/// Smaller strengths are taken as this.
const STRENGTH_MIN: u16 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sharpen {
    /// Percent of the difference to the blurred picture that is added.
    strength: u16,
}

impl Sharpen {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { strength: args.integer(1..=300_u16)? })
    }
}

impl fmt::Display for Sharpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sharpen/{}", self.strength)
    }
}

impl Operation for Sharpen {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.apply(Arc::new(*self));
        Ok(())
    }
}

impl PixelOperation for Sharpen {
    /// Adds the difference to a blurred copy; alpha stays.
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        let blurred = gaussian(frame, RADIUS_PX, SIGMA);
        let strength = i32::from(self.strength.max(STRENGTH_MIN));
        let channels = frame.layout().channels();
        let pairs =
            frame.samples_mut().chunks_exact_mut(channels).zip(blurred.samples().chunks_exact(channels));
        for (pixel, soft) in pairs {
            for (value, soft) in pixel[..3].iter_mut().zip(&soft[..3]) {
                let sharp = i32::from(*value) * 100 + strength * (i32::from(*value) - i32::from(*soft));
                *value = (sharp + 50).div_euclid(100).clamp(0, 255) as u8;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::ops::check::{apply, check, check_refused, edge};

    #[test]
    fn mogr_sha_01_flat_areas_stay() {
        check("sharpen/70", [255, 0, 0, 255], [255, 0, 0, 255]);
        check("sharpen/300", [1, 128, 254, 77], [1, 128, 254, 77]);
    }

    #[test]
    fn mogr_sha_02_edges_gain_contrast() {
        let contrast = |rule: Option<&str>| {
            let mut frame = edge(16, 4, [100, 100, 100], [150, 150, 150]);
            rule.into_iter().for_each(|rule| apply(rule, &mut frame));
            let row = &frame.samples()[..48];
            i32::from(row[8 * 3]) - i32::from(row[7 * 3])
        };
        assert!(contrast(None) < contrast(Some("sharpen/70")));
        assert!(contrast(Some("sharpen/70")) <= contrast(Some("sharpen/300")));
    }

    #[test]
    fn mogr_sha_03_range() {
        check_refused(&["sharpen/301", "sharpen/x", "sharpen/0", "sharpen"]);
    }

    #[test]
    fn mogr_sha_04_small_strengths_are_accepted() {
        check("sharpen/1", [9, 9, 9, 255], [9, 9, 9, 255]);
    }
}
