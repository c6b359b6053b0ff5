//! A window copied out.

use crate::{Raster, Rect};

/// Copies the window, which must lie inside of the picture.
pub(crate) fn crop(source: &Raster, window: Rect) -> Raster {
    let channels = source.layout().channels();
    let (left, width) = (window.left_px as usize * channels, window.size.width_px as usize * channels);
    let mut samples = Vec::with_capacity(width * window.size.height_px as usize);
    let rows = source.samples().chunks_exact(source.row_bytes());
    for row in rows.skip(window.top_px as usize).take(window.size.height_px as usize) {
        samples.extend_from_slice(&row[left..left + width]);
    }
    Raster::from_samples(window.size, source.layout(), samples)
        .expect("the window lies inside of the picture")
}

#[cfg(test)]
mod tests {
    use super::crop;
    use crate::{Dimensions, Layout, Rect, kernel::testing::painted};

    #[test]
    fn the_window_is_copied() {
        let source = painted(5, 4, Layout::Rgb, |x, y, _| (10 * y + x) as u8);
        let size = Dimensions { width_px: 2, height_px: 3 };
        let window = crop(&source, Rect { left_px: 3, top_px: 1, size });
        assert_eq!(window, painted(2, 3, Layout::Rgb, |x, y, _| (10 * (y + 1) + x + 3) as u8));
    }
}
