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

/// Weights colours by their alpha; opaque layouts stay as they are.
pub(super) fn premultiply(frame: &mut Raster) {
    if frame.layout() != Layout::Rgba {
        return;
    }
    for pixel in frame.samples_mut().chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        for value in &mut pixel[..3] {
            *value = ((u32::from(*value) * alpha + 127) / 255) as u8;
        }
    }
}

/// Takes the weight of alpha out of colours again; fully transparent pixels become black.
pub(super) fn unpremultiply(frame: &mut Raster) {
    if frame.layout() != Layout::Rgba {
        return;
    }
    for pixel in frame.samples_mut().chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        for value in &mut pixel[..3] {
            *value = (u32::from(*value) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0).min(255) as u8;
        }
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
