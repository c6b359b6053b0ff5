//! The small language of sizes: how `thumbnail` says what a picture shall become.
//!
//! Spec: spec/ci/thumbnail.md, 1

use std::fmt;

use super::{RuleError, args::integer};
use crate::Dimensions;

/// Percentages go this far. Source: spec/ci/thumbnail.md, 2.
const PERCENT_MAX: i64 = 10_000;
/// Areas go this far. Source: spec/ci/thumbnail.md, 2.
const AREA_PX_MAX: i64 = 250_000_000;

const EXPECTED: &str =
    "a geometry such as 300x200, 300x, x200, !50p, 300x200>, !300x200r, 300x200! or 35000@";

/// A size that depends on the source. The variants are the forms T1 to T11 of the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Geometry {
    /// `!<S>p`: both sides in percent.
    Percent(u32),
    /// `!<S>px`: the width in percent, the height stays.
    PercentWidth(u32),
    /// `!x<S>p`: the height in percent, the width stays.
    PercentHeight(u32),
    /// `<W>x`: a width, the height follows.
    Width(u32),
    /// `x<H>`: a height, the width follows.
    Height(u32),
    /// `<W>x<H>`: the largest size inside.
    Inside(Dimensions),
    /// `<W>x<H>>`: the same, but never larger than the source.
    InsideShrinking(Dimensions),
    /// `<W>x<H><`: the same, but never smaller than the source.
    InsideEnlarging(Dimensions),
    /// `!<W>x<H>r`: the smallest size that covers.
    Cover(Dimensions),
    /// `<W>x<H>!`: exactly this size.
    Exact(Dimensions),
    /// `<Area>@`: at most this many pixels, never larger than the source.
    Area(u32),
}

impl Geometry {
    /// Reads one geometry; `word` names the operation in errors.
    pub(crate) fn parse(word: &str, text: &str) -> Result<Self, RuleError> {
        let number = |digits, max, expected| number(word, text, digits, max, expected);
        let percent = |digits| number(digits, PERCENT_MAX, "a percentage from 1 to 10000");
        let pair =
            |pair| parse_pair(word, text, pair)?.ok_or_else(|| RuleError::syntax(word, text, EXPECTED));
        if let Some(area) = text.strip_suffix('@') {
            return Ok(Self::Area(number(area, AREA_PX_MAX, "an area from 1 to 250000000 pixels")?));
        }
        if let Some(rest) = text.strip_prefix('!') {
            return if let Some(size) = rest.strip_suffix('r') {
                Ok(Self::Cover(pair(size)?))
            } else if let Some(width) = rest.strip_suffix("px") {
                Ok(Self::PercentWidth(percent(width)?))
            } else if let Some(height) = rest.strip_prefix('x').and_then(|rest| rest.strip_suffix('p')) {
                Ok(Self::PercentHeight(percent(height)?))
            } else if let Some(both) = rest.strip_suffix('p') {
                Ok(Self::Percent(percent(both)?))
            } else {
                Err(RuleError::syntax(word, text, EXPECTED))
            };
        }
        if let Some(size) = text.strip_suffix('>') {
            Ok(Self::InsideShrinking(pair(size)?))
        } else if let Some(size) = text.strip_suffix('<') {
            Ok(Self::InsideEnlarging(pair(size)?))
        } else if let Some(size) = text.strip_suffix('!') {
            Ok(Self::Exact(pair(size)?))
        } else {
            Sides::parse(word, text).map(Self::from)
        }
    }

    /// The size this makes of a source, before any limit but that of written sides.
    ///
    /// - `side_px_clamp`: written widths and heights above it count as this many pixels.
    /// - Sides are at least 1; they may exceed any limit, checking is the caller's business.
    pub(crate) fn resolve(self, source: Dimensions, side_px_clamp: u32) -> Dimensions {
        let clamp = |px: u32| px.min(side_px_clamp);
        let clamped = |size: Dimensions| Dimensions {
            width_px: clamp(size.width_px),
            height_px: clamp(size.height_px),
        };
        match self {
            Self::Percent(percent) => Dimensions {
                width_px: rdiv(source.width_px, percent, 100),
                height_px: rdiv(source.height_px, percent, 100),
            },
            Self::PercentWidth(percent) => {
                Dimensions { width_px: rdiv(source.width_px, percent, 100), ..source }
            }
            Self::PercentHeight(percent) => {
                Dimensions { height_px: rdiv(source.height_px, percent, 100), ..source }
            }
            Self::Width(width_px) => with_width(source, clamp(width_px)),
            Self::Height(height_px) => with_height(source, clamp(height_px)),
            Self::Inside(bounds) => inside(source, clamped(bounds)),
            Self::InsideShrinking(bounds) => {
                if fits(source, clamped(bounds)) {
                    source
                } else {
                    inside(source, clamped(bounds))
                }
            }
            Self::InsideEnlarging(bounds) => {
                let bounds = clamped(bounds);
                let enlarges = bounds.width_px > source.width_px && bounds.height_px > source.height_px;
                if enlarges { inside(source, bounds) } else { source }
            }
            Self::Cover(bounds) => cover(source, clamped(bounds)),
            Self::Exact(size) => clamped(size),
            Self::Area(area_px) => within_area(source, area_px),
        }
    }

