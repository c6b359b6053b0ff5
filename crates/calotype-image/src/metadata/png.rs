//! PNG: `eXIf`, `iCCP` and an `iTXt` with a fixed keyword.

use std::io::{Read, Write};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

use super::{BLOCK_BYTES_MAX, Metadata, exif_block};
use crate::bytes_at::u32_be;

const XMP_KEYWORD: &[u8] = b"XML:com.adobe.xmp\0";

/// Signature and `IHDR`, behind which new chunks go.
const HEAD_BYTES: usize = 8 + 12 + 13;

/// Keywords under which ImageMagick has kept Exif as hexadecimal text, from before `eXIf` was defined.
const RAW_EXIF_KEYWORDS: [&[u8]; 2] = [b"Raw profile type exif\0", b"Raw profile type APP1\0"];

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    let mut raw_exif = None;
    for (name, data) in chunks(bytes) {
        match name {
            b"eXIf" if metadata.exif.is_none() => metadata.exif = exif_block(data),
            b"iCCP" if metadata.icc.is_none() => metadata.icc = profile(data),
            b"iTXt" if metadata.xmp.is_none() => metadata.xmp = xmp(data),
            b"zTXt" | b"tEXt" if raw_exif.is_none() => raw_exif = raw_profile(name, data),
            b"IEND" => break,
            _ => {}
        }
    }
    metadata.exif = metadata.exif.or(raw_exif);
    metadata
}

/// A name, a method byte, then the deflated profile.
fn profile(data: &[u8]) -> Option<Vec<u8>> {
    let end = data.iter().position(|byte| *byte == 0)?;
    inflate(data.get(end + 2..)?)
}

/// Keyword, compression flag and method, language, translated keyword, text.
fn xmp(data: &[u8]) -> Option<Vec<u8>> {
    let [compressed, _method, rest @ ..] = data.strip_prefix(XMP_KEYWORD)? else { return None };
    let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
    if *compressed == 1 { inflate(text) } else { Some(text.to_vec()) }
}

/// Text of three lines: a name, the length in decimal, then bytes as hexadecimal digits.
fn raw_profile(name: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let text = RAW_EXIF_KEYWORDS.iter().find_map(|keyword| data.strip_prefix(*keyword))?;
    let text = if name == b"zTXt" { inflate(text.get(1..)?)? } else { text.to_vec() };
    let digits: Vec<u8> = text.splitn(4, |byte| *byte == b'\n').nth(3)?.to_ascii_lowercase();
    let nibbles: Vec<u8> =
        digits.iter().filter_map(|digit| (*digit as char).to_digit(16)).map(|n| n as u8).collect();
    exif_block(&nibbles.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect::<Vec<_>>())
}

fn inflate(deflated: &[u8]) -> Option<Vec<u8>> {
    let mut inflated = Vec::new();
    ZlibDecoder::new(deflated).take(BLOCK_BYTES_MAX + 1).read_to_end(&mut inflated).ok()?;
    (inflated.len() as u64 <= BLOCK_BYTES_MAX).then_some(inflated)
}

pub(super) fn write(mut encoded: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    let mut chunks = Vec::new();
    if let Some(icc) = &metadata.icc {
        let mut data = b"icc\0\0".to_vec();
        data.extend(deflate(icc));
        push_chunk(&mut chunks, b"iCCP", &data);
    }
    if let Some(exif) = &metadata.exif {
        push_chunk(&mut chunks, b"eXIf", exif);
    }
    if let Some(xmp) = &metadata.xmp {
        push_chunk(&mut chunks, b"iTXt", &[XMP_KEYWORD, b"\0\0\0\0", xmp].concat());
    }
    if encoded.len() >= HEAD_BYTES {
        encoded.splice(HEAD_BYTES..HEAD_BYTES, chunks);
    }
    encoded
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}

/// Appends length, name, data and checksum.
pub(super) fn push_chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let Ok(length) = u32::try_from(data.len()) else { return };
    png.extend_from_slice(&length.to_be_bytes());
    png.extend_from_slice(name);
    png.extend_from_slice(data);
    let mut checksum = flate2::Crc::new();
    checksum.update(name);
    checksum.update(data);
    png.extend_from_slice(&checksum.sum().to_be_bytes());
}

fn chunks(png: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = png.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32_be(rest, 0)? as usize;
        let (name, data) = (rest.get(4..8)?, rest.get(8..length.checked_add(8)?)?);
        rest = rest.get(length + 12..).unwrap_or_default();
        Some((name, data))
    })
}
