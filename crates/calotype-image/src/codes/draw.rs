//! Pictures of codes, encoded by rxing.

use rxing::{BarcodeFormat, EncodeHints, Writer, common::BitMatrix, oned::EAN13Writer, qrcode::QRCodeWriter};

use crate::{Dimensions, ImageError, codec};

/// The rule's word.
const OPERATION: &str = "qrcode-generate";

/// Light modules around a QR code, on each side.
const QUIET_MODULES: u32 = 4;
/// Light modules in front of and behind an EAN-13 together: 11 and 7.
const BAR_QUIET_MODULES: u32 = 18;
/// Digits of an EAN-13 without its check digit.
const BAR_DIGITS: usize = 12;

/// A QR code of error level M as a PNG of `width_px` by `width_px`. Modules have whole pixels; what is left over widens
/// the margin.
///
/// Errors: [`ImageError::InvalidForImage`] for a text that no QR code can hold, or none of this width.
pub fn qr_code_png(text: &str, width_px: u32) -> Result<Vec<u8>, ImageError> {
    let hints = EncodeHints {
        ErrorCorrection: Some("M".to_owned()),
        Margin: Some("0".to_owned()),
        // Readers that are told nothing take other texts for Latin-1 or guess.
        CharacterSet: (!text.is_ascii()).then(|| "UTF-8".to_owned()),
        ..EncodeHints::default()
    };
    let too_long = |_| invalid(format!("a text of {} bytes is more than a QR code holds", text.len()));
    let modules =
        QRCodeWriter.encode_with_hints(text, &BarcodeFormat::QR_CODE, 0, 0, &hints).map_err(too_long)?;
    let size = Dimensions { width_px, height_px: width_px };
    png(&modules, size, (QUIET_MODULES * 2, QUIET_MODULES * 2))
}

/// The bars of an EAN-13 as a PNG, two fifths as high as it is wide. The check digit is added.
///
/// Errors: [`ImageError::InvalidForImage`] for anything but twelve digits, or a width below one pixel a module.
pub fn bar_code_png(digits: &str, width_px: u32) -> Result<Vec<u8>, ImageError> {
    if digits.len() != BAR_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid(format!("{digits:?} is not {BAR_DIGITS} digits, as a bar code needs them")));
    }
    let hints = EncodeHints { Margin: Some("0".to_owned()), ..EncodeHints::default() };
    let modules = EAN13Writer.encode_with_hints(digits, &BarcodeFormat::EAN_13, 0, 1, &hints);
    let modules = modules.map_err(|error| invalid(error.to_string()))?;
    // Two fifths, rounded half up.
    let size = Dimensions { width_px, height_px: (4 * width_px + 5) / 10 };
    png(&modules, size, (BAR_QUIET_MODULES, 0))
}

/// Draws modules as large as fit, in the middle; a single row of them becomes as high as the picture.
fn png(modules: &BitMatrix, size: Dimensions, quiet: (u32, u32)) -> Result<Vec<u8>, ImageError> {
    let (columns, rows) = (modules.getWidth(), modules.getHeight());
    let module_px = size.width_px / (columns + quiet.0);
    if module_px == 0 {
        let least = columns + quiet.0;
        return Err(invalid(format!(
            "this content needs a width of {least} at least, not {}",
            size.width_px
        )));
    }
    let row_px = if rows == 1 { size.height_px } else { module_px };
    let left = (size.width_px - columns * module_px) / 2;
    let top = (size.height_px - rows * row_px) / 2;
    let module = |at: u32, first: u32, side_px: u32, count: u32| {
        at.checked_sub(first).map(|inside| inside / side_px).filter(|module| *module < count)
    };
    let is_dark = |x: u32, y: u32| {
        let (column, row) = (module(x, left, module_px, columns), module(y, top, row_px, rows));
        column.zip(row).is_some_and(|(column, row)| modules.get(column, row))
    };
    let places = (0..size.height_px).flat_map(|y| (0..size.width_px).map(move |x| (x, y)));
    let samples: Vec<u8> = places.map(|(x, y)| if is_dark(x, y) { 0 } else { 255 }).collect();
    codec::png::encode_gray(size, &samples)
}

fn invalid(message: String) -> ImageError {
    ImageError::InvalidForImage { operation: OPERATION, message }
}
