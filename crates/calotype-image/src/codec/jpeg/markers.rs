//! What the marker segments of a JPEG tell without a decoder.

use super::quality;
use crate::{
    Dimensions, Orientation,
    bytes_at::u16_be,
    jpeg_segments::{APP0, APP1, EOI, EXIF_PREFIX, SOS, segments},
    metadata::exif,
};

const DQT: u8 = 0xDB;
const APP14: u8 = 0xEE;

/// What the segments before the first scan tell.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Markers {
    /// Size, sample depth and coding; there is no picture without it.
    pub frame: Option<FrameHeader>,
    /// Colour transform of Adobe's segment; its presence also says that CMYK is stored inverted.
    pub adobe_transform: Option<u8>,
    /// The Exif orientation tag.
    pub orientation: Option<Orientation>,
    /// Quality that gives the luminance table.
    pub quality: Option<u8>,
    /// Resolution of JFIF, or else of Exif.
    pub dpi: Option<(u32, u32)>,
}

/// The content of an `SOFn` segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FrameHeader {
    pub dimensions: Dimensions,
    pub bit_depth: u8,
    pub components: u8,
    pub progressive: bool,
    pub is_lossless: bool,
    /// Hierarchical and arithmetic lossless codings, which no common decoder reads.
    pub is_exotic: bool,
}

/// Walks the segments up to the first scan. Damage ends the walk; what was found before it counts.
pub(super) fn read(jpeg: &[u8]) -> Markers {
    let mut markers = Markers::default();
    let mut exif_dpi = None;
    for (marker, payload) in segments(jpeg) {
        match marker {
            DQT => markers.quality = markers.quality.or_else(|| quality::of_luminance_table(payload)),
            // DHT, JPG and DAC share the range of frame headers.
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                markers.frame = markers.frame.or_else(|| frame_header(marker, payload));
            }
            APP0 => markers.dpi = jfif_dpi(payload),
            APP1 => {
                if let Some(block) = payload.strip_prefix(EXIF_PREFIX) {
                    markers.orientation = markers.orientation.or_else(|| exif::orientation(block));
                    exif_dpi = exif_dpi.or_else(|| exif::dpi(block));
                }
            }
            APP14 if payload.starts_with(b"Adobe") => markers.adobe_transform = payload.get(11).copied(),
            _ => {}
        }
    }
    markers.dpi = markers.dpi.or(exif_dpi);
    markers
}

/// Whether an end marker follows the first scan; a file cut off behind its last byte of pixels has none.
pub(super) fn has_end(jpeg: &[u8]) -> bool {
    jpeg.windows(2).rev().take_while(|pair| *pair != [0xFF, SOS]).any(|pair| pair == [0xFF, EOI])
}

/// Scans of a file, counted by their markers.
pub(super) fn scan_count(jpeg: &[u8]) -> usize {
    jpeg.windows(2).filter(|pair| *pair == [0xFF, SOS]).count()
}

fn frame_header(marker: u8, payload: &[u8]) -> Option<FrameHeader> {
    let dimensions =
        Dimensions { height_px: u32::from(u16_be(payload, 1)?), width_px: u32::from(u16_be(payload, 3)?) };
    Some(FrameHeader {
        dimensions,
        bit_depth: *payload.first()?,
        components: *payload.get(5)?,
        progressive: matches!(marker, 0xC2 | 0xCA),
        is_lossless: marker == 0xC3,
        is_exotic: !matches!(marker, 0xC0..=0xC3 | 0xC9 | 0xCA),
    })
}

/// Version, unit, then the densities.
fn jfif_dpi(payload: &[u8]) -> Option<(u32, u32)> {
    let density = payload.strip_prefix(b"JFIF\0")?;
    let per_inch = match *density.get(2)? {
        1 => 1.0,
        2 => 2.54,
        _ => return None,
    };
    let dots = |at| Some((f64::from(u16_be(density, at)?) * per_inch).round() as u32);
    Some((dots(3)?, dots(5)?))
}

#[cfg(test)]
mod tests {
    use super::{has_end, read};
    use crate::Dimensions;

    const SOF2: &[u8] = b"\xFF\xC2\0\x11\x08\x01\xAB\x02\x80\x03\x01\x22\0\x02\x11\x01\x03\x11\x01";

    #[test]
    fn size_coding_and_density_are_found_behind_fill_bytes() {
        let jfif = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\x02\0\x64\0\x32\0\0\xFF\xFF";
        let markers = read(&[&jfif[..], SOF2, b"\xFF\xDA"].concat());
        let frame = markers.frame.unwrap();
        assert_eq!(frame.dimensions, Dimensions { width_px: 640, height_px: 427 });
        assert!(frame.progressive && !frame.is_exotic);
        assert_eq!((frame.bit_depth, frame.components), (8, 3));
        assert_eq!(markers.dpi, Some((254, 127)));
    }

    #[test]
    fn cut_headers_give_what_was_whole() {
        let file = [b"\xFF\xD8".as_slice(), SOF2].concat();
        for length in 0..file.len() {
            assert_eq!(read(&file[..length]).frame, None, "{length} bytes");
        }
        assert!(read(&file).frame.is_some());
    }

    #[test]
    fn an_end_marker_counts_only_behind_the_scan() {
        assert!(has_end(b"\xFF\xD8\xFF\xDA\0\x02ab\xFF\xD9 and garbage"));
        assert!(!has_end(b"\xFF\xD8\xFF\xD9\xFF\xDA\0\x02ab"));
    }
}
