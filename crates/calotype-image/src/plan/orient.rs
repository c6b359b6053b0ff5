//! Quarter turns and mirrors, one after another.

use crate::Orientation;

/// An orientation as "swap rows and columns first, then mirror".
#[derive(Clone, Copy, PartialEq, Eq)]
struct Parts {
    swaps: bool,
    mirrors_x: bool,
    mirrors_y: bool,
}

const PARTS: [(Orientation, Parts); 8] = [
    (Orientation::Upright, parts(false, false, false)),
    (Orientation::FlipHorizontal, parts(false, true, false)),
    (Orientation::Rotate180, parts(false, true, true)),
    (Orientation::FlipVertical, parts(false, false, true)),
    (Orientation::Transpose, parts(true, false, false)),
    (Orientation::Rotate90, parts(true, true, false)),
    (Orientation::Transverse, parts(true, true, true)),
    (Orientation::Rotate270, parts(true, false, true)),
];

const fn parts(swaps: bool, mirrors_x: bool, mirrors_y: bool) -> Parts {
    Parts { swaps, mirrors_x, mirrors_y }
}

fn parts_of(orientation: Orientation) -> Parts {
    PARTS
        .iter()
        .find(|(other, _)| *other == orientation)
        .map_or(parts(false, false, false), |(_, parts)| *parts)
}

/// The one change that does the same as `first` and then `second`.
pub(super) fn compose(first: Orientation, second: Orientation) -> Orientation {
    let (first, second) = (parts_of(first), parts_of(second));
    // A later swap exchanges the axes that were mirrored before it.
    let (x, y) =
        if second.swaps { (first.mirrors_y, first.mirrors_x) } else { (first.mirrors_x, first.mirrors_y) };
    let both = parts(first.swaps ^ second.swaps, x ^ second.mirrors_x, y ^ second.mirrors_y);
    PARTS
        .iter()
        .find(|(_, parts)| *parts == both)
        .map_or(Orientation::Upright, |(orientation, _)| *orientation)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the pixel at `(x, y)` of a 3x2 picture goes.
    fn moved(orientation: Orientation, (x, y): (i32, i32), (w, h): (i32, i32)) -> ((i32, i32), (i32, i32)) {
        match orientation {
            Orientation::Upright => ((x, y), (w, h)),
            Orientation::FlipHorizontal => ((w - 1 - x, y), (w, h)),
            Orientation::Rotate180 => ((w - 1 - x, h - 1 - y), (w, h)),
            Orientation::FlipVertical => ((x, h - 1 - y), (w, h)),
            Orientation::Transpose => ((y, x), (h, w)),
            Orientation::Rotate90 => ((h - 1 - y, x), (h, w)),
            Orientation::Transverse => ((h - 1 - y, w - 1 - x), (h, w)),
            Orientation::Rotate270 => ((y, w - 1 - x), (h, w)),
        }
    }

    #[test]
    fn one_change_moves_every_pixel_like_two() {
        for (first, _) in PARTS {
            for (second, _) in PARTS {
                for at in [(0, 0), (2, 0), (0, 1), (1, 1)] {
                    let (between, size) = moved(first, at, (3, 2));
                    let expected = moved(second, between, size);
                    assert_eq!(moved(compose(first, second), at, (3, 2)), expected, "{first:?} {second:?}");
                }
            }
        }
    }
}
