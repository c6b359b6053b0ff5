//! Brightness alone.

use crate::{Layout, Raster};

/// One byte for each pixel: the luma of BT.601, transparent parts laid on white.
pub(crate) fn luma(raster: &Raster) -> Vec<u8> {
    match raster.layout() {
        Layout::Rgb => raster.samples().as_chunks::<3>().0.iter().map(|pixel| of_pixel(*pixel)).collect(),
        Layout::Rgba => {
            let on_white = |[red, green, blue, alpha]: [u8; 4]| {
                let (luma, alpha) = (u32::from(of_pixel([red, green, blue])), u32::from(alpha));
                ((luma * alpha + 255 * (255 - alpha) + 127) / 255) as u8
            };
            raster.samples().as_chunks::<4>().0.iter().map(|pixel| on_white(*pixel)).collect()
        }
    }
}

/// Weights of 0.299, 0.587 and 0.114 in 256ths.
fn of_pixel([red, green, blue]: [u8; 3]) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue) + 128) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::luma;
    use crate::{Dimensions, Layout, Raster};

    #[test]
    fn gray_stays_and_nothing_is_white() {
        let size = Dimensions { width_px: 2, height_px: 1 };
        let opaque = Raster::from_samples(size, Layout::Rgb, vec![9, 9, 9, 255, 0, 0]).unwrap();
        assert_eq!(luma(&opaque), [9, 77]);
        let clear = Raster::from_samples(size, Layout::Rgba, vec![0, 0, 0, 0, 0, 0, 0, 255]).unwrap();
        assert_eq!(luma(&clear), [255, 0]);
    }
}
