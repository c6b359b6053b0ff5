//! `indexcrop/width/<w>/height/<h>/index/<i>`: keeps one tile of a grid that starts at the top left.
//!
//! Spec: spec/ci/crop.md, 7

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec};
use crate::{
    Dimensions, ImageError,
    plan::Planner,
    rule::{Args, RuleError, geometry::side},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "indexcrop",
    aliases: &[],
    usage: "indexcrop/width/<w>/height/<h>/index/<i>",
    summary: "Keeps the tile with an index, counted from 0 in rows from the top left.",
    parse: |args| Ok(Arc::new(Tile::parse(args)?)),
};

const EXPECTED: &str = "width, height or index, each with a number";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Tile {
    width_px: Option<u32>,
    height_px: Option<u32>,
    index: Option<u32>,
}

impl Tile {
    /// Reads the whole block before a value is refused, so that what follows can still be read.
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let mut tile = Self::default();
        let mut refused = None;
        while let Some(name @ ("width" | "height" | "index")) = args.peek() {
            args.take();
            let text = args.text(EXPECTED)?;
            let field = match name {
                "width" => &mut tile.width_px,
                "height" => &mut tile.height_px,
                _ => &mut tile.index,
            };
            let value = match name {
                "index" => index(args, text),
                _ => side("indexcrop", text, text),
            };
            if field.is_some() {
                return Err(args.syntax(name, "each name only once"));
            }
            match value {
                Ok(value) => *field = Some(value),
                Err(error) if error.kind == crate::rule::RuleErrorKind::Syntax => return Err(error),
                Err(error) => {
                    *field = Some(1);
                    refused.get_or_insert(error);
                }
            }
        }
        if let Some(error) = refused {
            return Err(error);
        }
        if tile.width_px.is_none() && tile.height_px.is_none() {
            return Err(args.syntax("", "a width or a height"));
        }
        Ok(tile)
    }

    /// Grid position of the tile, `None` when there is no such tile.
    fn place(&self, source: Dimensions) -> Option<((i64, i64), Dimensions)> {
        let size = Dimensions {
            width_px: self.width_px.unwrap_or(source.width_px).min(source.width_px),
            height_px: self.height_px.unwrap_or(source.height_px).min(source.height_px),
        };
        let columns = source.width_px.div_ceil(size.width_px);
        let rows = source.height_px.div_ceil(size.height_px);
        let index = self.index.unwrap_or(0);
        if u64::from(index) >= u64::from(columns) * u64::from(rows) {
            return None;
        }
        let (column, row) = (index % columns, index / columns);
        let left_px = i64::from(column) * i64::from(size.width_px);
        Some(((left_px, i64::from(row) * i64::from(size.height_px)), size))
    }
}

fn index(args: &Args<'_>, text: &str) -> Result<u32, RuleError> {
    let value = crate::rule::args::integer(text).ok_or_else(|| args.syntax(text, EXPECTED))?;
    if value < 0 {
        return Err(args.out_of_range(text, "an index of at least 0"));
    }
    Ok(u32::try_from(value).unwrap_or(u32::MAX))
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("indexcrop")?;
        for (name, value) in [("width", self.width_px), ("height", self.height_px), ("index", self.index)] {
            if let Some(value) = value {
                write!(f, "/{name}/{value}")?;
            }
        }
        Ok(())
    }
}

impl Operation for Tile {
    /// An index beyond the last tile leaves the picture as it is.
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        match self.place(planner.size()) {
            Some((corner, size)) => planner.keep_window("indexcrop", corner, size),
            None => Ok(()),
        }
    }
}
