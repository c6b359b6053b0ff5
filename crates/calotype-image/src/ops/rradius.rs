//! `rradius/<r>`: rounds the corners.
//!
//! Spec: spec/ci/crop.md, 5

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, pixels::add_alpha};
use crate::{
    ImageError, ImageFormat, PixelOperation, Raster,
    plan::Planner,
    rule::{Args, RuleError, geometry::side},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "rradius",
    aliases: &[],
    usage: "rradius/<radius>",
    summary: "Rounds the corners; outside of them is transparent, or white without alpha.",
    parse: |args| Ok(Arc::new(RoundedCorners::parse(args)?)),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RoundedCorners {
    radius_px: u32,
}

impl RoundedCorners {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        Ok(Self { radius_px: parse_radius(args)? })
    }
}

/// A radius of at least 1 pixel.
pub(super) fn parse_radius(args: &mut Args<'_>) -> Result<u32, RuleError> {
    let text = args.text("a radius of at least 1 pixel")?;
    side(args.word(), text, text)
}

/// The radius, reduced to half of the shorter side. GIFs are refused.
pub(super) fn radius_within(
    operation: &'static str,
    radius_px: u32,
    planner: &Planner<'_>,
) -> Result<u32, ImageError> {
    if planner.source_format() == ImageFormat::Gif {
        let message = "GIF images are not supported".to_owned();
        return Err(ImageError::InvalidForImage { operation, message });
    }
    let size = planner.size();
    Ok(radius_px.min(size.width_px.min(size.height_px) / 2))
}

impl fmt::Display for RoundedCorners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rradius/{}", self.radius_px)
    }
}

impl Operation for RoundedCorners {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let radius_px = radius_within("rradius", self.radius_px, planner)?;
        planner.mask(Arc::new(CornerMask { radius_px }));
        Ok(())
    }
}

/// Makes the picture transparent outside of quarter circles in its corners, with a soft rim.
#[derive(Debug, Clone, Copy)]
pub(super) struct CornerMask {
    pub(super) radius_px: u32,
}

impl CornerMask {
    /// How much of a pixel is inside, from 0 to 1. Offsets count from the corner of the picture.
    fn coverage(self, x: u32, y: u32) -> f64 {
        let radius = f64::from(self.radius_px);
        let (dx, dy) = (radius - f64::from(x) - 0.5, radius - f64::from(y) - 0.5);
        (radius + 0.5 - dx.hypot(dy)).clamp(0.0, 1.0)
    }
}

impl PixelOperation for CornerMask {
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        add_alpha(frame);
        let size = frame.dimensions();
        let radius_px = self.radius_px.min(size.width_px.min(size.height_px) / 2);
        let row_bytes = frame.row_bytes();
        let (right, bottom) = (size.width_px - 1, size.height_px - 1);
        for y in 0..radius_px {
            for x in 0..radius_px {
                let coverage = self.coverage(x, y);
                if coverage >= 1.0 {
                    break; // further columns of this row are inside as well
                }
                for (x, y) in [(x, y), (right - x, y), (x, bottom - y), (right - x, bottom - y)] {
                    let alpha = &mut frame.samples_mut()[y as usize * row_bytes + x as usize * 4 + 3];
                    *alpha = (f64::from(*alpha) * coverage).round() as u8;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Layout, Raster,
        ops::check::{apply, edge},
    };

    fn alpha(frame: &Raster, x: usize, y: usize) -> u8 {
        assert_eq!(frame.layout(), Layout::Rgba);
        frame.samples()[y * frame.row_bytes() + x * 4 + 3]
    }

    #[test]
    fn corners_are_cut_by_quarter_circles() {
        let mut frame = edge(640, 427, [1, 2, 3], [4, 5, 6]);
        apply("rradius/100", &mut frame);
        assert_eq!((alpha(&frame, 0, 0), alpha(&frame, 20, 20)), (0, 0));
        assert_eq!((alpha(&frame, 100, 0), alpha(&frame, 0, 100)), (255, 255));
        assert!(alpha(&frame, 29, 29) > 0);
        assert_eq!((alpha(&frame, 639, 426), alpha(&frame, 639, 0), alpha(&frame, 0, 426)), (0, 0, 0));
        assert_eq!(alpha(&frame, 320, 213), 255);
        assert!((0..100).any(|x| (1..255).contains(&alpha(&frame, x, 5))), "the rim is soft");
    }

    #[test]
    fn a_radius_of_half_the_square_leaves_a_disc() {
        let mut frame = edge(40, 40, [1, 2, 3], [4, 5, 6]);
        apply("iradius/20", &mut frame);
        let covered: u32 = (0..40 * 40).map(|at| u32::from(alpha(&frame, at % 40, at / 40))).sum();
        let area = f64::from(covered) / 255.0;
        assert!((area - std::f64::consts::PI * 400.0).abs() < 4.0, "{area}");
    }
}
