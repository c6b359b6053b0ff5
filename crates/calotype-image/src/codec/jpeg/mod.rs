//! JPEG by libjpeg-turbo: decoded at an eighth, a quarter, a half or whole, encoded baseline or progressive.

mod markers;
mod quality;
mod turbo;

use std::borrow::Cow;

use turbojpeg::{Compressor, PixelFormat, Subsamp, Transform};

use self::turbo::{DecodeRequest, DecodedSamples};
use super::{Codec, DecodeWish, Decoded, EncodeRequest, FrameSink, still::StillSink};
use crate::{
    Dimensions, ImageError, ImageFormat, ImageHeader, Layout, OutputSettings, Raster, jpeg_segments, kernel,
    metadata,
};

/// Below this many pixels optimised Huffman tables cost less than half a millisecond and save 3 % of the bytes.
const OPTIMIZED_PIXELS_MAX: u64 = 500_000;

/// From this quality on colour is stored at full resolution. Source: spec/ci/quality.md, 1.
const FULL_CHROMA_QUALITY_MIN: u8 = 90;

/// The lowest quality a size limit leads to. Source: spec/ci/quality.md, 3.
const SIZE_LIMIT_QUALITY_MIN: u8 = 10;

/// Reads and writes JPEG.
pub(crate) struct Jpeg;

impl Codec for Jpeg {
    fn format(&self) -> ImageFormat {
        ImageFormat::Jpeg
    }

    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
        let markers = markers::read(bytes);
        let frame = markers.frame.ok_or_else(|| unreadable("a JPEG without a frame header"))?;
        if frame.is_exotic || frame.bit_depth != 8 {
            return Err(unreadable("a JPEG coding that is not in common use"));
        }
        if frame.dimensions.pixels() == 0 {
            return Err(unreadable("a JPEG without a size"));
        }
        Ok(ImageHeader {
            format: ImageFormat::Jpeg,
            dimensions: frame.dimensions,
            frame_count: 1,
            bit_depth: frame.bit_depth,
            has_alpha: false,
            orientation: markers.orientation,
            quality: markers.quality,
            lossless: frame.is_lossless,
            progressive: frame.progressive,
            dpi: markers.dpi,
        })
    }

    fn end(&self, bytes: &[u8]) -> Option<usize> {
        jpeg_segments::end(bytes)
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, wish: DecodeWish) -> Result<Decoded, ImageError> {
        let markers = markers::read(bytes);
        let eighths = eighths(header, wish);
        let cmyk = markers.frame.is_some_and(|frame| frame.components == 4);
        let request = DecodeRequest { stored: header.dimensions, eighths, cmyk };
        let decoded = turbo::decode(&with_end(bytes), request).map_err(unreadable)?;
        if let Some(warning) = decoded.warning.as_ref().filter(|warning| !is_harmless(warning)) {
            return Err(unreadable(warning.clone()));
        }
        let covered = |side: u32| f64::from(side) * f64::from(eighths) / 8.0;
        let extent = (covered(header.dimensions.width_px), covered(header.dimensions.height_px));
        let raster = if cmyk {
            from_cmyk(decoded, bytes, markers.adobe_transform.is_some())
        } else {
            Raster::from_samples(decoded.dimensions, Layout::Rgb, decoded.samples)
        };
        Ok(Decoded { raster: raster.expect("the decoder fills every pixel"), extent })
    }

    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>> {
        let settings = request.settings.clone();
        Some(Ok(StillSink::boxed(move |raster| encode(raster, &settings))))
    }

    fn decoded_dimensions(&self, header: &ImageHeader, wish: DecodeWish) -> Dimensions {
        let eighths = u32::from(eighths(header, wish));
        Dimensions {
            width_px: (header.dimensions.width_px * eighths).div_ceil(8),
            height_px: (header.dimensions.height_px * eighths).div_ceil(8),
        }
    }

    /// Progressive files keep two bytes for each coefficient of up to four components, at any scale. CMYK, which the
    /// header does not tell, passes through a copy of four bytes a pixel.
    fn decode_extra_bytes(&self, header: &ImageHeader, wish: DecodeWish) -> u64 {
        let coefficients = if header.progressive { header.dimensions.pixels() * 8 } else { 0 };
        coefficients + self.decoded_dimensions(header, wish).pixels() * 4
    }

    /// Optimised tables and progressive scans need all coefficients of three components first.
    fn encode_extra_bytes(&self, request: EncodeRequest<'_>) -> u64 {
        let coefficients = if needs_coefficients(request.dimensions, request.settings) { 6 } else { 0 };
        request.dimensions.pixels() * (coefficients + 3)
    }
}

