//! Makes codes unreadable: each is replaced by a mosaic whose cells are larger than its modules.

use super::FoundCode;
use crate::{Dimensions, ImageError, PixelOperation, Raster, Rect};

/// Side of a cell, unless the code is so large that this would still show its modules.
const CELL_PX_MIN: u32 = 16;
/// Cells along the longer side of a code at most; the smallest code has 21 modules.
const CELLS_MAX: u32 = 8;
/// The mosaic reaches over the corners, which are rounded.
const MARGIN_PX: i32 = 2;

/// Pixelates rectangles.
#[derive(Debug)]
pub(crate) struct Cover(Vec<Rect>);

impl Cover {
    /// The boxes around codes in a picture of this size.
    pub(crate) fn over(codes: &[FoundCode], size: Dimensions) -> Self {
        Self(codes.iter().filter_map(|code| bounds(code, size)).collect())
    }
}

impl PixelOperation for Cover {
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        self.0.iter().for_each(|rect| pixelate(frame, *rect));
        Ok(())
    }
}

/// The part of the picture inside of which all corners lie.
fn bounds(code: &FoundCode, size: Dimensions) -> Option<Rect> {
    let side = |of: fn(&(i32, i32)) -> i32, length: u32| {
        let length = i32::try_from(length).unwrap_or(i32::MAX);
        let low = code.corners.iter().map(of).min()?.saturating_sub(MARGIN_PX).clamp(0, length);
        let high = code.corners.iter().map(of).max()?.saturating_add(MARGIN_PX + 1).clamp(low, length);
        Some((low as u32, (high - low) as u32)).filter(|(_, extent)| *extent > 0)
    };
    let (left_px, width_px) = side(|corner| corner.0, size.width_px)?;
    let (top_px, height_px) = side(|corner| corner.1, size.height_px)?;
    Some(Rect { left_px, top_px, size: Dimensions { width_px, height_px } })
}

fn pixelate(frame: &mut Raster, rect: Rect) {
    let Dimensions { width_px, height_px } = rect.size;
    let cell_px = width_px.max(height_px).div_ceil(CELLS_MAX).max(CELL_PX_MIN);
    for top in (0..height_px).step_by(cell_px as usize) {
        for left in (0..width_px).step_by(cell_px as usize) {
            let size = Dimensions {
                width_px: cell_px.min(width_px - left),
                height_px: cell_px.min(height_px - top),
            };
            flatten(frame, Rect { left_px: rect.left_px + left, top_px: rect.top_px + top, size });
        }
    }
}

/// Gives all pixels of a cell their mean, channel by channel.
fn flatten(frame: &mut Raster, cell: Rect) {
    let (row_bytes, channels) = (frame.row_bytes(), frame.layout().channels());
    let (first, length) = (cell.left_px as usize * channels, cell.size.width_px as usize * channels);
    let rows = cell.top_px as usize..(cell.top_px + cell.size.height_px) as usize;
    let mut sums = [0_u64; 4];
    for row in rows.clone() {
        for pixel in frame.samples()[row * row_bytes + first..][..length].chunks_exact(channels) {
            sums.iter_mut().zip(pixel).for_each(|(sum, sample)| *sum += u64::from(*sample));
        }
    }
    let pixels = cell.size.pixels();
    let mean = sums.map(|sum| ((sum + pixels / 2) / pixels) as u8);
    for row in rows {
        let samples = &mut frame.samples_mut()[row * row_bytes + first..][..length];
        samples.chunks_exact_mut(channels).for_each(|pixel| pixel.copy_from_slice(&mean[..channels]));
    }
}

#[cfg(test)]
mod tests {
    use super::Cover;
    use crate::{Dimensions, Layout, PixelOperation, Raster, codes::FoundCode};

    fn code(corners: [(i32, i32); 4]) -> FoundCode {
        FoundCode { text: String::new(), corners }
    }

    #[test]
    fn cells_have_one_colour_and_the_rest_stays() {
        let size = Dimensions { width_px: 40, height_px: 30 };
        let samples: Vec<u8> = (0..40 * 30 * 3_usize).map(|at| (at * 7 % 251) as u8).collect();
        let mut frame = Raster::from_samples(size, Layout::Rgb, samples.clone()).unwrap();
        let found = [code([(12, 7), (26, 7), (26, 20), (12, 20)])];
        Cover::over(&found, size).apply(&mut frame).unwrap();
        let at = |x: usize, y: usize| &frame.samples()[(y * 40 + x) * 3..][..3];
        for y in 5..21 {
            for x in 10..26 {
                assert_eq!(at(x, y), at(10, 5), "{x},{y}");
            }
        }
        let outside = |x: usize, y: usize| !(10..29).contains(&x) || !(5..23).contains(&y);
        for y in 0..30 {
            for x in (0..40).filter(|x| outside(*x, y)) {
                assert_eq!(at(x, y), &samples[(y * 40 + x) * 3..][..3], "{x},{y}");
            }
        }
    }

    #[test]
    fn corners_outside_of_the_picture_are_no_trouble() {
        let size = Dimensions { width_px: 5, height_px: 5 };
        let mut frame = Raster::from_samples(size, Layout::Rgba, (0..100).collect()).unwrap();
        let far = [(-9, i32::MIN), (i32::MAX, -9), (90, 90), (-9, 90)];
        Cover::over(&[code(far), code([(50, 50); 4])], size).apply(&mut frame).unwrap();
        assert!(frame.samples().chunks_exact(4).all(|pixel| pixel == &frame.samples()[..4]));
    }
}
