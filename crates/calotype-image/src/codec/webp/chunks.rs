//! The chunks of a WebP file, read without a decoder. The payload of a cut last chunk is given as far as it goes.

use crate::{
    Dimensions, Orientation,
    bytes_at::{u16_le, u32_le},
    metadata::exif,
};

const FLAG_ANIMATION: u8 = 0x02;
const FLAG_ALPHA: u8 = 0x10;

/// `RIFF`, size, `WEBP`.
const FILE_HEAD_BYTES: usize = 12;

/// Position, size, duration and flags in front of the chunks of an animation frame.
const FRAME_HEAD_BYTES: usize = 16;

/// What the chunks tell about the picture.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chunks {
    /// The canvas; there is no picture without it.
    pub dimensions: Option<Dimensions>,
    /// Frames of an animation, 0 in a still picture.
    pub animation_frames: u32,
    pub is_animation: bool,
    pub has_alpha: bool,
    /// The first frame is coded without loss.
    pub lossless: bool,
    pub orientation: Option<Orientation>,
    pub dpi: Option<(u32, u32)>,
}

pub(super) fn read(webp: &[u8]) -> Chunks {
    let mut found = Chunks::default();
    for (name, payload) in chunks(webp.get(FILE_HEAD_BYTES..).unwrap_or_default()) {
        match name {
            b"VP8X" => found.read_extended_header(payload),
            b"VP8 " | b"VP8L" if !found.is_animation => found.read_picture(name, payload),
            b"ALPH" => found.has_alpha = true,
            b"ANMF" => {
                found.animation_frames += 1;
                if found.animation_frames == 1 {
                    let frame = payload.get(FRAME_HEAD_BYTES..).unwrap_or_default();
                    found.lossless = chunks(frame).any(|(name, _)| name == b"VP8L");
                }
            }
            b"EXIF" => {
                let block = payload.strip_prefix(b"Exif\0\0").unwrap_or(payload);
                found.orientation = exif::orientation(block);
                found.dpi = exif::dpi(block);
            }
            _ => {}
        }
    }
    found
}

/// Behind what the head declares, which begins after itself and is padded to an even length.
pub(super) fn end(webp: &[u8]) -> Option<usize> {
    let declared = u32_le(webp, 4)? as usize;
    declared.checked_add(8 + declared % 2)
}

impl Chunks {
    /// Flags, three reserved bytes, then width and height less one in three bytes each.
    fn read_extended_header(&mut self, payload: &[u8]) {
        let side = |at: usize| Some((u32_le(payload, at)? >> 8) + 1);
        let Some(flags) = payload.first() else { return };
        self.is_animation = flags & FLAG_ANIMATION != 0;
        self.has_alpha = flags & FLAG_ALPHA != 0;
        // Read one byte early, so that the last of four is inside of the chunk.
        if let (Some(width_px), Some(height_px)) = (side(3), side(6)) {
            self.dimensions = Some(Dimensions { width_px, height_px });
        }
    }

    fn read_picture(&mut self, name: &[u8], payload: &[u8]) {
        let size = if name == b"VP8L" { lossless_header(payload) } else { lossy_header(payload) };
        let Some((dimensions, has_alpha)) = size else { return };
        self.lossless = name == b"VP8L";
        if self.dimensions.is_none() {
            self.dimensions = Some(dimensions);
            self.has_alpha |= has_alpha;
        }
    }
}

/// A key frame: three bytes of tag, a start code, then fourteen bits each of width and height.
fn lossy_header(payload: &[u8]) -> Option<(Dimensions, bool)> {
    if payload.get(3..6)? != b"\x9D\x01\x2A" {
        return None;
    }
    let side = |at| Some(u32::from(u16_le(payload, at)? & 0x3FFF));
    Some((Dimensions { width_px: side(6)?, height_px: side(8)? }, false))
}

fn lossless_header(payload: &[u8]) -> Option<(Dimensions, bool)> {
    let bits = u32_le(payload, 1).filter(|_| payload[0] == 0x2F)?;
    let dimensions = Dimensions { width_px: (bits & 0x3FFF) + 1, height_px: (bits >> 14 & 0x3FFF) + 1 };
    Some((dimensions, bits >> 28 & 1 == 1))
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let length = u32_le(rest, 4)? as usize;
        let (name, body) = (&rest[..4], &rest[8..]);
        let payload = &body[..length.min(body.len())];
        rest = body.get(length.saturating_add(length % 2)..).unwrap_or_default();
        Some((name, payload))
    })
}

#[cfg(test)]
mod tests {
    use super::{Chunks, read};
    use crate::Dimensions;

    fn file(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
        for (name, payload) in chunks {
            file.extend_from_slice(*name);
            file.extend_from_slice(&(payload.len() as u32).to_le_bytes());
            file.extend_from_slice(payload);
            file.resize(file.len().next_multiple_of(2), 0);
        }
        file
    }

    #[test]
    fn an_extended_header_gives_the_canvas_and_the_frames_are_counted() {
        let extended: &[u8] = &[0x12, 0, 0, 0, 0x1F, 0x03, 0, 0x57, 0x02, 0];
        let frame: &[u8] = &[0; 24];
        let found =
            read(&file(&[(b"VP8X", extended), (b"ANIM", &[0; 6]), (b"ANMF", frame), (b"ANMF", frame)]));
        assert_eq!(found.dimensions, Some(Dimensions { width_px: 800, height_px: 600 }));
        assert!(found.is_animation && found.has_alpha && !found.lossless);
        assert_eq!(found.animation_frames, 2);
    }

    #[test]
    fn lossless_pictures_tell_size_and_alpha() {
        let bits: u32 = 99 | 59 << 14 | 1 << 28;
        let payload = [&[0x2F][..], &bits.to_le_bytes()].concat();
        let found = read(&file(&[(b"VP8L", &payload)]));
        assert_eq!(found.dimensions, Some(Dimensions { width_px: 100, height_px: 60 }));
        assert!(found.lossless && found.has_alpha);
    }

    #[test]
    fn cut_files_are_no_trouble() {
        let whole = file(&[(b"VP8 ", b"\0\0\0\x9D\x01\x2A\x80\x02\xAB\x01more")]);
        assert_eq!(read(&whole).dimensions, Some(Dimensions { width_px: 640, height_px: 427 }));
        for length in 0..30 {
            assert_eq!(read(&whole[..length.min(29)]), Chunks::default(), "{length} bytes");
        }
    }
}