/// The smallest of 1, 2, 4 and 8 eighths that is large enough; the scales between have no vector code and are slower
/// than a whole decode. Lossless coding has no scales.
fn eighths(header: &ImageHeader, wish: DecodeWish) -> u8 {
    let DecodeWish::AtLeast(wished) = wish else { return 8 };
    if header.lossless {
        return 8;
    }
    let stored = header.dimensions;
    let reaches =
        |side: u32, wished: u32, eighths: u8| u64::from(side) * u64::from(eighths) >= u64::from(wished) * 8;
    [1, 2, 4]
        .into_iter()
        .find(|eighths| {
            reaches(stored.width_px, wished.width_px, *eighths)
                && reaches(stored.height_px, wished.height_px, *eighths)
        })
        .unwrap_or(8)
}

/// A file that only lacks its end marker is whole. With the marker added, the decoder complains exactly when
/// pixels are missing.
fn with_end(jpeg: &[u8]) -> Cow<'_, [u8]> {
    if markers::has_end(jpeg) { jpeg.into() } else { [jpeg, &[0xFF, 0xD9]].concat().into() }
}

/// Complaints of the decoder after which the picture is nevertheless complete.
fn is_harmless(warning: &str) -> bool {
    ["extraneous bytes before marker", "Unknown Adobe color transform", "unknown JFIF revision"]
        .iter()
        .any(|harmless| warning.contains(harmless))
}

/// Ink to light, by the embedded profile where there is one.
fn from_cmyk(decoded: DecodedSamples, jpeg: &[u8], inverted: bool) -> Option<Raster> {
    let mut ink = decoded.samples;
    if inverted {
        ink.iter_mut().for_each(|sample| *sample = 255 - *sample);
    }
    let profile = metadata::read(ImageFormat::Jpeg, jpeg).icc;
    let light = profile
        .and_then(|profile| metadata::icc::cmyk_to_srgb(&ink, &profile))
        .unwrap_or_else(|| kernel::ink_to_light(&ink));
    Raster::from_samples(decoded.dimensions, Layout::Rgb, light)
}

fn encode(raster: &Raster, settings: &OutputSettings) -> Result<Vec<u8>, ImageError> {
    let Some(limit) = settings.size_limit else { return encode_at(raster, settings, settings.quality) };
    let fits = |file: &Vec<u8>| file.len() as u64 <= limit.size_bytes_max;
    let best = encode_at(raster, settings, settings.quality)?;
    if fits(&best) || settings.quality <= SIZE_LIMIT_QUALITY_MIN {
        return Ok(best);
    }
    let (mut fitting, mut too_large) = (SIZE_LIMIT_QUALITY_MIN, settings.quality);
    let mut file = encode_at(raster, settings, fitting)?;
    if !fits(&file) {
        return Ok(file);
    }
    while too_large - fitting > 1 {
        let quality = fitting.midpoint(too_large);
        let attempt = encode_at(raster, settings, quality)?;
        if fits(&attempt) {
            (fitting, file) = (quality, attempt);
        } else {
            too_large = quality;
        }
    }
    Ok(file)
}

fn encode_at(raster: &Raster, settings: &OutputSettings, quality: u8) -> Result<Vec<u8>, ImageError> {
    let dimensions = raster.dimensions();
    let compress = || {
        let mut compressor = Compressor::new()?;
        compressor.set_quality(i32::from(quality.clamp(1, 100)))?;
        let full_chroma = quality >= FULL_CHROMA_QUALITY_MIN;
        compressor.set_subsamp(if full_chroma { Subsamp::None } else { Subsamp::Sub2x2 })?;
        compressor.set_progressive(settings.progressive)?;
        compressor.set_optimize(needs_coefficients(dimensions, settings))?;
        compressor.compress_to_vec(turbojpeg::Image {
            pixels: raster.samples(),
            width: dimensions.width_px as usize,
            height: dimensions.height_px as usize,
            pitch: raster.row_bytes(),
            format: match raster.layout() {
                Layout::Rgb => PixelFormat::RGB,
                Layout::Rgba => PixelFormat::RGBA,
            },
        })
    };
    compress().map_err(|error: turbojpeg::Error| ImageError::Encoder {
        format: ImageFormat::Jpeg,
        dimensions,
        reason: error.to_string(),
    })
}

/// The same coefficients and segments, in progressive scans with tables of their own.
///
/// Errors: a damaged file, or one with more scans than any encoder writes.
pub(crate) fn repack(jpeg: &[u8]) -> Result<Vec<u8>, ImageError> {
    const SCANS_MAX: usize = 128;
    if markers::scan_count(jpeg) > SCANS_MAX {
        return Err(unreadable("a JPEG of too many scans"));
    }
    let mut transform = Transform::default();
    transform.optimize = true;
    transform.progressive = true;
    let packed =
        turbojpeg::transform(&transform, &with_end(jpeg)).map_err(|error| unreadable(error.to_string()))?;
    Ok(packed.to_vec())
}

fn needs_coefficients(dimensions: Dimensions, settings: &OutputSettings) -> bool {
    settings.optimize || settings.progressive || dimensions.pixels() < OPTIMIZED_PIXELS_MAX
}

fn unreadable(reason: impl Into<String>) -> ImageError {
    ImageError::Unreadable { reason: reason.into() }
}

#[cfg(test)]
mod tests;
