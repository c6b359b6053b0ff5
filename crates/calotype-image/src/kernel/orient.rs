//! Quarter turns and mirrors, as exact rearrangements. Spec: spec/ci/rotate.md

use crate::{Dimensions, Layout, Orientation, Raster};

/// Pixels on a side of the tiles in which a transposing copy works, so that source rows stay in the cache.
const TILE_PX: usize = 32;

/// The picture made upright.
pub(crate) fn orient(source: &Raster, orientation: Orientation) -> Raster {
    let dimensions = turned(source.dimensions(), orientation);
    let samples = match source.layout() {
        Layout::Rgb => rearrange::<3>(source, orientation, dimensions),
        Layout::Rgba => rearrange::<4>(source, orientation, dimensions),
    };
    Raster::from_samples(dimensions, source.layout(), samples).expect("a rearrangement keeps all pixels")
}

/// The pixel of a stored picture of size `stored` that stands at `(x, y)` once it is upright.
pub(crate) fn source_of(orientation: Orientation, stored: Dimensions, x: u32, y: u32) -> (u32, u32) {
    let (right, bottom) = (stored.width_px - 1, stored.height_px - 1);
    match orientation {
        Orientation::Upright => (x, y),
        Orientation::FlipHorizontal => (right - x, y),
        Orientation::Rotate180 => (right - x, bottom - y),
        Orientation::FlipVertical => (x, bottom - y),
        Orientation::Transpose => (y, x),
        Orientation::Rotate90 => (y, bottom - x),
        Orientation::Transverse => (right - y, bottom - x),
        Orientation::Rotate270 => (right - y, x),
    }
}

fn turned(dimensions: Dimensions, orientation: Orientation) -> Dimensions {
    if orientation.swaps_sides() { dimensions.transposed() } else { dimensions }
}

fn rearrange<const CHANNELS: usize>(source: &Raster, orientation: Orientation, size: Dimensions) -> Vec<u8> {
    let stored = source.dimensions();
    let (pixels, _) = source.samples().as_chunks::<CHANNELS>();
    let stride = stored.width_px as isize;
    let index = |x: u32, y: u32| {
        let (x, y) = source_of(orientation, stored, x.min(size.width_px - 1), y.min(size.height_px - 1));
        y as isize * stride + x as isize
    };
    let origin = index(0, 0);
    // A side of one pixel has no next one, and its step is never taken.
    let (step_x, step_y) = (index(1, 0) - origin, index(0, 1) - origin);
    let (width, height) = (size.width_px as usize, size.height_px as usize);

    let mut samples = vec![0; pixels.len() * CHANNELS];
    let (target, _) = samples.as_chunks_mut::<CHANNELS>();
    for tile_y in (0..height).step_by(TILE_PX) {
        for tile_x in (0..width).step_by(TILE_PX) {
            let columns = tile_x..(tile_x + TILE_PX).min(width);
            for y in tile_y..(tile_y + TILE_PX).min(height) {
                let row_start = origin + y as isize * step_y;
                for (x, pixel) in columns.clone().zip(&mut target[y * width + columns.start..]) {
                    *pixel = pixels[(row_start + x as isize * step_x) as usize];
                }
            }
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::orient;
    use crate::{Layout, Orientation, Raster, kernel::testing::painted};

    fn letter() -> Raster {
        painted(3, 2, Layout::Rgb, |x, y, _| (1 + 3 * y + x) as u8)
    }

    fn rows(raster: &Raster) -> Vec<Vec<u8>> {
        let row = |row: &[u8]| row.iter().step_by(3).copied().collect();
        raster.samples().chunks_exact(raster.row_bytes()).map(row).collect()
    }

    fn all() -> impl Iterator<Item = Orientation> {
        (1..=8).filter_map(Orientation::from_exif)
    }

    #[test]
    fn all_eight_orientations_are_exact_permutations() {
        let expected: [Vec<Vec<u8>>; 8] = [
            vec![vec![1, 2, 3], vec![4, 5, 6]],
            vec![vec![3, 2, 1], vec![6, 5, 4]],
            vec![vec![6, 5, 4], vec![3, 2, 1]],
            vec![vec![4, 5, 6], vec![1, 2, 3]],
            vec![vec![1, 4], vec![2, 5], vec![3, 6]],
            vec![vec![4, 1], vec![5, 2], vec![6, 3]],
            vec![vec![6, 3], vec![5, 2], vec![4, 1]],
            vec![vec![3, 6], vec![2, 5], vec![1, 4]],
        ];
        for (orientation, expected) in all().zip(expected) {
            assert_eq!(rows(&orient(&letter(), orientation)), expected, "{orientation:?}");
        }
    }

    #[test]
    fn large_pictures_are_turned_alike_in_every_tile() {
        let source = painted(75, 130, Layout::Rgba, |x, y, channel| (x * 7 + y * 13) as u8 ^ channel as u8);
        let turned = orient(&source, Orientation::Rotate90);
        for (x, y) in [(0, 0), (129, 74), (33, 31), (64, 65)] {
            let at = |raster: &Raster, x: usize, y: usize| raster.samples()[y * raster.row_bytes() + 4 * x];
            assert_eq!(at(&turned, x, y), at(&source, y, 129 - x));
        }
        let back = (0..3).fold(turned, |raster, _| orient(&raster, Orientation::Rotate90));
        assert_eq!(back, source);
    }

    #[test]
    fn a_composition_does_what_its_parts_do() {
        for first in all() {
            for second in all() {
                let one_by_one = orient(&orient(&letter(), first), second);
                assert_eq!(orient(&letter(), first.then(second)), one_by_one, "{first:?}, {second:?}");
            }
        }
    }

    #[test]
    fn lines_of_one_pixel_can_be_turned() {
        let line = painted(1, 4, Layout::Rgb, |_, y, _| y as u8);
        assert_eq!(rows(&orient(&line, Orientation::Rotate90)), [[3, 2, 1, 0]]);
    }
}
