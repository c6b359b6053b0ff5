//! `imageSlim` and `format/svgc`: fewer bytes for the same look, in the same format.
//!
//! The plan chooses the way: a file that can be packed better as it is goes through [`repack`]; everything else is decoded
//! and written anew with settings that cost nobody a visible difference. Spec: spec/ci/extras.md, A4.

mod jpeg;
mod png;

use bytes::Bytes;

use crate::{Dimensions, ImageError, ImageFormat, ImageHeader, codec};

/// JPEG above this quality is written anew at it: nobody sees the difference. Source: spec/ci/extras.md, A4.
pub(crate) const JPEG_QUALITY_MAX: u8 = 80;

/// How a picture is slimmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlimMethod {
    /// The file is packed better, its pixels are not read as pixels of a picture.
    Repack,
    /// The picture is written anew with thrifty settings.
    Reencode,
}

/// What came of slimming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slimmed {
    /// There are fewer bytes now.
    Smaller,
    /// The source could not be made smaller, so these are its own bytes.
    NotSmaller,
}

/// The way to slim a picture that nothing else happens to; `None` for formats that are not slimmed.
pub(crate) fn method(header: &ImageHeader) -> Option<SlimMethod> {
    match header.format {
        ImageFormat::Png | ImageFormat::Apng => Some(SlimMethod::Repack),
        ImageFormat::Jpeg if header.lossless || header.quality.is_some_and(|q| q <= JPEG_QUALITY_MAX) => {
            Some(SlimMethod::Repack)
        }
        ImageFormat::Jpeg | ImageFormat::Gif => Some(SlimMethod::Reencode),
        _ => None,
    }
}

/// Packs a whole file better, metadata included.
///
/// Errors: a file that is damaged behind its header.
pub(crate) fn repack(header: &ImageHeader, file: &Bytes) -> Result<Bytes, ImageError> {
    match header.format {
        ImageFormat::Jpeg => jpeg::repack(file),
        ImageFormat::Png | ImageFormat::Apng => png::repack(file, header),
        ImageFormat::Svg => codec::svg::pack(file),
        format => Err(ImageError::UnsupportedSource { format }),
    }
}

/// Upper estimate of the memory that [`repack`] holds beside the file.
pub(crate) fn memory_bytes(format: ImageFormat, dimensions: Dimensions, file_size_bytes: u64) -> u64 {
    if format == ImageFormat::Svg {
        return 2 * file_size_bytes;
    }
    // PNG: pixels of four channels, their indexes, and one filtered and one packed copy for each of both.
    let bytes_per_pixel = if format == ImageFormat::Jpeg { 8 } else { 32 };
    dimensions.pixels() * bytes_per_pixel + 2 * file_size_bytes + (1 << 20)
}
