//! The shared decode and its halves, made when somebody first asks for them.

use std::sync::OnceLock;

use super::view::View;
use crate::{Dimensions, Raster, codec::Decoded, kernel};

/// A level is taken when it has at least this many pixels for each pixel of the result: with the exact extent a
/// Lanczos filter then loses nothing that could be seen.
pub(super) const OVERSAMPLING: f64 = 1.25;

/// Halves of halves; 256 times fewer pixels along a side than the longest side allowed.
const HALVES_MAX: usize = 8;

/// The decoded source at falling sizes.
#[derive(Debug)]
pub(super) struct Pyramid {
    base: Decoded,
    halves: [OnceLock<Raster>; HALVES_MAX],
    /// Whether halves pay: they cost a pass over the base, which several results must share.
    halving: bool,
}

impl Pyramid {
    pub(super) fn new(base: Decoded, halving: bool) -> Self {
        Self { base, halves: Default::default(), halving }
    }

    /// The decoded raster itself.
    pub(super) fn base(&self) -> &Raster {
        &self.base.raster
    }

    /// Draws a view of the source from the smallest level that is sharp enough.
    pub(super) fn draw(&self, view: &View, source: Dimensions) -> Raster {
        let (across, down) = view.density();
        let needed = (
            across * f64::from(source.width_px) * OVERSAMPLING,
            down * f64::from(source.height_px) * OVERSAMPLING,
        );
        let (mut raster, mut extent) = (&self.base.raster, self.base.extent);
        for half in self.halves.iter().filter(|_| self.halving) {
            if extent.0 / 2.0 < needed.0 || extent.1 / 2.0 < needed.1 {
                break;
            }
            let larger = raster;
            raster = half.get_or_init(|| kernel::halve(larger));
            extent = (extent.0 / 2.0, extent.1 / 2.0);
        }
        view.draw(raster, extent)
    }
}
