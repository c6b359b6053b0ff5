//! What several operations do to samples.

use crate::{Layout, Raster};

/// Replaces every colour value by a function of it, rounded half up and kept within 0 to 255. Alpha stays.
pub(super) fn map_colors(frame: &mut Raster, map: impl Fn(u8) -> f64) {
    let table: [u8; 256] =
        std::array::from_fn(|value| (map(value as u8) + 0.5).floor().clamp(0.0, 255.0) as u8);
    let channels = frame.layout().channels();
    for pixel in frame.samples_mut().chunks_exact_mut(channels) {
        for value in &mut pixel[..3] {
            *value = table[usize::from(*value)];
        }
    }
}

/// Pixels with alpha, their colours multiplied by it and their alpha by 255.
pub(super) fn weigh(samples: &[u8]) -> Vec<u16> {
    let weigh = |[red, green, blue, alpha]: [u8; 4]| {
        [red, green, blue, 255].map(|value| u16::from(value) * u16::from(alpha))
    };
    samples.as_chunks().0.iter().copied().flat_map(weigh).collect()
}

/// Takes the weight of alpha out again; fully transparent pixels become black.
pub(super) fn unweigh(weighed: &[u16], samples: &mut [u8]) {
    for (from, pixel) in weighed.as_chunks::<4>().0.iter().zip(samples.as_chunks_mut::<4>().0) {
        let [red, green, blue, alpha] = from.map(u32::from);
        let color = |weight: u32| (weight * 255 + alpha / 2).checked_div(alpha).unwrap_or(0).min(255) as u8;
        *pixel = [color(red), color(green), color(blue), ((alpha + 127) / 255) as u8];
    }
}

/// Gives an opaque frame an alpha channel.
pub(super) fn add_alpha(frame: &mut Raster) {
    if frame.layout() == Layout::Rgba {
        return;
    }
    let samples = frame.samples().chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
    *frame = Raster::from_samples(frame.dimensions(), Layout::Rgba, samples)
        .expect("four samples were made of every three");
}
