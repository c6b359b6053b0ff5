//! Brightness of a picture, in which codes are looked for and struck out once they are found.

use super::FoundCode;
use crate::{Dimensions, Raster, Rect, kernel};

/// What is struck out becomes paper.
const PAPER: u8 = 255;

/// Brightness, one byte a pixel.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub(super) size: Dimensions,
    pub(super) samples: Vec<u8>,
}

impl Plane {
    pub(super) fn of(raster: &Raster) -> Self {
        Self { size: raster.dimensions(), samples: kernel::luma(raster) }
    }

    /// The pixel at a place; what lies outside is paper.
    pub(super) fn at(&self, (x, y): (f64, f64)) -> u8 {
        let (x, y) = (x.floor(), y.floor());
        let is_inside =
            x >= 0.0 && y >= 0.0 && x < f64::from(self.size.width_px) && y < f64::from(self.size.height_px);
        if !is_inside {
            return PAPER;
        }
        self.samples[y as usize * self.size.width_px as usize + x as usize]
    }

    /// A copy of a part, each side `2^halvings` times shorter.
    pub(super) fn view(&self, part: Rect, halvings: u32) -> Self {
        let columns = part.left_px as usize..(part.left_px + part.size.width_px) as usize;
        let rows = self.samples.chunks_exact(self.size.width_px as usize);
        let rows = rows.skip(part.top_px as usize).take(part.size.height_px as usize);
        let samples = rows.flat_map(|row| &row[columns.clone()]).copied().collect();
        (0..halvings).fold(Self { size: part.size, samples }, |plane, _| plane.halved())
    }

    /// Means of two by two pixels; an odd last column or row is left out.
    fn halved(&self) -> Self {
        let size = Dimensions { width_px: self.size.width_px / 2, height_px: self.size.height_px / 2 };
        let row_bytes = self.size.width_px as usize;
        let mut samples = Vec::with_capacity(size.pixels() as usize);
        for pair in self.samples.chunks_exact(2 * row_bytes) {
            let (upper, lower) = pair.split_at(row_bytes);
            let squares = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            samples.extend(squares.map(|(upper, lower)| {
                let sum = [upper[0], upper[1], lower[0], lower[1]].map(u16::from).iter().sum::<u16>();
                ((sum + 2) / 4) as u8
            }));
        }
        Self { size, samples }
    }

    /// Turns everything inside of the corners into paper.
    pub(super) fn strike_out(&mut self, code: &FoundCode) {
        let corners = code.corners.map(|(x, y)| (f64::from(x), f64::from(y)));
        let (width, height) = (self.size.width_px as usize, self.size.height_px as usize);
        let range = |of: fn(&(f64, f64)) -> f64, length: usize| {
            let low = corners.iter().map(of).fold(f64::INFINITY, f64::min).max(0.0) as usize;
            let high = corners.iter().map(of).fold(0.0, f64::max) as usize;
            low.min(length)..(high + 1).min(length)
        };
        for y in range(|corner| corner.1, height) {
            for x in range(|corner| corner.0, width) {
                if is_inside(&corners, (x as f64, y as f64)) {
                    self.samples[y * width + x] = PAPER;
                }
            }
        }
    }
}

/// Whether a point lies on the same side of all four edges, or on one.
fn is_inside(corners: &[(f64, f64); 4], (x, y): (f64, f64)) -> bool {
    let sides = (0..4).map(|edge| {
        let ((from_x, from_y), (to_x, to_y)) = (corners[edge], corners[(edge + 1) % 4]);
        (to_x - from_x) * (y - from_y) - (to_y - from_y) * (x - from_x)
    });
    let (mut left, mut right) = (false, false);
    for side in sides {
        left |= side < 0.0;
        right |= side > 0.0;
    }
    !(left && right)
}

#[cfg(test)]
mod tests {
    use super::{Plane, Rect};
    use crate::{Dimensions, codes::FoundCode};

    fn plane(width_px: u32, height_px: u32) -> Plane {
        let samples = (0..width_px * height_px).map(|at| (at % 200) as u8).collect();
        Plane { size: Dimensions { width_px, height_px }, samples }
    }

    #[test]
    fn views_are_cut_and_halved() {
        let size = Dimensions { width_px: 5, height_px: 4 };
        let view = plane(10, 10).view(Rect { left_px: 2, top_px: 3, size }, 1);
        assert_eq!((view.size.width_px, view.size.height_px), (2, 2));
        // Means of 32 33 42 43 and its neighbours.
        assert_eq!(view.samples, [38, 40, 58, 60]);
    }

    #[test]
    fn only_the_inside_is_struck_out() {
        let mut struck = plane(10, 10);
        let diamond = [(5, 1), (8, 4), (5, 7), (2, 4)];
        struck.strike_out(&FoundCode { text: String::new(), corners: diamond });
        let before = plane(10, 10);
        for (at, (now, was)) in struck.samples.iter().zip(&before.samples).enumerate() {
            let (x, y) = (at % 10, at / 10);
            let inside = x.abs_diff(5) + y.abs_diff(4) <= 3;
            assert_eq!(*now, if inside { 255 } else { *was }, "{x},{y}");
        }
        struck.strike_out(&FoundCode {
            text: String::new(),
            corners: [(-50, -50), (90, -9), (90, 90), (0, 90)],
        });
    }
}
