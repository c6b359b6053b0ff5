//! Picture formats, their names on the wire and how their first bytes look.

use std::fmt;

use crate::bytes_at::{u16_le, u32_be, u32_le};

/// A picture format. Recognising one does not mean that a codec for it is built in, see [`crate::codec`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageFormat {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG with one frame.
    Png,
    /// PNG with animation chunks.
    Apng,
    /// GIF, still or animated.
    Gif,
    /// WebP, lossy, lossless, still or animated.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// TIFF; only the first page is read.
    Tiff,
    /// AV1 image.
    Avif,
    /// HEIF with HEVC inside (`heic`, `heix`, `mif1`).
    Heif,
    /// Windows icon.
    Ico,
    /// SVG, which is text.
    Svg,
}

/// Bytes of an SVG that are searched for its root element; prologues are short.
const SVG_PROLOGUE_BYTES_MAX: usize = 64 * 1024;

/// Compatible brands that are looked at in an ISO media file.
const BRANDS_MAX: usize = 64;

impl ImageFormat {
    /// Finds the format by content alone; names and media types are never asked. Nothing may stand before the
    /// signature. `None` for everything that is no picture known here.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', chunks @ ..] => Some(detect_png(chunks)),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Self::Tiff),
            [b'B', b'M', ..] => is_bmp(bytes).then_some(Self::Bmp),
            [0, 0, 1, 0, ..] => is_ico(bytes).then_some(Self::Ico),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => detect_iso_media(bytes),
            _ => is_svg(&bytes[..bytes.len().min(SVG_PROLOGUE_BYTES_MAX)]).then_some(Self::Svg),
        }
    }

    /// Lower-case name as `imageInfo` and `ProcessResults/Object/Format` spell it. Source: spec/ci/info.md, 1.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Apng => "apng",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Avif => "avif",
            Self::Heif => "heif",
            Self::Ico => "ico",
            Self::Svg => "svg",
        }
    }

    /// The media type of such a picture. Source: spec/ci/README.md, 1.1.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Apng => "image/apng",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Avif => "image/avif",
            Self::Heif => "image/heif",
            Self::Ico => "image/x-icon",
            Self::Svg => "image/svg+xml",
        }
    }

    /// Whether pixels of this format can be partly transparent.
    pub fn has_alpha(self) -> bool {
        !matches!(self, Self::Jpeg | Self::Bmp)
    }

    /// Whether an encoder of this format takes a quality from 0 to 100.
    pub fn has_quality(self) -> bool {
        matches!(self, Self::Jpeg | Self::WebP | Self::Avif | Self::Heif)
    }

    /// Whether this format can hold several timed frames.
    pub fn can_animate(self) -> bool {
        matches!(self, Self::Gif | Self::WebP | Self::Apng)
    }
}

impl fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A PNG is animated where `acTL` comes before the first `IDAT`.
fn detect_png(mut chunks: &[u8]) -> ImageFormat {
    while let Some(length) = u32_be(chunks, 0) {
        match chunks.get(4..8) {
            Some(b"acTL") => return ImageFormat::Apng,
            Some(b"IDAT" | b"IEND") | None => break,
            Some(_) => {}
        }
        let Some(rest) = chunks.get((length as usize).saturating_add(12)..) else { break };
        chunks = rest;
    }
    ImageFormat::Png
}

