//! PNG of every depth and colour kind in, eight bits out; APNG is read only.

mod animation;

use std::io::Cursor;

use png::{ColorType, Compression, DecodingError, Limits, Transformations};

use self::animation::Animation;
use super::{
    Codec, DecodeWish, Decoded, EncodeRequest, FrameSink, FrameSource,
    still::{StillSink, StillSource},
};
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

    fn end(&self, bytes: &[u8]) -> Option<usize> {
        end(bytes)
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, _wish: DecodeWish) -> Result<Decoded, ImageError> {
        let raster = decode(bytes).map_err(|error| unreadable(error.to_string()))?;
        let raster = raster.filter(|raster| raster.dimensions() == header.dimensions);
        raster.map(Decoded::whole).ok_or_else(|| unreadable("a PNG of a size unlike its header"))
    }

    fn frames<'a>(
        &self,
        bytes: &'a [u8],
        header: &ImageHeader,
    ) -> Result<Box<dyn FrameSource + 'a>, ImageError> {
        if header.format == ImageFormat::Apng {
            return Ok(Box::new(Animation::open(bytes)?));
        }
        let still = self.decode(bytes, header, DecodeWish::Full)?;
        Ok(Box::new(StillSource::new(still.raster)))
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

/// Behind the last chunk: length, name, data and checksum.
fn end(png: &[u8]) -> Option<usize> {
    let mut at = SIGNATURE_BYTES;
    loop {
        let (length, name) = (u32_be(png, at)? as usize, png.get(at + 4..at + 8)?);
        at = at.checked_add(length)?.checked_add(12)?;
        if name == b"IEND" {
            return Some(at);
        }
    }
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

/// A picture without colour, one byte a pixel.
pub(crate) fn encode_gray(size: Dimensions, samples: &[u8]) -> Result<Vec<u8>, ImageError> {
    let failed = |error: png::EncodingError| ImageError::Encoder {
        format: ImageFormat::Png,
        dimensions: size,
        reason: error.to_string(),
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, size.width_px, size.height_px);
    encoder.set_color(ColorType::Grayscale);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(samples).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}

fn unreadable(reason: impl Into<String>) -> ImageError {
    ImageError::Unreadable { reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::check::{encode as encode_with_defaults, fixture, raster, read, settings};

    /// A PNG of samples as they are stored, with a palette where its kind needs one.
    fn stored(width: u32, height: u32, color: ColorType, depth: png::BitDepth, samples: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![10, 20, 30, 40, 50, 60]);
            encoder.set_trns(vec![255, 7]);
        }
        encoder.write_header().unwrap().write_image_data(samples).unwrap();
        file
    }

    /// Kind and depth of stored samples, and the layout and samples that they become.
    type Case = (ColorType, png::BitDepth, &'static [u8], Layout, &'static [u8]);

    #[test]
    fn every_kind_becomes_eight_bit_colour() {
        use png::BitDepth::{Eight, One, Sixteen};
        let cases: [Case; 6] = [
            (ColorType::Grayscale, One, &[0b0100_0000], Layout::Rgb, &[0, 0, 0, 255, 255, 255]),
            (ColorType::Grayscale, Eight, &[7, 9], Layout::Rgb, &[7, 7, 7, 9, 9, 9]),
            (ColorType::GrayscaleAlpha, Eight, &[7, 1, 9, 2], Layout::Rgba, &[7, 7, 7, 1, 9, 9, 9, 2]),
            (ColorType::Indexed, One, &[0b0100_0000], Layout::Rgba, &[10, 20, 30, 255, 40, 50, 60, 7]),
            (
                ColorType::Rgb,
                Sixteen,
                &[1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0],
                Layout::Rgb,
                &[1, 2, 3, 4, 5, 6],
            ),
            (ColorType::Rgba, Eight, &[1, 2, 3, 4, 5, 6, 7, 8], Layout::Rgba, &[1, 2, 3, 4, 5, 6, 7, 8]),
        ];
        for (color, depth, samples, layout, expected) in cases {
            let (header, picture) = read(&Png, &stored(2, 1, color, depth, samples));
            assert_eq!((picture.layout(), picture.samples()), (layout, expected), "{color:?} {depth:?}");
            assert_eq!((header.bit_depth, header.has_alpha), (depth as u8, layout == Layout::Rgba));
            assert!(header.lossless);
        }
    }

    #[test]
    fn what_is_written_comes_back_bit_by_bit() {
        for layout in [Layout::Rgb, Layout::Rgba] {
            let samples: Vec<u8> = (0..61 * 40 * layout.channels()).map(|at| (at * at / 7) as u8).collect();
            let picture = raster(61, layout, &samples);
            for optimize in [false, true] {
                let file =
                    encode(&picture, &OutputSettings { optimize, ..settings(ImageFormat::Png) }).unwrap();
                assert_eq!(read(&Png, &file).1, picture);
            }
        }
    }

    #[test]
    fn an_apng_tells_its_frames_and_gives_the_first() {
        let file = fixture("apng_100x60_3.png");
        let header = Png.probe(&file).unwrap();
        assert_eq!((header.format, header.frame_count), (ImageFormat::Apng, 3));
        let first = Png.decode(&file, &header, DecodeWish::Full).unwrap().raster;
        assert_eq!(first.dimensions(), Dimensions { width_px: 100, height_px: 60 });
    }

    #[test]
    fn apng_is_read_only() {
        let apng = settings(ImageFormat::Apng);
        let dimensions = Dimensions { width_px: 1, height_px: 1 };
        let request = EncodeRequest { dimensions, frame_count: 1, loop_count: 0, settings: &apng };
        assert!(Png.encoder(request).is_none());
    }

    #[test]
    fn cut_and_damaged_files_are_unreadable() {
        let samples: Vec<u8> = (0..40 * 40 * 3_usize).map(|at| (at * at / 7) as u8).collect();
        let file = encode_with_defaults(&Png, ImageFormat::Png, &raster(40, Layout::Rgb, &samples));
        for length in (8..file.len() - 40).step_by(53) {
            let cut = &file[..length];
            let result = Png.probe(cut).and_then(|header| Png.decode(cut, &header, DecodeWish::Full));
            assert!(matches!(result, Err(ImageError::Unreadable { .. })), "{length} of {}", file.len());
        }
        for at in (0..file.len()).step_by(31) {
            let mut damaged = file.clone();
            damaged[at] ^= 0x5A;
            let _ = Png.probe(&damaged).and_then(|header| Png.decode(&damaged, &header, DecodeWish::Full));
        }
    }
}
