//! `contrast/<percent>`: pushes colours away from middle grey or pulls them towards it.
//!
//! Spec: spec/ci/effects.md

use std::{f64::consts::FRAC_PI_4, fmt, sync::Arc};

use super::{Operation, OperationSpec, pixels::map_colors};
use crate::{
    ImageError, PixelOperation, Raster,
    plan::Planner,
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "contrast",
    aliases: &[],
    usage: "contrast/<percent>",
    summary: "Raises (above 0) or lowers (below 0) the contrast, -100 to 100.",
    parse: |args| Ok(Arc::new(Contrast::parse(args)?)),
};

/// What stays where it is.
const MIDDLE_GRAY: f64 = 127.5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Contrast {
    percent: i16,
}

impl Contrast {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { percent: args.integer(-100..=100_i16)? })
    }
}

impl fmt::Display for Contrast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "contrast/{}", self.percent)
    }
}

impl Operation for Contrast {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        if self.percent != 0 {
            planner.apply(Arc::new(*self));
        }
        Ok(())
    }
}

impl PixelOperation for Contrast {
    /// The slope is 0 at -100, 1 at 0 and (nearly) infinite at 100; alpha stays.
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        let slope = (FRAC_PI_4 * (f64::from(self.percent) / 100.0 + 1.0)).tan();
        map_colors(frame, |value| (f64::from(value) - MIDDLE_GRAY) * slope + MIDDLE_GRAY);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::ops::check::{check, check_refused};

    #[test]
    fn mogr_con_01_lowest_is_middle_gray() {
        check("contrast/-100", [100, 0, 255, 7], [128, 128, 128, 7]);
    }

    #[test]
    fn mogr_con_02_highest_is_a_threshold() {
        check("contrast/100", [0x40, 0xC0, 127, 255], [0, 255, 0, 255]);
    }

    #[test]
    fn mogr_con_03_zero_changes_nothing_and_half_reduces_the_range() {
        check("contrast/0", [1, 128, 254, 7], [1, 128, 254, 7]);
        // tan(pi/8) = 0.41421: 0 becomes 74.69, 255 becomes 180.31
        check("contrast/-50", [0, 255, 128, 255], [75, 180, 128, 255]);
    }

    #[test]
    fn mogr_con_04_range() {
        check_refused(&["contrast/-101", "contrast/101", "contrast/x", "contrast"]);
    }
}