/// Two letters are little proof, so the size of the information header must be one of those in use.
fn is_bmp(bytes: &[u8]) -> bool {
    matches!(u32_le(bytes, 14), Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// The directory must have an entry, and that entry must point behind the directory.
fn is_ico(bytes: &[u8]) -> bool {
    let (Some(count), Some(offset)) = (u16_le(bytes, 4), u32_le(bytes, 18)) else { return false };
    count > 0 && offset >= 6 + 16 * u32::from(count)
}

/// AVIF and HEIF share a container and differ in the brands of its first box.
fn detect_iso_media(bytes: &[u8]) -> Option<ImageFormat> {
    let size = u32_be(bytes, 0)? as usize;
    let file_type = bytes.get(8..size.clamp(8, bytes.len()))?;
    // The second word is a version, except in the short form `mif3`, which keeps the coding there.
    let mut brands = file_type.chunks_exact(4).take(BRANDS_MAX).enumerate().filter(|(at, _)| *at != 1);
    let mut heif = false;
    for (_, brand) in &mut brands {
        match brand {
            b"avif" | b"avis" => return Some(ImageFormat::Avif),
            b"mif1" | b"mif2" | b"mif3" | b"msf1" | b"heic" | b"heix" | b"heim" | b"heis" | b"hevc"
            | b"hevx" => {
                heif = true;
            }
            _ => {}
        }
    }
    heif.then_some(ImageFormat::Heif)
}

/// The root element must be `svg`; a byte order mark, declaration, comments and a document type may precede it.
fn is_svg(bytes: &[u8]) -> bool {
    let mut rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        let end = match rest {
            [b'<', b'?', ..] => after(rest, b"?>"),
            [b'<', b'!', b'-', b'-', ..] => after(rest, b"-->"),
            [b'<', b'!', ..] => after_document_type(rest),
            _ => return is_svg_tag(rest),
        };
        let Some(next) = end.and_then(|end| rest.get(end..)) else { return false };
        rest = next;
    }
}

fn after(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle).map(|at| at + needle.len())
}

/// A document type ends at its `>`, which is not one inside of its internal subset.
fn after_document_type(text: &[u8]) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            b'>' if depth <= 0 => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn is_svg_tag(text: &[u8]) -> bool {
    let Some(tag) = text.strip_prefix(b"<") else { return false };
    let end = tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(0);
    let name = &tag[..end];
    name == b"svg" || name.ends_with(b":svg")
}

#[cfg(test)]
mod tests {
    use super::ImageFormat::{self, *};

    fn png(chunks: &[(&[u8; 4], usize)]) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (name, length) in chunks {
            bytes.extend_from_slice(&(*length as u32).to_be_bytes());
            bytes.extend_from_slice(*name);
            bytes.resize(bytes.len() + length + 4, 0);
        }
        bytes
    }

    #[test]
    fn content_decides() {
        let cases: [(&[u8], Option<ImageFormat>); 16] = [
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Some(Jpeg)),
            (b"GIF89a....", Some(Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(WebP)),
            (b"RIFF\0\0\0\0WAVEfmt ", None),
            (b"II*\0", Some(Tiff)),
            (b"MM\0*", Some(Tiff)),
            (b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0", Some(Bmp)),
            (b"BMW is a maker of cars and motorcycles", None),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Some(Avif)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some(Heif)),
            (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", None),
            (
                b" <?xml version='1.0'?><!-- > --><!DOCTYPE svg [<!ENTITY a 'b>'>]>\n<svg width='1'>",
                Some(Svg),
            ),
            (b"<html><svg></svg></html>", None),
            (b"junk\xFF\xD8\xFF\xE0", None),
            (b"just text", None),
            (b"", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(ImageFormat::detect(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_png_is_animated_only_by_a_control_chunk_before_the_pixels() {
        assert_eq!(ImageFormat::detect(&png(&[(b"IHDR", 13), (b"acTL", 8), (b"IDAT", 3)])), Some(Apng));
        assert_eq!(ImageFormat::detect(&png(&[(b"IHDR", 13), (b"IDAT", 3), (b"acTL", 8)])), Some(Png));
        assert_eq!(ImageFormat::detect(&png(&[])), Some(Png));
    }

    #[test]
    fn an_icon_needs_an_entry_behind_its_directory() {
        let mut icon = vec![0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 4, 0, 0, 0, 22, 0, 0, 0];
        assert_eq!(ImageFormat::detect(&icon), Some(Ico));
        icon[18] = 3;
        assert_eq!(ImageFormat::detect(&icon), None);
    }
}
