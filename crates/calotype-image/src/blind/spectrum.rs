//! The low frequencies of a picture's brightness, counted in half waves from edge to edge.
//!
//! Counted so, a frequency is the same one after the picture has been scaled, by whatever factor along either side.
//! Amplitudes are those of waves whose mean square is 1: the squares of changes add up to the mean square error.

use crate::Raster;

/// Lanes of a sum, so that the compiler may add several at once.
const LANES: usize = 8;

/// Amplitudes of the waves `0..order` across and down, row by row.
#[derive(Debug, Clone)]
pub(super) struct Spectrum {
    pub(super) order: usize,
    pub(super) amplitudes: Vec<f32>,
}

impl Spectrum {
    /// No waves.
    pub(super) fn zero(order: usize) -> Self {
        Self { order, amplitudes: vec![0.0; order * order] }
    }

    /// Measures the waves of a picture. No side may be shorter than `order`.
    pub(super) fn of(raster: &Raster, order: usize) -> Self {
        let (across, down) = waves(raster, order);
        let mut spectrum = Self::zero(order);
        let mut luma = vec![0.0; raster.dimensions().width_px as usize];
        let mut sums = vec![0.0_f32; order];
        let rows = raster.samples().chunks_exact(raster.row_bytes());
        for (row, down) in rows.zip(down.values.chunks_exact(order)) {
            luma_of(row, raster.layout().channels(), &mut luma);
            sums.fill(0.0);
            for (luma, across) in luma.iter().zip(across.values.chunks_exact(order)) {
                sums.iter_mut().zip(across).for_each(|(sum, wave)| *sum += luma * wave);
            }
            for (amplitudes, wave) in spectrum.amplitudes.chunks_exact_mut(order).zip(down) {
                amplitudes.iter_mut().zip(&sums).for_each(|(amplitude, sum)| *amplitude += sum * wave);
            }
        }
        let pixels = raster.dimensions().pixels() as f32;
        spectrum.amplitudes.iter_mut().for_each(|amplitude| *amplitude /= pixels);
        spectrum
    }

    /// Adds these waves to the brightness of a picture; colour and alpha stay.
    pub(super) fn add_to(&self, raster: &mut Raster) {
        let order = self.order;
        let (across, down) = waves(raster, order);
        let (row_bytes, channels) = (raster.row_bytes(), raster.layout().channels());
        let mut sums = vec![0.0_f32; order];
        let rows = raster.samples_mut().chunks_exact_mut(row_bytes);
        for (row, down) in rows.zip(down.values.chunks_exact(order)) {
            sums.fill(0.0);
            for (amplitudes, wave) in self.amplitudes.chunks_exact(order).zip(down) {
                sums.iter_mut().zip(amplitudes).for_each(|(sum, amplitude)| *sum += amplitude * wave);
            }
            for (pixel, across) in row.chunks_exact_mut(channels).zip(across.values.chunks_exact(order)) {
                let change = product(&sums, across);
                for sample in &mut pixel[..3] {
                    *sample = (f32::from(*sample) + change).round().clamp(0.0, 255.0) as u8;
                }
            }
        }
    }
}

/// The waves along one side, `order` values for each place.
struct Waves {
    values: Vec<f32>,
}

impl Waves {
    fn along(side_px: u32, order: usize) -> Self {
        let places = (0..side_px).map(|place| (f64::from(place) + 0.5) / f64::from(side_px));
        let wave = |place: f64, halves: usize| {
            let amplitude = if halves == 0 { 1.0 } else { std::f64::consts::SQRT_2 };
            (amplitude * (std::f64::consts::PI * place * halves as f64).cos()) as f32
        };
        Self { values: places.flat_map(|place| (0..order).map(move |halves| wave(place, halves))).collect() }
    }
}

fn waves(raster: &Raster, order: usize) -> (Waves, Waves) {
    let size = raster.dimensions();
    (Waves::along(size.width_px, order), Waves::along(size.height_px, order))
}

/// Brightness about its middle. The weights are those of BT.601.
fn luma_of(row: &[u8], channels: usize, luma: &mut [f32]) {
    for (luma, pixel) in luma.iter_mut().zip(row.chunks_exact(channels)) {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
        *luma = 0.299 * red + 0.587 * green + 0.114 * blue - 128.0;
    }
}

fn product(one: &[f32], other: &[f32]) -> f32 {
    let (ones, one_rest) = one.as_chunks::<LANES>();
    let (others, other_rest) = other.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (one, other) in ones.iter().zip(others) {
        for lane in 0..LANES {
            sums[lane] += one[lane] * other[lane];
        }
    }
    let rest: f32 = one_rest.iter().zip(other_rest).map(|(one, other)| one * other).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::Spectrum;
    use crate::{Dimensions, Layout, Raster};

    fn gray(width_px: u32, height_px: u32) -> Raster {
        let size = Dimensions { width_px, height_px };
        Raster::from_samples(size, Layout::Rgb, vec![128; size.pixels() as usize * 3]).unwrap()
    }

    #[test]
    fn waves_that_are_added_are_measured_at_any_size() {
        for (width, height) in [(200, 150), (90, 301)] {
            let mut waves = Spectrum::zero(40);
            waves.amplitudes[3 * 40 + 17] = 9.0;
            waves.amplitudes[39 * 40] = -5.0;
            let mut picture = gray(width, height);
            waves.add_to(&mut picture);
            let measured = Spectrum::of(&picture, 40);
            for (measured, added) in measured.amplitudes.iter().zip(&waves.amplitudes) {
                assert!((measured - added).abs() < 0.1, "{measured} {added}");
            }
        }
    }

    #[test]
    fn squares_of_amplitudes_are_the_mean_square_error() {
        let mut waves = Spectrum::zero(32);
        waves.amplitudes[5 * 32 + 8] = 3.0;
        waves.amplitudes[20 * 32 + 31] = 4.0;
        let mut picture = gray(128, 96);
        waves.add_to(&mut picture);
        let squares: f64 = picture.samples().iter().map(|sample| (f64::from(*sample) - 128.0).powi(2)).sum();
        let mean = squares / picture.samples().len() as f64;
        assert!((mean - 25.0).abs() < 0.5, "{mean}");
    }
}
