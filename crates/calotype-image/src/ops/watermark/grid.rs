//! Where marks go: one place, or all places of a regular grid.

use crate::Dimensions;

/// The places of the top-left corner of a mark, in a picture that it may reach out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    /// One of the places.
    pub(super) corner: (i64, i64),
    /// Distances to the next places; `None` where there is only one.
    pub(super) step_px: Option<(u32, u32)>,
    /// Size of the mark.
    pub(super) mark: Dimensions,
}

impl Grid {
    /// Every corner from which the mark reaches into the picture, row by row.
    pub(super) fn corners(self, picture: Dimensions) -> impl Iterator<Item = (i64, i64)> {
        let (step_x, step_y) = self.step_px.unzip();
        let lefts = places(self.corner.0, step_x, self.mark.width_px, picture.width_px);
        let tops = places(self.corner.1, step_y, self.mark.height_px, picture.height_px);
        tops.flat_map(move |top| lefts.clone().map(move |left| (left, top)))
    }
}

/// The part of a mark that lies inside of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Where it begins in the picture.
    pub(super) corner: (i64, i64),
    /// What of the mark is left of it and above.
    pub(super) cut: (u32, u32),
    pub(super) size: Dimensions,
}

impl Seen {
    /// `None` where the whole mark is outside.
    pub(super) fn of(corner: (i64, i64), mark: Dimensions, picture: Dimensions) -> Option<Self> {
        let side = |place: i64, length_px: u32, limit_px: u32| {
            let end = place.saturating_add(i64::from(length_px)).min(i64::from(limit_px));
            let start = place.max(0);
            (start < end).then(|| (start, (start - place) as u32, (end - start) as u32))
        };
        let (left, cut_left, width_px) = side(corner.0, mark.width_px, picture.width_px)?;
        let (top, cut_top, height_px) = side(corner.1, mark.height_px, picture.height_px)?;
        let size = Dimensions { width_px, height_px };
        Some(Self { corner: (left, top), cut: (cut_left, cut_top), size })
    }
}

fn places(
    place: i64,
    step_px: Option<u32>,
    length_px: u32,
    limit_px: u32,
) -> impl Iterator<Item = i64> + Clone {
    let (length, limit) = (i64::from(length_px), i64::from(limit_px));
    let step = step_px.map_or(i64::MAX, |step| i64::from(step.max(1)));
    // The first place whose mark ends behind the edge. A single mark outside of the picture stays there.
    let before = length - 1;
    let first =
        if step_px.is_some() { place.saturating_add(before).rem_euclid(step) - before } else { place };
    std::iter::successors(Some(first), move |place| place.checked_add(step))
        .take_while(move |place| *place < limit)
}

#[cfg(test)]
mod tests {
    use super::Grid;
    use crate::Dimensions;

    const PICTURE: Dimensions = Dimensions { width_px: 640, height_px: 427 };
    const MARK: Dimensions = Dimensions { width_px: 100, height_px: 40 };

    #[test]
    fn one_mark_stays_where_it_is() {
        for corner in [(540, 387), (-50, 10), (-500, 0)] {
            let grid = Grid { corner, step_px: None, mark: MARK };
            assert_eq!(grid.corners(PICTURE).collect::<Vec<_>>(), [corner]);
        }
    }

    #[test]
    fn wmi_17_wmi_18_tiles_cover_the_picture_and_one_is_in_the_single_mark_s_place() {
        for (step_px, first) in [((100, 40), (-60, -13)), ((150, 60), (-60, -33))] {
            let grid = Grid { corner: (540, 387), step_px: Some(step_px), mark: MARK };
            let corners: Vec<_> = grid.corners(PICTURE).collect();
            assert_eq!((corners[0], corners.last()), (first, Some(&(540, 387))));
            assert_eq!(corners[1].0 - corners[0].0, i64::from(step_px.0));
        }
    }

    #[test]
    fn far_offsets_only_shift_the_phase() {
        let at = |x| Grid { corner: (x, 0), step_px: Some((100, 427)), mark: MARK };
        let near: Vec<_> = at(30).corners(PICTURE).collect();
        assert_eq!(at(30 - 100_000_000).corners(PICTURE).collect::<Vec<_>>(), near);
        assert_eq!(at(30 + 100_000_000).corners(PICTURE).collect::<Vec<_>>(), near);
    }
}
