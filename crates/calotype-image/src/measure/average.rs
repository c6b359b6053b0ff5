//! `imageAve`: the mean colour. Source: spec/ci/info.md, 3.

use crate::{
    Color, Dimensions, ImageError, ImageFormat, Layout, Raster, SourceImage,
    codec::{DecodeWish, Decoded},
    metadata,
};

/// Sides from which on a picture decoded at an eighth has the same mean within one step.
const SCALED_SIDE_MIN: u32 = 256;

/// The mean of the first frame's sRGB values, each weighted by its alpha and rounded half up; white where all is
/// transparent. Lossy sources may be decoded at a smaller scale, so that their mean is right within one step.
///
/// Errors: [`ImageError::Unreadable`] where the pixels are damaged. The caller has checked the source's size.
pub fn average_color(source: &SourceImage) -> Result<Color, ImageError> {
    let header = source.header();
    if header.format == ImageFormat::Svg {
        // A drawing lies on white until it is drawn. Source: spec/ci/format.md, 6
        return Ok(Color::WHITE);
    }
    let Dimensions { width_px, height_px } = header.dimensions;
    let scaled = !header.lossless && width_px.min(height_px) >= SCALED_SIDE_MIN;
    let eighth = Dimensions { width_px: width_px.div_ceil(8), height_px: height_px.div_ceil(8) };
    let wish = if scaled { DecodeWish::AtLeast(eighth) } else { DecodeWish::Full };
    let mut decoded = source.codec().decode(source.bytes(), header, wish)?;
    if let Some(profile) = metadata::read(header.format, source.bytes()).icc {
        metadata::icc::to_srgb(&mut decoded.raster, &profile);
    }
    Ok(mean(&decoded))
}

/// The mean of a picture in memory, by the same rules.
pub fn average_of(raster: &Raster) -> Color {
    let Dimensions { width_px, height_px } = raster.dimensions();
    let weights = Weights { extent: (width_px.into(), height_px.into()) };
    weights.mean(raster)
}

fn mean(decoded: &Decoded) -> Color {
    Weights { extent: decoded.extent }.mean(&decoded.raster)
}

/// How much of the last column and row belongs to the picture.
struct Weights {
    extent: (f64, f64),
}

/// Red, green and blue times alpha, and alpha.
#[derive(Debug, Clone, Copy, Default)]
struct Sums([f64; 4]);

impl Sums {
    fn add(&mut self, other: Self, weight: f64) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, more)| *sum += more * weight);
    }
}

impl Weights {
    fn mean(&self, raster: &Raster) -> Color {
        let rows = raster.samples().chunks_exact(raster.row_bytes());
        let mut sums = Sums::default();
        for (row, y) in rows.zip(0_u32..) {
            let weight = share_inside(y, self.extent.1);
            let (whole, last) = row.split_at(row.len() - raster.layout().channels());
            sums.add(sum_of(whole, raster.layout()), weight);
            let last_weight = share_inside(raster.dimensions().width_px - 1, self.extent.0);
            sums.add(sum_of(last, raster.layout()), weight * last_weight);
        }
        let [red, green, blue, alpha] = sums.0;
        if alpha == 0.0 {
            return Color::WHITE;
        }
        // The tiny addend keeps halves that sums in floating point miss by a hair.
        let [red, green, blue] = [red, green, blue].map(|sum| (sum / alpha + 0.5 + 1e-9) as u8);
        Color { red, green, blue }
    }
}

/// The part of the column or row at `at` that lies inside of the extent.
fn share_inside(at: u32, extent: f64) -> f64 {
    (extent - f64::from(at)).clamp(0.0, 1.0)
}

fn sum_of(samples: &[u8], layout: Layout) -> Sums {
    let mut sums = [0_u64; 4];
    match layout {
        Layout::Rgb => {
            let (pixels, _) = samples.as_chunks::<3>();
            for pixel in pixels {
                sums.iter_mut().zip(pixel).for_each(|(sum, sample)| *sum += u64::from(*sample));
            }
            sums[3] = pixels.len() as u64;
        }
        Layout::Rgba => {
            for [red, green, blue, alpha] in samples.as_chunks::<4>().0 {
                let weight = u64::from(*alpha);
                for (sum, sample) in sums.iter_mut().zip([red, green, blue]) {
                    *sum += u64::from(*sample) * weight;
                }
                sums[3] += weight;
            }
        }
    }
    Sums(sums.map(|sum| sum as f64))
}

#[cfg(test)]
mod tests {
    use super::{Weights, average_of};
    use crate::{Color, Dimensions, Layout, Raster};

    fn row(layout: Layout, samples: &[u8]) -> Raster {
        let width_px = (samples.len() / layout.channels()) as u32;
        Raster::from_samples(Dimensions { width_px, height_px: 1 }, layout, samples.to_vec()).unwrap()
    }

    #[test]
    fn info_20_half_black_and_half_white_round_up() {
        let color = average_of(&row(Layout::Rgb, &[0, 0, 0, 255, 255, 255]));
        assert_eq!(color, Color { red: 128, green: 128, blue: 128 });
    }

    #[test]
    fn info_22_alpha_weighs_and_nothing_at_all_is_white() {
        let color = average_of(&row(Layout::Rgba, &[255, 0, 0, 255, 0, 255, 0, 0, 1, 2, 3, 0]));
        assert_eq!(color, Color { red: 255, green: 0, blue: 0 });
        assert_eq!(average_of(&row(Layout::Rgba, &[1, 2, 3, 0])), Color::WHITE);
        assert_eq!(average_of(&row(Layout::Rgb, &[7, 8, 9])), Color { red: 7, green: 8, blue: 9 });
    }

    #[test]
    fn a_column_that_is_partly_outside_counts_partly() {
        let raster = row(Layout::Rgb, &[0, 0, 0, 100, 100, 100]);
        let color = Weights { extent: (1.25, 1.0) }.mean(&raster);
        assert_eq!(color.red, 20);
    }
}
