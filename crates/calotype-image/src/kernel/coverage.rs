//! How much of each pixel lies inside of an outline.

use crate::Dimensions;

/// A straight piece of an outline, in pixels; rows count downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edge {
    pub from: (f32, f32),
    pub to: (f32, f32),
}

/// Adds up closed outlines. Every edge is exact: no samples are taken.
///
/// For each row the cells hold by how much coverage grows from the pixel on the left to this one, so an edge touches
/// only the pixels that it crosses.
#[derive(Debug)]
pub(crate) struct Coverage {
    width: usize,
    height: usize,
    /// One cell more than there are pixels in a row, for edges at the right end.
    growth: Vec<f32>,
}

impl Coverage {
    /// A canvas that nothing covers. Memory: four bytes a pixel.
    pub(crate) fn new(size: Dimensions) -> Self {
        let (width, height) = (size.width_px as usize, size.height_px as usize);
        Self { width, height, growth: vec![0.0; (width + 1) * height] }
    }

    /// Adds the edges of closed outlines. They may reach beyond the canvas on all sides; overlapping parts count once
    /// if they turn the same way.
    pub(crate) fn add(&mut self, outline: &[Edge]) {
        // Some fonts draw their outlines clockwise and others do not, and both must not cancel each other out.
        let twice_area: f32 = outline.iter().map(|Edge { from, to }| (to.0 + from.0) * (to.1 - from.1)).sum();
        let sign = if twice_area < 0.0 { -1.0 } else { 1.0 };
        for Edge { from, to } in outline {
            if from.1 < to.1 {
                self.add_downward(*from, *to, sign);
            } else {
                self.add_downward(*to, *from, -sign);
            }
        }
    }

    /// The share of each pixel that is covered, 0 to 255, row by row.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut shares = Vec::with_capacity(self.width * self.height);
        for row in self.growth.chunks_exact(self.width + 1) {
            let mut covered = 0.0_f32;
            shares.extend(row[..self.width].iter().map(|growth| {
                covered += growth;
                (covered.abs().min(1.0) * 255.0 + 0.5) as u8
            }));
        }
        shares
    }

    /// Splits an edge into rows.
    fn add_downward(&mut self, top: (f32, f32), bottom: (f32, f32), sign: f32) {
        let slope = (bottom.0 - top.0) / (bottom.1 - top.1);
        let (start, end) = (top.1.max(0.0), bottom.1.min(self.height as f32));
        // Also leaves out level edges, and coordinates that are no numbers.
        if !(start < end && slope.is_finite()) {
            return;
        }
        let across = |y: f32| top.0 + (y - top.1) * slope;
        for row in start as usize..self.height.min(end.ceil() as usize) {
            let (from, to) = (start.max(row as f32), end.min(row as f32 + 1.0));
            self.add_in_row(row, across(from), across(to), sign * (to - from));
        }
    }

    /// Cuts off what lies beyond the sides. On the left it covers the whole row, on the right nothing.
    fn add_in_row(&mut self, row: usize, one: f32, other: f32, height: f32) {
        let (left, right) = (one.min(other), one.max(other));
        let limit = self.width as f32;
        let cells = &mut self.growth[row * (self.width + 1)..][..self.width + 1];
        if left >= 0.0 && right <= limit {
            return grow(cells, left, right, height);
        }
        let (inner_left, inner_right) = (left.clamp(0.0, limit), right.clamp(0.0, limit));
        let length = (right - left).max(f32::MIN_POSITIVE);
        cells[0] += height * ((inner_left - left).max(0.0) / length).min(1.0);
        if inner_left < inner_right {
            grow(cells, inner_left, inner_right, height * (inner_right - inner_left) / length);
        }
    }
}

/// Adds an edge of `height` that leans from `left` to `right` inside of one row. What is right of it is covered.
fn grow(cells: &mut [f32], left: f32, right: f32, height: f32) {
    let first = left as usize;
    let (left, right) = (left - first as f32, right - first as f32);
    let lean = right - left;
    // The area that is covered left of a place: none before the edge, a triangle up to its end, then all.
    let area_until = |place: f32| {
        if place <= left {
            0.0
        } else if place >= right {
            height * (place - (left + right) / 2.0)
        } else {
            height * (place - left) * (place - left) / (2.0 * lean)
        }
    };
    let (mut before, mut area) = (0.0, 0.0);
    let pixels = right.ceil() as usize;
    for (pixel, cell) in cells[first..first + pixels].iter_mut().enumerate() {
        let next = area_until(pixel as f32 + 1.0);
        *cell += next - area - before;
        before = next - area;
        area = next;
    }
    cells[first + pixels] += height - before;
}