    /// The canvas that `pad/1` fills up to, for the forms that pad. Source: spec/ci/thumbnail.md, 3.
    pub(crate) fn canvas(self, side_px_clamp: u32) -> Option<Dimensions> {
        match self {
            Self::Inside(size) | Self::InsideShrinking(size) | Self::InsideEnlarging(size) => {
                Some(Dimensions {
                    width_px: size.width_px.min(side_px_clamp),
                    height_px: size.height_px.min(side_px_clamp),
                })
            }
            _ => None,
        }
    }
}

impl From<Sides> for Geometry {
    fn from(sides: Sides) -> Self {
        match sides {
            Sides::Both(size) => Self::Inside(size),
            Sides::Width(width_px) => Self::Width(width_px),
            Sides::Height(height_px) => Self::Height(height_px),
        }
    }
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "!{percent}p"),
            Self::PercentWidth(percent) => write!(f, "!{percent}px"),
            Self::PercentHeight(percent) => write!(f, "!x{percent}p"),
            Self::Width(width_px) => write!(f, "{width_px}x"),
            Self::Height(height_px) => write!(f, "x{height_px}"),
            Self::Inside(size) => write!(f, "{size}"),
            Self::InsideShrinking(size) => write!(f, "{size}>"),
            Self::InsideEnlarging(size) => write!(f, "{size}<"),
            Self::Cover(size) => write!(f, "!{size}r"),
            Self::Exact(size) => write!(f, "{size}!"),
            Self::Area(area_px) => write!(f, "{area_px}@"),
        }
    }
}

/// One or two sides: `<W>x<H>`, `<W>x`, `x<H>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sides {
    Both(Dimensions),
    Width(u32),
    Height(u32),
}

impl Sides {
    /// Reads one or two sides; a bare number is a width. Source: spec/ci/thumbnail.md, 6.
    pub(crate) fn parse(word: &str, text: &str) -> Result<Self, RuleError> {
        if let Some(size) = parse_pair(word, text, text)? {
            return Ok(Self::Both(size));
        }
        if let Some(height) = text.strip_prefix('x') {
            side(word, text, height).map(Self::Height)
        } else {
            side(word, text, text.strip_suffix('x').unwrap_or(text)).map(Self::Width)
        }
    }
}

impl fmt::Display for Sides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Both(size) => write!(f, "{size}"),
            Self::Width(width_px) => write!(f, "{width_px}x"),
            Self::Height(height_px) => write!(f, "x{height_px}"),
        }
    }
}

/// `<W>x<H>` with both sides; `None` when it has another form.
fn parse_pair(word: &str, whole: &str, text: &str) -> Result<Option<Dimensions>, RuleError> {
    match text.split_once('x') {
        Some((width, height)) if !width.is_empty() && !height.is_empty() => Ok(Some(Dimensions {
            width_px: side(word, whole, width)?,
            height_px: side(word, whole, height)?,
        })),
        _ => Ok(None),
    }
}

/// A side of at least 1 pixel; there is no upper bound because larger sides are clamped later.
pub(crate) fn side(word: &str, whole: &str, digits: &str) -> Result<u32, RuleError> {
    number(word, whole, digits, i64::MAX, "sides of at least 1 pixel")
}

fn number(word: &str, whole: &str, digits: &str, max: i64, expected: &'static str) -> Result<u32, RuleError> {
    let value = integer(digits).ok_or_else(|| RuleError::syntax(word, whole, expected))?;
    if !(1..=max).contains(&value) {
        return Err(RuleError::out_of_range(word, whole, expected));
    }
    Ok(u32::try_from(value).unwrap_or(u32::MAX))
}

/// `a * b / c` rounded half up, at least 1, at most what fits.
pub(crate) fn rdiv(a: u32, b: u32, c: u32) -> u32 {
    let (product, divisor) = (u128::from(a) * u128::from(b), u128::from(c.max(1)));
    u32::try_from((2 * product + divisor) / (2 * divisor)).unwrap_or(u32::MAX).max(1)
}

fn with_width(source: Dimensions, width_px: u32) -> Dimensions {
    Dimensions { width_px, height_px: rdiv(source.height_px, width_px, source.width_px) }
}

