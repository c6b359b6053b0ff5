//! The 3x3 grid that windows and marks are placed by.
//!
//! Spec: spec/ci/crop.md, 3

use std::fmt;

use crate::Dimensions;

/// Where along one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    Middle,
    End,
}

impl Side {
    /// Offset of a box on this axis. `inward` is ignored in the middle.
    fn offset(self, length_px: u32, box_px: u32, inward_px: i64) -> i64 {
        let free = i64::from(length_px) - i64::from(box_px);
        match self {
            Self::Start => inward_px,
            Self::Middle => free.div_euclid(2),
            Self::End => free.saturating_sub(inward_px),
        }
    }
}

/// One of nine places in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gravity {
    /// Top left corner.
    NorthWest,
    /// Middle of the top edge.
    North,
    /// Top right corner.
    NorthEast,
    /// Middle of the left edge.
    West,
    /// Middle of the picture.
    Center,
    /// Middle of the right edge.
    East,
    /// Bottom left corner.
    SouthWest,
    /// Middle of the bottom edge.
    South,
    /// Bottom right corner.
    SouthEast,
}

impl Gravity {
    /// All nine with the words rules use.
    pub(crate) const WORDS: [(&'static str, Self); 9] = [
        ("northwest", Self::NorthWest),
        ("north", Self::North),
        ("northeast", Self::NorthEast),
        ("west", Self::West),
        ("center", Self::Center),
        ("east", Self::East),
        ("southwest", Self::SouthWest),
        ("south", Self::South),
        ("southeast", Self::SouthEast),
    ];

    /// Top-left corner of a box inside of a picture. `dx` and `dy` point inwards and are ignored on a centred axis.
    ///
    /// The corner may lie outside of the picture; clipping is the caller's business.
    pub(crate) fn place(self, picture: Dimensions, boxed: Dimensions, dx: i64, dy: i64) -> (i64, i64) {
        let (column, row) = self.sides();
        (
            column.offset(picture.width_px, boxed.width_px, dx),
            row.offset(picture.height_px, boxed.height_px, dy),
        )
    }

    fn sides(self) -> (Side, Side) {
        use Side::{End, Middle, Start};
        match self {
            Self::NorthWest => (Start, Start),
            Self::North => (Middle, Start),
            Self::NorthEast => (End, Start),
            Self::West => (Start, Middle),
            Self::Center => (Middle, Middle),
            Self::East => (End, Middle),
            Self::SouthWest => (Start, End),
            Self::South => (Middle, End),
            Self::SouthEast => (End, End),
        }
    }
}

impl fmt::Display for Gravity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(_, gravity)| gravity == self).map_or("", |(word, _)| word);
        f.write_str(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: Dimensions = Dimensions { width_px: 640, height_px: 427 };
    const BOXED: Dimensions = Dimensions { width_px: 300, height_px: 200 };

    #[test]
    fn nine_places_of_a_box() {
        let places = Gravity::WORDS.map(|(_, gravity)| gravity.place(PICTURE, BOXED, 0, 0));
        let expected =
            [(0, 0), (170, 0), (340, 0), (0, 113), (170, 113), (340, 113), (0, 227), (170, 227), (340, 227)];
        assert_eq!(places, expected);
    }

    #[test]
    fn offsets_point_inwards_and_are_ignored_on_a_centred_axis() {
        assert_eq!(Gravity::SouthEast.place(PICTURE, BOXED, 10, 20), (330, 207));
        assert_eq!(Gravity::North.place(PICTURE, BOXED, 10, 20), (170, 20));
        assert_eq!(Gravity::East.place(PICTURE, BOXED, 10, 20), (330, 113));
        assert_eq!(Gravity::Center.place(PICTURE, BOXED, 10, 20), (170, 113));
    }
}