#[cfg(test)]
mod tests {
    use super::{Coverage, Edge};
    use crate::Dimensions;

    fn polygon(corners: &[(f32, f32)]) -> Vec<Edge> {
        let next = corners.iter().cycle().skip(1);
        corners.iter().zip(next).map(|(from, to)| Edge { from: *from, to: *to }).collect()
    }

    fn covered(width_px: u32, height_px: u32, outlines: &[Vec<Edge>]) -> Vec<u8> {
        let mut coverage = Coverage::new(Dimensions { width_px, height_px });
        outlines.iter().for_each(|outline| coverage.add(outline));
        coverage.finish()
    }

    #[test]
    fn edges_between_pixels_cover_their_share() {
        let rectangle = polygon(&[(0.5, 0.25), (2.5, 0.25), (2.5, 2.0), (0.5, 2.0)]);
        let shares = covered(4, 3, &[rectangle]);
        assert_eq!(shares, [96, 191, 96, 0, 128, 255, 128, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn the_area_of_a_polygon_is_exact_however_it_is_cut() {
        let corners = [(3.3, 1.2), (17.9, 4.4), (12.1, 19.6), (1.4, 11.5)];
        let shoelace = |corners: &[(f32, f32)]| {
            let next = corners.iter().cycle().skip(1);
            corners.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f32>().abs() / 2.0
        };
        for turn in [false, true] {
            let mut corners = corners;
            if turn {
                corners.reverse();
            }
            let shares = covered(20, 20, &[polygon(&corners)]);
            let sum: f32 = shares.iter().map(|share| f32::from(*share) / 255.0).sum();
            assert!((sum - shoelace(&corners)).abs() < 0.15, "{sum}");
            // Four quarters with the polygon moved: clipping on every side.
            let quarters = [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)].map(|(left, top)| {
                let moved = corners.map(|(x, y)| (x - left, y - top));
                covered(10, 10, &[polygon(&moved)])
            });
            for (y, x) in (0..20).flat_map(|y| (0..20).map(move |x| (y, x))) {
                let quarter = &quarters[y / 10 * 2 + x / 10];
                assert!(quarter[y % 10 * 10 + x % 10].abs_diff(shares[y * 20 + x]) <= 1, "{x},{y}");
            }
        }
    }

    #[test]
    fn outlines_that_overlap_or_turn_otherwise_count_once() {
        let left = polygon(&[(0.0, 0.0), (6.0, 0.0), (6.0, 4.0), (0.0, 4.0)]);
        let mut right = polygon(&[(3.0, 0.0), (8.0, 0.0), (8.0, 4.0), (3.0, 4.0)]);
        for edge in &mut right {
            (edge.from, edge.to) = (edge.to, edge.from);
        }
        assert_eq!(covered(8, 4, &[left, right]), vec![255; 32]);
    }

    #[test]
    fn holes_stay_open() {
        let mut ring = polygon(&[(0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0)]);
        ring.extend(polygon(&[(2.0, 2.0), (2.0, 6.0), (6.0, 6.0), (6.0, 2.0)]));
        let shares = covered(8, 8, &[ring]);
        assert_eq!((shares[0], shares[3 * 8 + 3]), (255, 0));
    }

    #[test]
    fn coordinates_that_are_no_numbers_or_far_away_do_no_harm() {
        let far = polygon(&[(-1e30, -1e30), (1e30, -1e30), (1e30, 1e30), (-1e30, 1e30)]);
        let none = polygon(&[(f32::NAN, 0.0), (1.0, f32::INFINITY), (f32::NEG_INFINITY, 2.0)]);
        assert_eq!(covered(2, 2, &[none]), vec![0; 4]);
        assert_eq!(covered(2, 2, &[far]), vec![255; 4]);
    }
}
