//! `imageView2`: five templates for thumbnails, carried out by the same steps as `imageMogr2`. They never enlarge.
//!
//! Spec: spec/ci/imageview2.md

use std::fmt;

use super::{Operation, Parse, find as find_operation, lquality, quality, rquality};
use crate::{
    Dimensions, ImageError,
    plan::Planner,
    rule::{
        Args, Geometry, Gravity, RuleError,
        geometry::{self, cover},
    },
};

/// Mode and sides of one `imageView2` segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Template {
    /// 1 to 5; `None` works like 2.
    pub(crate) mode: Option<i64>,
    /// A mode was written, so that a side has to be.
    pub(crate) needs_size: bool,
    /// `w`.
    pub(crate) width_px: Option<u32>,
    /// `h`.
    pub(crate) height_px: Option<u32>,
}

/// The value of `w` or `h`.
pub(crate) fn side(args: &mut Args<'_>) -> Result<u32, RuleError> {
    let text = args.text("a side of at least 1 pixel")?;
    geometry::side(args.word(), text, text)
}

/// How the parameters besides mode, `w` and `h` are read.
pub(crate) fn find(word: &str) -> Option<Parse> {
    match word {
        "q" => Some(quality::parse_short),
        "rq" => Some(rquality::parse_short),
        "lq" => Some(lquality::parse_short),
        "format" | "ignore-error" => find_operation(word).map(|spec| spec.parse),
        _ => None,
    }
}

impl Template {
    /// Whether a side was written.
    pub(crate) fn resizes(&self) -> bool {
        self.width_px.is_some() || self.height_px.is_some()
    }

    /// Both sides; one that is missing equals the other one.
    fn sides(&self) -> Option<Dimensions> {
        let width_px = self.width_px.or(self.height_px)?;
        Some(Dimensions { width_px, height_px: self.height_px.unwrap_or(width_px) })
    }

    /// Modes 1 and 3 to 5: what has to be covered, within the source.
    fn covered(&self, planner: &Planner<'_>) -> Option<Dimensions> {
        let sides = self.sides()?;
        let source = planner.size();
        let by_length = matches!(self.mode, Some(4 | 5)) && source.width_px < source.height_px;
        // The first side belongs to the longer edge there.
        Some(planner.clamp_to_source(if by_length { sides.transposed() } else { sides }))
    }

    /// Mode 2: inside of the sides that were written.
    fn inside(&self, planner: &Planner<'_>) -> Dimensions {
        let source = planner.size();
        let given = planner.clamp_to_source(Dimensions {
            width_px: self.width_px.unwrap_or(source.width_px),
            height_px: self.height_px.unwrap_or(source.height_px),
        });
        let geometry = match (self.width_px, self.height_px) {
            (Some(_), None) => Geometry::Width(given.width_px),
            (None, Some(_)) => Geometry::Height(given.height_px),
            _ => Geometry::Inside(given),
        };
        geometry.resolve(source, planner.limits().parameter_px_clamp)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = self.mode.map(|mode| mode.to_string());
        let width = self.width_px.map(|px| format!("w/{px}"));
        let height = self.height_px.map(|px| format!("h/{px}"));
        let words: Vec<_> = [mode, width, height].into_iter().flatten().collect();
        f.write_str(&words.join("/"))
    }
}

impl Operation for Template {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        if matches!(self.mode, None | Some(2)) {
            return planner.resize(self.inside(planner));
        }
        let Some(window) = self.covered(planner) else { return Ok(()) };
        planner.resize(cover(planner.size(), window))?;
        if matches!(self.mode, Some(1 | 5)) {
            let corner = Gravity::Center.place(planner.size(), window, 0, 0);
            return planner.keep_window("imageView2", corner, window);
        }
        Ok(())
    }
}
