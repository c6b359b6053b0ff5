//! The symbols on a plane, by rxing.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult, Reader,
    common::HybridBinarizer, multi::MultipleBarcodeReader, oned::MultiFormatOneDReader,
    qrcode::cpp_port::QrReader,
};

use super::{
    bars::{self, Line},
    plane::Plane,
};
use crate::rule::CodeKinds;

/// Bar codes that are read. The rest is rare, or so weak that photographs are full of it.
const BAR_CODES: [BarcodeFormat; 5] = [
    BarcodeFormat::EAN_13,
    BarcodeFormat::EAN_8,
    BarcodeFormat::UPC_A,
    BarcodeFormat::CODE_128,
    BarcodeFormat::CODE_39,
];

/// Without a check digit, anything shorter is more often chance than a code.
const BAR_TEXT_CHARACTERS_MIN: usize = 3;

/// A symbol that was read, with its corners in pixels of the plane.
pub(super) struct Seen {
    pub(super) text: String,
    pub(super) corners: [(f64, f64); 4],
}

/// Reads all QR codes that can be seen, and one bar code.
pub(super) fn read(plane: &Plane, kinds: CodeKinds) -> Vec<Seen> {
    let mut seen = Vec::new();
    if kinds != CodeKinds::Bar {
        seen.extend(without_panic(|| read_squares(plane)));
    }
    if kinds != CodeKinds::Qr {
        seen.extend(without_panic(|| read_bars(plane).into_iter().collect()));
    }
    seen
}

/// The readers look at pixels nobody has checked: should one of them stumble, it has seen nothing.
fn without_panic(read: impl FnOnce() -> Vec<Seen>) -> Vec<Seen> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_default()
}

fn read_squares(plane: &Plane) -> Vec<Seen> {
    let Some(mut bitmap) = bitmap(plane) else { return Vec::new() };
    let hints = hints(&[BarcodeFormat::QR_CODE]);
    let results = QrReader.decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default();
    // The reader goes through the corners like a writer through lines: upper left and right, lower left and right.
    let corners = |result: &RXingResult| {
        let [upper_left, upper_right, lower_left, lower_right] = result.getPoints() else { return None };
        let clockwise = [upper_left, upper_right, lower_right, lower_left];
        Some(clockwise.map(|point| (point.x.into(), point.y.into())))
    };
    let seen =
        |result: &RXingResult| Some(Seen { text: result.getText().to_owned(), corners: corners(result)? });
    results.iter().filter_map(seen).collect()
}

fn read_bars(plane: &Plane) -> Option<Seen> {
    let hints = hints(&BAR_CODES);
    let mut reader = MultiFormatOneDReader::new(&hints);
    let result = reader.decode_with_hints(&mut bitmap(plane)?, &hints).ok()?;
    let text = result.getText().to_owned();
    let ([from, to] | [from, .., to]) = result.getPoints() else { return None };
    if text.chars().count() < BAR_TEXT_CHARACTERS_MIN {
        return None;
    }
    let line = Line { from: (from.x.into(), from.y.into()), to: (to.x.into(), to.y.into()) };
    Some(Seen { text, corners: bars::corners(plane, line) })
}

fn bitmap(plane: &Plane) -> Option<BinaryBitmap<HybridBinarizer<Luma8LuminanceSource>>> {
    let (width, height) = (plane.size.width_px, plane.size.height_px);
    let source = Luma8LuminanceSource::new(plane.samples.clone(), width, height).ok()?;
    Some(BinaryBitmap::new(HybridBinarizer::new(source)))
}

fn hints(formats: &[BarcodeFormat]) -> DecodeHints {
    DecodeHints {
        PossibleFormats: Some(HashSet::from_iter(formats.iter().copied())),
        TryHarder: Some(true),
        ..DecodeHints::default()
    }
}

#[cfg(test)]
mod tests {
    use rxing::{
        BarcodeFormat, Writer,
        oned::{Code39Writer, Code128Writer, EAN8Writer, EAN13Writer, UPCAWriter},
    };

    use super::read;
    use crate::{Dimensions, codes::plane::Plane, rule::CodeKinds};

    /// Bars of two pixels a module on white, sixty pixels high.
    fn plane(writer: &dyn Fn(&str) -> Vec<bool>, text: &str) -> Plane {
        let modules = writer(text);
        let (width_px, height_px) = (modules.len() as u32 * 2 + 60, 100);
        let dark = |at: u32| {
            let (x, y) = (at % width_px, at / width_px);
            let module = (x.saturating_sub(30) / 2) as usize;
            x >= 30 && (20..80).contains(&y) && modules.get(module) == Some(&true)
        };
        let samples = (0..width_px * height_px).map(|at| if dark(at) { 20 } else { 235 }).collect();
        Plane { size: Dimensions { width_px, height_px }, samples }
    }

    fn modules(writer: &impl Writer, format: BarcodeFormat, text: &str) -> Vec<bool> {
        let matrix = writer.encode(text, &format, 0, 1).unwrap();
        let row = (0..matrix.getWidth()).map(|x| matrix.get(x, 0));
        row.skip_while(|is_dark| !is_dark).collect()
    }

    #[test]
    fn every_common_symbology_is_read_and_located() {
        type Write = Box<dyn Fn(&str) -> Vec<bool>>;
        let cases: [(Write, &str); 5] = [
            (Box::new(|text| modules(&EAN13Writer, BarcodeFormat::EAN_13, text)), "4006381333931"),
            (Box::new(|text| modules(&EAN8Writer, BarcodeFormat::EAN_8, text)), "96385074"),
            (Box::new(|text| modules(&UPCAWriter::default(), BarcodeFormat::UPC_A, text)), "036000291452"),
            (Box::new(|text| modules(&Code128Writer, BarcodeFormat::CODE_128, text)), "Code-128 x"),
            (Box::new(|text| modules(&Code39Writer, BarcodeFormat::CODE_39, text)), "CODE 39"),
        ];
        for (write, text) in cases {
            let plane = plane(&write, text);
            let seen = read(&plane, CodeKinds::All);
            assert_eq!(seen.len(), 1, "{text}");
            assert_eq!(seen[0].text, text);
            let [(left, top), _, (right, bottom), _] = seen[0].corners;
            let width = f64::from(plane.size.width_px);
            assert!((25.0..=32.0).contains(&left) && (17.0..=22.0).contains(&top), "{text}: {left},{top}");
            assert!((width - 70.0..=width - 20.0).contains(&right), "{text}: {right} of {width}");
            assert!((77.0..=82.0).contains(&bottom), "{text}: {bottom}");
        }
    }

    #[test]
    fn nothing_is_seen_where_nothing_is() {
        for size in [1, 2, 7, 40, 41] {
            let size = Dimensions { width_px: size, height_px: size };
            let noise = (0..size.pixels()).map(|at| (at * at * 31 % 256) as u8).collect();
            assert!(read(&Plane { size, samples: noise }, CodeKinds::All).is_empty());
        }
    }
}
