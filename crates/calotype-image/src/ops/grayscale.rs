//! `grayscale/1`: takes the colour out.
//!
//! Spec: spec/ci/effects.md

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec};
use crate::{
    ImageError, PixelOperation, Raster,
    plan::Planner,
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "grayscale",
    aliases: &[],
    usage: "grayscale/<0|1>",
    summary: "Makes the picture grey.",
    parse: |args| Ok(Arc::new(Grayscale::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Grayscale {
    on: bool,
}

impl Grayscale {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { on: args.switch()? })
    }
}

impl fmt::Display for Grayscale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "grayscale/{}", u8::from(self.on))
    }
}

impl Operation for Grayscale {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        if self.on {
            planner.apply(Arc::new(*self));
        }
        Ok(())
    }
}

impl PixelOperation for Grayscale {
    /// The luma of ITU-R BT.709, on encoded values; alpha stays.
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        let channels = frame.layout().channels();
        for pixel in frame.samples_mut().chunks_exact_mut(channels) {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
            let luma = (2 * (2_126 * red + 7_152 * green + 722 * blue) + 10_000) / 20_000;
            pixel[..3].fill(luma.min(255) as u8);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::ops::check::{check, check_refused};

    #[test]
    fn mogr_gray_01_weights_of_the_primaries() {
        check("grayscale/1", [255, 0, 0, 255], [54, 54, 54, 255]);
        check("grayscale/1", [0, 255, 0, 255], [182, 182, 182, 255]);
        check("grayscale/1", [0, 0, 255, 255], [18, 18, 18, 255]);
        check("grayscale/1", [255, 255, 255, 0], [255, 255, 255, 0]);
    }

    #[test]
    fn mogr_gray_02_zero_changes_nothing() {
        check("grayscale/0", [255, 3, 0, 7], [255, 3, 0, 7]);
    }

    #[test]
    fn mogr_gray_03_range() {
        check_refused(&["grayscale/2", "grayscale/x", "grayscale"]);
    }
}
