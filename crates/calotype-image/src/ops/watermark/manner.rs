//! The parameters that image and text marks share: size, place, repetition and opacity.

use std::fmt;

use super::grid::Grid;
use crate::{
    Dimensions,
    rule::{Args, Gravity, RuleError, geometry::rdiv},
};

/// Farther than any side reaches.
const OFFSET_PX_MAX: i64 = 1_000_000;

/// How a mark is scaled and where it is laid, as written; what was not written has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner {
    /// Where in the picture; `SouthEast` unless written.
    gravity: Gravity,
    /// Inward offsets.
    dx_px: i64,
    dy_px: i64,
    /// Opacity, 1 to 100.
    pub(super) dissolve_percent: u8,
    /// Repeats the mark over the whole picture.
    pub(super) batch: bool,
    /// Clockwise turn of each tile.
    degree: u16,
    /// Gap between tiles, in percent of the mark's sides.
    spacing_percent: u32,
    scatype: Option<Scale>,
    spcent_permille: Option<u32>,
    /// Returns the original instead of an error; valid for the whole instruction.
    pub(super) ignores_error: bool,
}

/// Which measure of the picture a mark is scaled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Width,
    Height,
    Area,
}

impl Scale {
    const WORDS: [(&'static str, Self); 3] = [("1", Self::Width), ("2", Self::Height), ("3", Self::Area)];

    /// The largest `spcent`. Source: spec/ci/watermark.md, 1.1.
    fn permille_max(self) -> u32 {
        match self {
            Self::Width | Self::Height => 1_000,
            Self::Area => 250,
        }
    }
}

impl Default for Manner {
    /// Source: spec/ci/watermark.md, 1.1.
    fn default() -> Self {
        Self {
            gravity: Gravity::SouthEast,
            dx_px: 0,
            dy_px: 0,
            dissolve_percent: 90,
            batch: false,
            degree: 0,
            spacing_percent: 10,
            scatype: None,
            spcent_permille: None,
            ignores_error: false,
        }
    }
}

impl Manner {
    /// Reads the value of a name; `None` where the name is none of these.
    pub(super) fn read(&mut self, name: &str, args: &mut Args<'_>) -> Option<Result<(), RuleError>> {
        fn set<T>(place: &mut T, value: Result<T, RuleError>) -> Option<Result<(), RuleError>> {
            Some(value.map(|value| *place = value))
        }
        match name {
            "gravity" => set(&mut self.gravity, args.choice(&Gravity::WORDS)),
            "dx" => set(&mut self.dx_px, args.integer(-OFFSET_PX_MAX..=OFFSET_PX_MAX)),
            "dy" => set(&mut self.dy_px, args.integer(-OFFSET_PX_MAX..=OFFSET_PX_MAX)),
            "dissolve" => set(&mut self.dissolve_percent, args.integer(1..=100)),
            "batch" => set(&mut self.batch, args.switch()),
            "degree" => set(&mut self.degree, args.integer(0..=360)),
            "spacing" => set(&mut self.spacing_percent, args.integer(0..=100)),
            "scatype" => set(&mut self.scatype, args.choice(&Scale::WORDS).map(Some)),
            "spcent" => set(&mut self.spcent_permille, args.integer(1..=1_000).map(Some)),
            _ => None,
        }
    }

    /// Checks what only all parameters together tell.
    pub(super) fn check(&self) -> Result<(), RuleError> {
        match (self.scatype, self.spcent_permille) {
            (None, None) => Ok(()),
            (Some(scale), Some(permille)) if permille > scale.permille_max() => {
                let expected = format!("a whole number from 1 to {}", scale.permille_max());
                Err(RuleError::out_of_range("spcent", permille.to_string(), expected))
            }
            (Some(_), Some(_)) => Ok(()),
            _ => Err(RuleError::syntax("watermark", "", "scatype and spcent together")),
        }
    }

    /// The factor by which a mark is scaled for a picture, `None` where it stays as it is.
    pub(super) fn factor(&self, mark: (f64, f64), picture: Dimensions) -> Option<f64> {
        let permille = f64::from(self.spcent_permille?);
        let (width, height) = (f64::from(picture.width_px), f64::from(picture.height_px));
        Some(match self.scatype? {
            Scale::Width => width * permille / 1_000.0 / mark.0,
            Scale::Height => height * permille / 1_000.0 / mark.1,
            Scale::Area => (width * height * permille / 1_000.0 / (mark.0 * mark.1)).sqrt(),
        })
    }

    /// The size of a mark, scaled for a picture.
    pub(super) fn scaled(&self, mark: Dimensions, picture: Dimensions) -> Dimensions {
        let (Some(scale), Some(permille)) = (self.scatype, self.spcent_permille) else { return mark };
        match scale {
            Scale::Width => {
                let width_px = rdiv(picture.width_px, permille, 1_000);
                Dimensions { width_px, height_px: rdiv(mark.height_px, width_px, mark.width_px) }
            }
            Scale::Height => {
                let height_px = rdiv(picture.height_px, permille, 1_000);
                Dimensions { width_px: rdiv(mark.width_px, height_px, mark.height_px), height_px }
            }
            Scale::Area => {
                let sides = (f64::from(mark.width_px), f64::from(mark.height_px));
                let factor = self.factor(sides, picture).unwrap_or(1.0);
                let side = |side: f64| (side * factor).round().max(1.0) as u32;
                Dimensions { width_px: side(sides.0), height_px: side(sides.1) }
            }
        }
    }

    /// By how much each tile is turned, 0 to 359; without `batch` nothing is.
    pub(super) fn angle_degrees(&self) -> u16 {
        if self.batch { self.degree % 360 } else { 0 }
    }

    /// Where a mark of this size goes, its turn not counted.
    pub(super) fn grid(&self, mark: Dimensions, picture: Dimensions) -> Grid {
        let boxed = mark.rotated(self.angle_degrees());
        let corner = self.gravity.place(picture, boxed, self.dx_px, self.dy_px);
        let gap = |side_px: u32| ((u64::from(side_px) * u64::from(self.spacing_percent) + 50) / 100) as u32;
        let step_px = (
            boxed.width_px.saturating_add(gap(mark.width_px)),
            boxed.height_px.saturating_add(gap(mark.height_px)),
        );
        Grid { corner, step_px: self.batch.then_some(step_px), mark: boxed }
    }
}

/// Only what differs from the default, each behind a slash.
impl fmt::Display for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = Self::default();
        let mut pair = |name: &str, value: &dyn fmt::Display, is_default: bool| {
            if is_default { Ok(()) } else { write!(f, "/{name}/{value}") }
        };
        pair("gravity", &self.gravity, self.gravity == default.gravity)?;
        pair("dx", &self.dx_px, self.dx_px == 0)?;
        pair("dy", &self.dy_px, self.dy_px == 0)?;
        pair("dissolve", &self.dissolve_percent, self.dissolve_percent == default.dissolve_percent)?;
        pair("batch", &u8::from(self.batch), !self.batch)?;
        pair("degree", &self.degree, self.degree == 0)?;
        pair("spacing", &self.spacing_percent, self.spacing_percent == default.spacing_percent)?;
        if let (Some(scale), Some(permille)) = (self.scatype, self.spcent_permille) {
            let word = Scale::WORDS.iter().find(|(_, other)| *other == scale).map_or("", |(word, _)| word);
            write!(f, "/scatype/{word}/spcent/{permille}")?;
        }
        if self.ignores_error { write!(f, "/ignore-error/1") } else { Ok(()) }
    }
}
