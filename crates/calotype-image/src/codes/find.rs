//! Searches a picture: whole, at smaller scales, and in pieces.

use super::{FoundCode, plane::Plane, read};
use crate::{
    Cancel, Dimensions, ImageError, Raster, Rect,
    rule::{CodeKinds, CodeSearch},
};

/// More codes than anybody puts on one picture on purpose.
const CODES_MAX: usize = 64;

/// A picture is searched at half its size too, and again at half of that, as long as both sides are this long: what is
/// too coarse or too noisy for a reader at one scale is often plain at the next.
const HALVED_SIDE_PX_MIN: u32 = 300;
const HALVINGS_MAX: u32 = 2;

/// Looks for codes, and returns them in the order in which they were found.
pub(crate) fn find(
    raster: &Raster,
    search: CodeSearch,
    cancel: &Cancel,
) -> Result<Vec<FoundCode>, ImageError> {
    let mut finder = Finder { plane: Plane::of(raster), kinds: search.kinds, codes: Vec::new() };
    let whole = Rect { left_px: 0, top_px: 0, size: raster.dimensions() };
    let shorter_px = whole.size.width_px.min(whole.size.height_px);
    for halvings in 0..=HALVINGS_MAX {
        if halvings == 0 || shorter_px >> halvings >= HALVED_SIDE_PX_MIN {
            finder.search(whole, halvings, cancel)?;
        }
    }
    if let Some(piece_px) = search.piece_px {
        for piece in pieces(whole.size, piece_px) {
            finder.search(piece, 0, cancel)?;
        }
    }
    Ok(finder.codes)
}

struct Finder {
    plane: Plane,
    kinds: CodeKinds,
    codes: Vec<FoundCode>,
}

impl Finder {
    /// Searches a part until nothing new turns up; what is found is struck out, so that it does not hide the rest.
    fn search(&mut self, part: Rect, halvings: u32, cancel: &Cancel) -> Result<(), ImageError> {
        let scale = f64::from(1_u32 << halvings);
        let origin = (f64::from(part.left_px), f64::from(part.top_px));
        let place = |(x, y): (f64, f64)| {
            ((origin.0 + x * scale).round() as i32, (origin.1 + y * scale).round() as i32)
        };
        loop {
            cancel.check()?;
            let seen = read::read(&self.plane.view(part, halvings), self.kinds);
            let mut new = false;
            for code in seen {
                let code = FoundCode { text: code.text, corners: code.corners.map(place) };
                self.plane.strike_out(&code);
                if self.codes.len() < CODES_MAX && !self.codes.contains(&code) {
                    self.codes.push(code);
                    new = true;
                }
            }
            if !new {
                return Ok(());
            }
        }
    }
}

/// Squares that cover a picture. Each reaches a quarter over the next one: a code on an edge is whole in another one.
fn pieces(size: Dimensions, piece_px: u32) -> impl Iterator<Item = Rect> {
    let starts = move |length: u32| {
        let step = piece_px / 4 * 3;
        let count = if length <= piece_px { 1 } else { (length - piece_px).div_ceil(step) + 1 };
        (0..count).map(move |index| (index * step).min(length.saturating_sub(piece_px)))
    };
    let side = move |length: u32| piece_px.min(length);
    let part = Dimensions { width_px: side(size.width_px), height_px: side(size.height_px) };
    starts(size.height_px)
        .flat_map(move |top_px| starts(size.width_px).map(move |left_px| (left_px, top_px)))
        .map(move |(left_px, top_px)| Rect { left_px, top_px, size: part })
}

#[cfg(test)]
mod tests {
    use super::pieces;
    use crate::{Dimensions, Rect};

    #[test]
    fn pieces_cover_everything_and_overlap() {
        let size = Dimensions { width_px: 1700, height_px: 500 };
        let pieces: Vec<Rect> = pieces(size, 500).collect();
        let lefts: Vec<u32> = pieces.iter().map(|piece| piece.left_px).collect();
        assert_eq!(lefts, [0, 375, 750, 1125, 1200]);
        assert!(pieces.iter().all(|piece| piece.top_px == 0 && piece.size.width_px == 500));
    }

    #[test]
    fn a_piece_is_never_larger_than_the_picture() {
        let size = Dimensions { width_px: 60, height_px: 70 };
        let all: Vec<Rect> = pieces(size, u32::MAX).collect();
        assert_eq!(all, [Rect { left_px: 0, top_px: 0, size }]);
    }
}
