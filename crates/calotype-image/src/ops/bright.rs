//! `bright/<percent>`: lightens or darkens the whole picture by a share of full scale.
//!
//! Spec: spec/ci/effects.md

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, pixels::map_colors};
use crate::{
    ImageError, PixelOperation, Raster,
    plan::Planner,
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "bright",
    aliases: &[],
    usage: "bright/<percent>",
    summary: "Lightens (above 0) or darkens (below 0) every pixel, -100 to 100.",
    parse: |args| Ok(Arc::new(Brightness::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Brightness {
    /// Share of full scale added to each colour channel, -100 to 100.
    percent: i16,
}

impl Brightness {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { percent: args.integer(-100..=100_i16)? })
    }
}

impl fmt::Display for Brightness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bright/{}", self.percent)
    }
}

impl Operation for Brightness {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        if self.percent != 0 {
            planner.apply(Arc::new(*self));
        }
        Ok(())
    }
}

impl PixelOperation for Brightness {
    /// Red, green and blue move together; alpha stays.
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        let offset = f64::from(self.percent) * 255.0 / 100.0;
        map_colors(frame, |value| f64::from(value) + offset);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::ops::check::{check, check_refused};

    #[test]
    fn mogr_bri_01_mogr_bri_02_moves_colour_and_keeps_alpha() {
        check("bright/50", [100, 100, 100, 7], [228, 228, 228, 7]);
        check("bright/-20", [100, 60, 20, 7], [49, 9, 0, 7]);
        check("bright/70", [0, 100, 200, 255], [179, 255, 255, 255]);
        check("bright/-100", [100, 255, 0, 9], [0, 0, 0, 9]);
        check("bright/100", [100, 255, 0, 9], [255, 255, 255, 9]);
    }

    #[test]
    fn mogr_bri_03_zero_changes_nothing() {
        check("bright/0", [1, 128, 254, 7], [1, 128, 254, 7]);
    }

    #[test]
    fn mogr_bri_04_range() {
        check_refused(&["bright/101", "bright/-101", "bright/1.5", "bright", "bright/x"]);
    }
}
