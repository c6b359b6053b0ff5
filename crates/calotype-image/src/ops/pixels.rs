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

/// One row, its colours multiplied by their alpha, its alpha by 255, with its first and last pixel repeated `border`
/// times. Where there is no alpha, it counts as 255.
pub(super) fn weigh_with_border(row: &[u8], layout: Layout, border: usize, weighed: &mut Vec<u16>) {
    weighed.clear();
    let channels = layout.channels();
    let mut push = |pixel: &[u8]| {
        let alpha = pixel.get(3).copied().map_or(255, u16::from);
        weighed.extend(pixel[..3].iter().map(|value| u16::from(*value) * alpha));
        weighed.extend((layout == Layout::Rgba).then_some(alpha * 255));
    };
    let (first, last) = (&row[..channels], &row[row.len() - channels..]);
    (0..border).for_each(|_| push(first));
    row.chunks_exact(channels).for_each(&mut push);
    (0..border).for_each(|_| push(last));
}

/// Takes the weight of alpha out again, of values that have 16 bits behind the point; fully transparent pixels
/// become black.
pub(super) fn unweigh(weighed: &[u32], layout: Layout, row: &mut [u8]) {
    let channels = layout.channels();
    for (from, pixel) in weighed.chunks_exact(channels).zip(row.chunks_exact_mut(channels)) {
        let alpha = from.get(3).map_or(255 * 255, |alpha| alpha >> 16);
        for (weight, value) in from[..3].iter().zip(&mut pixel[..3]) {
            let color = ((weight >> 16) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0);
            *value = color.min(255) as u8;
        }
        if let Some(value) = pixel.get_mut(3) {
            *value = ((alpha + 127) / 255) as u8;
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
