//! The size a drawing says it has.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{check_definitions, unreadable};
use crate::{Dimensions, ImageError};

/// Absolute units and how many pixels one of each is.
const UNITS: [(&str, f64); 7] = [
    ("px", 1.0),
    ("pt", 4.0 / 3.0),
    ("pc", 16.0),
    ("in", 96.0),
    ("cm", 96.0 / 2.54),
    ("mm", 96.0 / 25.4),
    ("", 1.0),
];

/// Width and height of the root element where they are absolute, else those of its view box, else 0.
/// Source: spec/ci/format.md, 6
pub(super) fn dimensions(text: &str) -> Result<Dimensions, ImageError> {
    check_definitions(text)?;
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(unreadable)? {
            Event::Start(root) | Event::Empty(root) => return Ok(of_root(&root)),
            Event::Eof => return Err(unreadable("there is no root element")),
            _ => {}
        }
    }
}

fn of_root(root: &BytesStart<'_>) -> Dimensions {
    let attribute = |name: &str| {
        let mut all = root.attributes().flatten();
        all.find(|attribute| attribute.key.as_ref() == name).map(|attribute| attribute.value.into_owned())
    };
    let length = |name: &str| attribute(name).and_then(|value| length_px(&value));
    let view_box: Option<Vec<f64>> = attribute("viewBox").and_then(|value| {
        let parts =
            value.split(|c: char| c == ',' || c.is_ascii_whitespace()).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().ok()).collect()
    });
    let view_box = view_box.filter(|sides| sides.len() == 4);
    let (box_width, box_height) = view_box.map_or((0.0, 0.0), |sides| (sides[2], sides[3]));
    let (width, height) = match (length("width"), length("height")) {
        (Some(width), Some(height)) => (width, height),
        // One side alone is completed by the proportions of the view box.
        (Some(width), None) if box_width > 0.0 => (width, width * box_height / box_width),
        (None, Some(height)) if box_height > 0.0 => (height * box_width / box_height, height),
        _ => (box_width, box_height),
    };
    let pixels = |side: f64| {
        // A drawing that is there has at least one pixel.
        if side > 0.0 { side.round().clamp(1.0, f64::from(u32::MAX)) as u32 } else { 0 }
    };
    match (pixels(width), pixels(height)) {
        (0, _) | (_, 0) => Dimensions { width_px: 0, height_px: 0 },
        (width_px, height_px) => Dimensions { width_px, height_px },
    }
}

fn length_px(text: &str) -> Option<f64> {
    let text = text.trim();
    let (unit, factor) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
    let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
    Some(number * factor).filter(|length| length.is_finite() && *length >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::dimensions;

    #[test]
    fn sizes_come_from_attributes_or_the_view_box() {
        for (attributes, expected) in [
            ("width='100' height='60.4'", (100, 60)),
            ("width='1in' height='25.4mm'", (96, 96)),
            ("width='100%' height='100%' viewBox='0 0 30,20'", (30, 20)),
            ("width='60' viewBox='0 0 30 20'", (60, 40)),
            ("viewBox='0 0 .2 .1'", (1, 1)),
            ("width='100'", (0, 0)),
            ("width='NaN' height='inf' viewBox='1 2 3'", (0, 0)),
            ("", (0, 0)),
        ] {
            let found = dimensions(&format!("<?xml version='1.0'?><!-- x --><svg {attributes}/>")).unwrap();
            assert_eq!((found.width_px, found.height_px), expected, "{attributes}");
        }
        assert!(dimensions("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>").is_err());
        assert!(dimensions("<!DOCTYPE svg PUBLIC 'a' 'b'><svg/>").is_ok());
    }
}
