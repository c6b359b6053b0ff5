//! Arithmetic on rasters. Nothing here knows formats, rules or limits; sizes have been checked before.

mod channels;
mod coverage;
mod crop;
mod flatten;
mod halve;
mod luma;
mod orient;
mod pad;
mod resize;
mod rotate;
mod stamp;

pub(crate) use channels::{gray_alpha_to_rgba, gray_to_rgb, ink_to_light};
pub(crate) use coverage::{Coverage, Edge};
pub(crate) use crop::crop;
pub(crate) use flatten::flatten;
pub(crate) use halve::halve;
pub(crate) use luma::luma;
pub(crate) use orient::{orient, source_of};
pub(crate) use pad::pad;
pub(crate) use resize::{Window, resize};
pub(crate) use rotate::rotate;
pub(crate) use stamp::Stamp;

#[cfg(test)]
mod testing {
    use crate::{Dimensions, Layout, Raster};

    /// A raster whose samples come from a function of column, row and channel.
    pub(super) fn painted(
        width_px: u32,
        height_px: u32,
        layout: Layout,
        paint: impl Fn(u32, u32, usize) -> u8,
    ) -> Raster {
        let mut samples = Vec::new();
        for y in 0..height_px {
            for x in 0..width_px {
                samples.extend((0..layout.channels()).map(|channel| paint(x, y, channel)));
            }
        }
        Raster::from_samples(Dimensions { width_px, height_px }, layout, samples).unwrap()
    }
}
