//! SVG: drawn at the size a plan needs, or packed into fewer bytes. Nothing in it is executed, fetched or looked up on
//! a disk.
//!
//! Spec: spec/ci/format.md, 6; spec/ci/README.md, 5

mod depth;
mod draw;
mod fonts;
mod header;
mod numbers;
mod pack;

use bytes::Bytes;

use super::{Codec, DecodeWish, Decoded, EncodeRequest, FrameSink};
use crate::{Dimensions, ImageError, ImageFormat, ImageHeader};

/// Reads SVG.
pub(crate) struct Svg;

impl Codec for Svg {
    fn format(&self) -> ImageFormat {
        ImageFormat::Svg
    }

    /// A drawing that tells no size has one of 0x0.
    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
        Ok(ImageHeader {
            format: ImageFormat::Svg,
            dimensions: header::dimensions(text(bytes)?)?,
            frame_count: 1,
            bit_depth: 8,
            has_alpha: true,
            orientation: None,
            quality: None,
            lossless: true,
            progressive: false,
            dpi: None,
        })
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, wish: DecodeWish) -> Result<Decoded, ImageError> {
        draw::draw(text(bytes)?, self.decoded_dimensions(header, wish)).map(Decoded::whole)
    }

    fn encoder(&self, _request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>> {
        None
    }

    /// Exactly what is wished for: a drawing has no pixels of its own.
    fn decoded_dimensions(&self, header: &ImageHeader, wish: DecodeWish) -> Dimensions {
        let stored = header.dimensions;
        match wish {
            DecodeWish::Full => stored,
            DecodeWish::AtLeast(wished) => Dimensions {
                width_px: wished.width_px.min(stored.width_px),
                height_px: wished.height_px.min(stored.height_px),
            },
        }
    }

    /// Layers of groups that are blended, masked or filtered, each of the size of the picture.
    fn decode_extra_bytes(&self, header: &ImageHeader, wish: DecodeWish) -> u64 {
        const LAYERS: u64 = 4;
        self.decoded_dimensions(header, wish).pixels() * 4 * LAYERS
    }
}

/// The same drawing in fewer bytes. Errors: what is no drawing, or has a document type of its own.
pub(crate) fn pack(file: &Bytes) -> Result<Bytes, ImageError> {
    pack::pack(text(file)?).map(Bytes::from)
}

fn text(bytes: &[u8]) -> Result<&str, ImageError> {
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn unreadable(reason: impl std::fmt::Display) -> ImageError {
    ImageError::Unreadable { reason: format!("SVG: {reason}") }
}

/// Refuses text that defines entities, which could grow without bound.
fn check_definitions(text: &str) -> Result<(), ImageError> {
    let defines = text.contains("<!ENTITY") || text.contains("<!ELEMENT") || text.contains("<!ATTLIST");
    if defines { Err(unreadable("a document type with definitions is not allowed")) } else { Ok(()) }
}
