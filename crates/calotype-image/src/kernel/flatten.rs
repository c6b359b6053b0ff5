//! Transparency laid on a colour.

use crate::{Color, Layout, Raster};

/// The picture as it looks in front of `background`, without alpha. An opaque layout is copied as it is.
pub(crate) fn flatten(source: &Raster, background: Color) -> Raster {
    if source.layout() == Layout::Rgb {
        return source.clone();
    }
    let background = [background.red, background.green, background.blue];
    let (pixels, _) = source.samples().as_chunks::<4>();
    let mut samples = vec![0; pixels.len() * 3];
    for (flat, [color @ .., alpha]) in samples.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
        for ((flat, color), behind) in flat.iter_mut().zip(color).zip(background) {
            *flat = blend(*color, behind, *alpha);
        }
    }
    Raster::from_samples(source.dimensions(), Layout::Rgb, samples).expect("three samples for each pixel")
}

/// Exact rounding of `(color * alpha + behind * (255 - alpha)) / 255`.
fn blend(color: u8, behind: u8, alpha: u8) -> u8 {
    let sum = u32::from(color) * u32::from(alpha) + u32::from(behind) * u32::from(255 - alpha);
    ((sum + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::flatten;
    use crate::{Color, Dimensions, Layout, Raster};

    #[test]
    fn alpha_decides_between_picture_and_background() {
        let size = Dimensions { width_px: 3, height_px: 1 };
        let samples = vec![10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 128];
        let source = Raster::from_samples(size, Layout::Rgba, samples).unwrap();
        let flat = flatten(&source, Color::WHITE);
        assert_eq!(flat.layout(), Layout::Rgb);
        assert_eq!(flat.samples(), [10, 20, 30, 255, 255, 255, 127, 177, 227]);
    }
}
