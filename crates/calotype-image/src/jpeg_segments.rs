//! The marker segments of a JPEG, for those who read its header, its metadata, or where it ends.

use crate::bytes_at::u16_be;

/// Start of the file.
pub(crate) const SOI: u8 = 0xD8;
/// End of the file.
pub(crate) const EOI: u8 = 0xD9;
/// Start of a scan.
pub(crate) const SOS: u8 = 0xDA;
/// JFIF.
pub(crate) const APP0: u8 = 0xE0;
/// Exif or XMP.
pub(crate) const APP1: u8 = 0xE1;

/// In front of the Exif block in [`APP1`].
pub(crate) const EXIF_PREFIX: &[u8] = b"Exif\0\0";

/// Markers and payloads up to the first scan; fill bytes and damage between segments are skipped as decoders do.
pub(crate) fn segments(jpeg: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let marker = loop {
            at += jpeg.get(at..)?.iter().position(|byte| *byte == 0xFF)? + 1;
            match *jpeg.get(at)? {
                0x00 | 0x01 | 0xFF | 0xD0..=SOI => {}
                EOI | SOS => return None,
                marker => break marker,
            }
        };
        let length = usize::from(u16_be(jpeg, at + 1)?).max(2);
        let payload = jpeg.get(at + 3..at + 1 + length)?;
        at += 1 + length;
        Some((marker, payload))
    })
}

/// Behind the end marker of the last picture: cameras put previews and gain maps behind the first one.
pub(crate) fn end(jpeg: &[u8]) -> Option<usize> {
    let mut end = 0;
    while jpeg.get(end..)?.starts_with(&[0xFF, SOI, 0xFF]) {
        end = end_of_picture(jpeg, end)?;
    }
    Some(end)
}

/// Steps over segments, which have lengths, and over the pixels between them, which have none but hide no marker.
fn end_of_picture(jpeg: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += jpeg.get(at..)?.iter().position(|byte| *byte == 0xFF)? + 1;
        match *jpeg.get(at)? {
            0x00 | 0x01 | 0xFF | 0xD0..=SOI => {}
            EOI => return Some(at + 1),
            _ => at += 1 + usize::from(u16_be(jpeg, at + 1)?),
        }
    }
}