fn with_height(source: Dimensions, height_px: u32) -> Dimensions {
    Dimensions { width_px: rdiv(source.width_px, height_px, source.height_px), height_px }
}

/// Whether the bounds are relatively no wider than the source, so that their width decides what is inside of them.
fn width_decides(source: Dimensions, bounds: Dimensions) -> std::cmp::Ordering {
    let by_width = u64::from(bounds.width_px) * u64::from(source.height_px);
    let by_height = u64::from(bounds.height_px) * u64::from(source.width_px);
    by_width.cmp(&by_height)
}

/// T6: the largest size of the source's shape inside of the bounds.
pub(crate) fn inside(source: Dimensions, bounds: Dimensions) -> Dimensions {
    if width_decides(source, bounds).is_le() {
        with_width(source, bounds.width_px)
    } else {
        with_height(source, bounds.height_px)
    }
}

/// T9: the smallest size of the source's shape that covers the bounds.
pub(crate) fn cover(source: Dimensions, bounds: Dimensions) -> Dimensions {
    if width_decides(source, bounds).is_ge() {
        with_width(source, bounds.width_px)
    } else {
        with_height(source, bounds.height_px)
    }
}

fn fits(source: Dimensions, bounds: Dimensions) -> bool {
    source.width_px <= bounds.width_px && source.height_px <= bounds.height_px
}

/// T11: `floor(side * sqrt(area / pixels))`, worked out in whole numbers.
fn within_area(source: Dimensions, area_px: u32) -> Dimensions {
    if source.pixels() <= u64::from(area_px) {
        return source;
    }
    let scaled = |side: u32, other: u32| {
        let square = u64::from(side) * u64::from(area_px) / u64::from(other.max(1));
        u32::try_from(square.isqrt()).unwrap_or(u32::MAX).max(1)
    };
    let (width_px, height_px) =
        (scaled(source.width_px, source.height_px), scaled(source.height_px, source.width_px));
    // A side that was raised to 1 would otherwise lift the product over the area.
    Dimensions {
        width_px: width_px.min(area_px / height_px.min(area_px)),
        height_px: height_px.min(area_px / width_px.min(area_px)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleErrorKind;

    fn resolve(text: &str, width_px: u32, height_px: u32) -> (u32, u32) {
        let size =
            Geometry::parse("thumbnail", text).unwrap().resolve(Dimensions { width_px, height_px }, 10_000);
        (size.width_px, size.height_px)
    }

    #[test]
    fn every_form_prints_back() {
        for text in
            ["!50p", "!50px", "!x50p", "200x", "x200", "3x2", "3x2>", "3x2<", "!3x2r", "3x2!", "35000@"]
        {
            assert_eq!(Geometry::parse("thumbnail", text).unwrap().to_string(), text);
        }
        assert_eq!(Geometry::parse("thumbnail", "200").unwrap().to_string(), "200x");
    }

    #[test]
    fn mogr_thumb_29_product_never_exceeds_the_area() {
        let mut seed = 1_u64;
        let mut random = |bound: u32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((seed >> 33) % u64::from(bound)).unwrap() + 1
        };
        for _ in 0..2_000 {
            let (width, height, area) = (random(5_000), random(5_000), random(1_000_000));
            let (w, h) = resolve(&format!("{area}@"), width, height);
            assert!(u64::from(w) * u64::from(h) <= u64::from(area), "{width}x{height} {area}@ gave {w}x{h}");
            let scale = (f64::from(area) / (f64::from(width) * f64::from(height))).sqrt().min(1.0);
            let (ideal_w, ideal_h) = (f64::from(width) * scale, f64::from(height) * scale);
            if ideal_w >= 1.0 && ideal_h >= 1.0 {
                assert!((ideal_w - f64::from(w)).abs() <= 1.0 && (ideal_h - f64::from(h)).abs() <= 1.0);
            }
        }
        assert_eq!(resolve("100@", 1, 50_000), (1, 100));
        assert_eq!(resolve("1@", 1, 50_000), (1, 1));
    }

    #[test]
    fn misspelt_forms_differ_from_values_out_of_range() {
        let kind = |text| Geometry::parse("thumbnail", text).unwrap_err().kind;
        for text in
            ["abc", "12.5x", "x", "", "!200x200", "!", "!p", "@", "axb", "3x2x1", "3 x2", "!12.5p", "r"]
        {
            assert_eq!(kind(text), RuleErrorKind::Syntax, "{text}");
        }
        for text in ["0x", "x0", "!0p", "0@", "-5x", "!10001p", "250000001@", "0x5", "5x0!"] {
            assert_eq!(kind(text), RuleErrorKind::OutOfRange, "{text}");
        }
    }
}
