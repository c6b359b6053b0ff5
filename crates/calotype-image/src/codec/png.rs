//! PNG and, in its first frame, APNG: every depth and colour kind in, eight bits out.

use std::io::Cursor;

use png::{ColorType, Compression, DecodingError, Limits, Transformations};

use super::{Codec, DecodeWish, Decoded, EncodeRequest, FrameSink, still::StillSink};
use crate::{
    Dimensions, ImageError, ImageFormat, ImageHeader, Layout, OutputSettings, Raster, bytes_at::u32_be,
    kernel, metadata::exif,
};

/// Memory for rows, palettes and the chunks in front of the pixels.
const DECODER_BYTES_MAX: usize = 64 << 20;

const SIGNATURE_BYTES: usize = 8;

/// Reads and writes PNG.
pub(super) struct Png;

impl Codec for Png {
    fn format(&self) -> ImageFormat {
        ImageFormat::Png
    }

    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
        let mut header = None;
        for (name, data) in chunks(bytes) {
            match (name, &mut header) {
                (b"IHDR", None) => header = header_chunk(data),
                (_, None) => break,
                (b"tRNS", Some(header)) => header.has_alpha = true,
                (b"pHYs", Some(header)) => header.dpi = dpi(data),
                (b"eXIf", Some(header)) => header.orientation = exif::orientation(data),
                (b"acTL", Some(header)) => {
                    header.format = ImageFormat::Apng;
                    header.frame_count = u32_be(data, 0).unwrap_or(1).max(1);
                }
                (b"IEND", _) => break,
                _ => {}
            }
        }
        header.ok_or_else(|| unreadable("a PNG without a header"))
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, _wish: DecodeWish) -> Result<Decoded, ImageError> {
        let raster = decode(bytes).map_err(|error| unreadable(error.to_string()))?;
        let raster = raster.filter(|raster| raster.dimensions() == header.dimensions);
        raster.map(Decoded::whole).ok_or_else(|| unreadable("a PNG of a size unlike its header"))
    }

    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>> {
        if request.settings.format != ImageFormat::Png {
            return None;
        }
        let settings = request.settings.clone();
        Some(Ok(StillSink::boxed(move |raster| encode(raster, &settings))))
    }

    /// Gray pictures are spread to colour in a second buffer.
    fn decode_extra_bytes(&self, header: &ImageHeader, _wish: DecodeWish) -> u64 {
        header.dimensions.pixels() * 2 + u64::from(header.dimensions.width_px) * 32
    }

    /// Compressed data once in the encoder and once in the file, each at worst as large as the pixels.
    fn encode_extra_bytes(&self, request: EncodeRequest<'_>) -> u64 {
        request.dimensions.pixels() * 8 + (1 << 20)
    }
}

fn header_chunk(data: &[u8]) -> Option<ImageHeader> {
    let dimensions = Dimensions { width_px: u32_be(data, 0)?, height_px: u32_be(data, 4)? };
    let (bit_depth, color_type) = (*data.get(8)?, *data.get(9)?);
    (dimensions.pixels() > 0).then_some(ImageHeader {
        format: ImageFormat::Png,
        dimensions,
        frame_count: 1,
        bit_depth,
        has_alpha: matches!(color_type, 4 | 6),
        orientation: None,
        quality: None,
        lossless: true,
        progressive: false,
        dpi: None,
    })
}

/// Pixels a metre, horizontal and vertical, where the unit is known.
fn dpi(data: &[u8]) -> Option<(u32, u32)> {
    let dots = |at| Some((f64::from(u32_be(data, at)?) * 0.0254).round() as u32);
    if data.get(8) == Some(&1) { Some((dots(0)?, dots(4)?)) } else { None }
}

/// Names and data; the data of a cut last chunk is given as far as it goes.
fn chunks(png: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = png.get(SIGNATURE_BYTES..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32_be(rest, 0)? as usize;
        let (name, body) = (rest.get(4..8)?, &rest[8..]);
        let data = &body[..length.min(body.len())];
        rest = body.get(length.saturating_add(4)..).unwrap_or_default();
        Some((name, data))
    })
}

/// `None` where a frame does not cover the canvas.
fn decode(bytes: &[u8]) -> Result<Option<Raster>, DecodingError> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: DECODER_BYTES_MAX });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let sample_count = reader.output_buffer_size().ok_or(DecodingError::LimitsExceeded)?;
    let mut samples = vec![0; sample_count];
    let frame = reader.next_frame(&mut samples)?;
    samples.truncate(frame.buffer_size());
    let dimensions = Dimensions { width_px: frame.width, height_px: frame.height };
    Ok(match frame.color_type {
        ColorType::Grayscale => Raster::from_samples(dimensions, Layout::Rgb, kernel::gray_to_rgb(&samples)),
        ColorType::GrayscaleAlpha => {
            Raster::from_samples(dimensions, Layout::Rgba, kernel::gray_alpha_to_rgba(&samples))
        }
        ColorType::Rgba => Raster::from_samples(dimensions, Layout::Rgba, samples),
        ColorType::Rgb | ColorType::Indexed => Raster::from_samples(dimensions, Layout::Rgb, samples),
    })
}

fn encode(raster: &Raster, settings: &OutputSettings) -> Result<Vec<u8>, ImageError> {
    let dimensions = raster.dimensions();
    let mut file = Vec::with_capacity(raster.samples().len() / 2);
    let mut encoder = png::Encoder::new(&mut file, dimensions.width_px, dimensions.height_px);
    encoder.set_color(match raster.layout() {
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba => ColorType::Rgba,
    });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(if settings.optimize { Compression::Balanced } else { Compression::Fast });
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(raster.samples())?;
        writer.finish()
    });
    match written {
        Ok(()) => Ok(file),
        Err(error) => {
            Err(ImageError::Encoder { format: ImageFormat::Png, dimensions, reason: error.to_string() })
        }
    }
}

fn unreadable(reason: impl Into<String>) -> ImageError {
    ImageError::Unreadable { reason: reason.into() }
}
