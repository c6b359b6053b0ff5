//! WebP: chunks `ICCP`, `EXIF` and `XMP ` of the extended form, which simple files are turned into.

use super::{Metadata, exif_block};
use crate::bytes_at::{u16_le, u32_le};

const FLAG_ICC: u8 = 0x20;
const FLAG_ALPHA: u8 = 0x10;
const FLAG_EXIF: u8 = 0x08;
const FLAG_XMP: u8 = 0x04;

/// `RIFF`, size, `WEBP`.
const HEAD_BYTES: usize = 12;

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    for (name, data) in chunks(bytes) {
        match name {
            b"EXIF" if metadata.exif.is_none() => metadata.exif = exif_block(data),
            b"ICCP" if metadata.icc.is_none() => metadata.icc = Some(data.to_vec()),
            b"XMP " if metadata.xmp.is_none() => metadata.xmp = Some(data.to_vec()),
            _ => {}
        }
    }
    metadata
}

pub(super) fn write(encoded: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    let Some(mut header) = extended_header(&encoded) else { return encoded };
    let blocks = [(FLAG_ICC, &metadata.icc), (FLAG_EXIF, &metadata.exif), (FLAG_XMP, &metadata.xmp)];
    header[0] |= blocks.iter().filter(|(_, block)| block.is_some()).fold(0, |flags, (flag, _)| flags | flag);

    let mut webp = Vec::with_capacity(encoded.len() + 64);
    webp.extend_from_slice(&encoded[..HEAD_BYTES]);
    push_chunk(&mut webp, b"VP8X", &header);
    if let Some(icc) = &metadata.icc {
        push_chunk(&mut webp, b"ICCP", icc);
    }
    chunks(&encoded)
        .filter(|(name, _)| *name != b"VP8X")
        .for_each(|(name, data)| push_chunk(&mut webp, name, data));
    if let Some(exif) = &metadata.exif {
        push_chunk(&mut webp, b"EXIF", exif);
    }
    if let Some(xmp) = &metadata.xmp {
        push_chunk(&mut webp, b"XMP ", xmp);
    }
    let Ok(size) = u32::try_from(webp.len() - 8) else { return encoded };
    webp[4..8].copy_from_slice(&size.to_le_bytes());
    webp
}

/// The file's `VP8X` data, or one made for its only picture.
fn extended_header(webp: &[u8]) -> Option<[u8; 10]> {
    let (name, data) = chunks(webp).next()?;
    let (width, height, flags) = match name {
        b"VP8X" => return data.get(..10)?.try_into().ok(),
        b"VP8 " => (u32::from(u16_le(data, 6)? & 0x3FFF), u32::from(u16_le(data, 8)? & 0x3FFF), 0),
        b"VP8L" => {
            let bits = u32_le(data, 1)?;
            let flags = if bits >> 28 & 1 == 1 { FLAG_ALPHA } else { 0 };
            ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, flags)
        }
        _ => return None,
    };
    let [w0, w1, w2, _] = width.checked_sub(1)?.to_le_bytes();
    let [h0, h1, h2, _] = height.checked_sub(1)?.to_le_bytes();
    Some([flags, 0, 0, 0, w0, w1, w2, h0, h1, h2])
}

fn push_chunk(webp: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    webp.extend_from_slice(name);
    webp.extend_from_slice(&(data.len() as u32).to_le_bytes());
    webp.extend_from_slice(data);
    webp.resize(webp.len().next_multiple_of(2), 0);
}

fn chunks(webp: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = webp.get(HEAD_BYTES..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32_le(rest, 4)? as usize;
        let (name, data) = (rest.get(..4)?, rest.get(8..length.checked_add(8)?)?);
        rest = rest.get(length.next_multiple_of(2) + 8..).unwrap_or_default();
        Some((name, data))
    })
}
