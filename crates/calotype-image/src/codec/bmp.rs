//! Windows bitmaps: all depths and run-length codings in, 24 bits a pixel out.

use std::io::Cursor;

use image::{ColorType, ImageDecoder, codecs::bmp::BmpDecoder};

use super::{Codec, DecodeWish, Decoded, EncodeRequest, FrameSink, still::StillSink};
use crate::{Color, Dimensions, ImageError, ImageFormat, ImageHeader, Layout, Raster, bytes_at::u32_le};

/// File header and information header of what is written.
const HEAD_BYTES: usize = 14 + 40;

const INCHES_PER_METRE: f64 = 0.0254;

/// Reads and writes BMP.
pub(super) struct Bmp;

impl Codec for Bmp {
    fn format(&self) -> ImageFormat {
        ImageFormat::Bmp
    }

    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
        let decoder = open(bytes)?;
        let (width_px, height_px) = decoder.dimensions();
        if width_px == 0 || height_px == 0 {
            return Err(unreadable("there are no pixels"));
        }
        Ok(ImageHeader {
            format: ImageFormat::Bmp,
            dimensions: Dimensions { width_px, height_px },
            frame_count: 1,
            bit_depth: 8,
            has_alpha: decoder.color_type() == ColorType::Rgba8,
            orientation: None,
            quality: None,
            lossless: true,
            progressive: false,
            dpi: dpi(bytes),
        })
    }

    /// Some writers leave the declared size at 0 or forget the header in it.
    fn end(&self, bytes: &[u8]) -> Option<usize> {
        u32_le(bytes, 2).map(|size_bytes| size_bytes as usize).filter(|size_bytes| *size_bytes > HEAD_BYTES)
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, _: DecodeWish) -> Result<Decoded, ImageError> {
        let decoder = open(bytes)?;
        let (layout, channels) = match decoder.color_type() {
            ColorType::Rgb8 => (Layout::Rgb, 3),
            ColorType::Rgba8 => (Layout::Rgba, 4),
            _ => return Err(unreadable("its colours are of an unknown kind")),
        };
        if decoder.total_bytes() != header.dimensions.pixels() * channels {
            return Err(unreadable("its size is unlike its header"));
        }
        let mut samples = vec![0; decoder.total_bytes() as usize];
        decoder.read_image(&mut samples).map_err(unreadable)?;
        let raster = Raster::from_samples(header.dimensions, layout, samples);
        raster.map(Decoded::whole).ok_or_else(|| unreadable("its size is unlike its header"))
    }

    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>> {
        let background = request.settings.background;
        Some(Ok(StillSink::boxed(move |raster| encode(raster, background))))
    }

    /// Rows are unpacked in place.
    fn decode_extra_bytes(&self, header: &ImageHeader, _: DecodeWish) -> u64 {
        u64::from(header.dimensions.width_px) * 16
    }

    fn encode_extra_bytes(&self, request: EncodeRequest<'_>) -> u64 {
        request.dimensions.pixels() * 3 + u64::from(request.dimensions.height_px) * 4
    }
}

fn open(bytes: &[u8]) -> Result<BmpDecoder<Cursor<&[u8]>>, ImageError> {
    BmpDecoder::new(Cursor::new(bytes)).map_err(unreadable)
}

/// Pixels a metre, which the short header of OS/2 does not have.
fn dpi(bytes: &[u8]) -> Option<(u32, u32)> {
    let header_bytes = u32_le(bytes, 14)?;
    let per_inch = |at| Some((f64::from(u32_le(bytes, at)?) * INCHES_PER_METRE).round() as u32);
    let dpi = (per_inch(38)?, per_inch(42)?);
    (header_bytes >= 40 && dpi.0 > 0 && dpi.1 > 0).then_some(dpi)
}

/// Rows go bottom to top, blue first, each padded to four bytes; alpha is laid on the background.
fn encode(raster: &Raster, background: Color) -> Result<Vec<u8>, ImageError> {
    let dimensions = raster.dimensions();
    let Dimensions { width_px, height_px } = dimensions;
    let row_bytes = (width_px as usize * 3).next_multiple_of(4);
    let failed = || ImageError::Encoder {
        format: ImageFormat::Bmp,
        dimensions,
        reason: "the file would be over 4 GB".to_owned(),
    };
    let pixel_bytes = row_bytes.checked_mul(height_px as usize).ok_or_else(failed)?;
    let file_bytes = u32::try_from(pixel_bytes + HEAD_BYTES).map_err(|_| failed())?;

    let mut file = Vec::with_capacity(file_bytes as usize);
    file.extend_from_slice(b"BM");
    for word in [file_bytes, 0, HEAD_BYTES as u32, 40, width_px, height_px] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file.extend_from_slice(&[1, 0, 24, 0]);
    for word in [0, pixel_bytes as u32, 2835, 2835, 0, 0_u32] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    for row in raster.samples().chunks_exact(raster.row_bytes()).rev() {
        match raster.layout() {
            Layout::Rgb => file.extend(row.chunks_exact(3).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])),
            Layout::Rgba => file.extend(row.chunks_exact(4).flat_map(|pixel| {
                let over = |sample: u8, ground: u8| {
                    let alpha = u32::from(pixel[3]);
                    ((u32::from(sample) * alpha + u32::from(ground) * (255 - alpha) + 127) / 255) as u8
                };
                [
                    over(pixel[2], background.blue),
                    over(pixel[1], background.green),
                    over(pixel[0], background.red),
                ]
            })),
        }
        file.resize((file.len() - HEAD_BYTES).next_multiple_of(4) + HEAD_BYTES, 0);
    }
    Ok(file)
}

fn unreadable(reason: impl std::fmt::Display) -> ImageError {
    ImageError::Unreadable { reason: format!("BMP: {reason}") }
}

#[cfg(test)]
mod tests {
    use super::Bmp;
    use crate::{
        ImageFormat, Layout,
        codec::check::{encode, fixture, raster, read},
    };

    #[test]
    fn what_is_written_is_read_back() {
        for width in 1..6 {
            let samples: Vec<_> = (0..width * 2 * 3).map(|at| at as u8 * 7).collect();
            let picture = raster(width, Layout::Rgb, &samples);
            let file = encode(&Bmp, ImageFormat::Bmp, &picture);
            let (header, again) = read(&Bmp, &file);
            assert_eq!(again, picture);
            assert_eq!(header.dpi, Some((72, 72)));
        }
    }

    #[test]
    fn alpha_is_laid_on_the_background() {
        let picture = raster(2, Layout::Rgba, &[255, 0, 0, 255, 10, 20, 30, 0, 0, 0, 0, 128, 0, 0, 0, 255]);
        let (_, again) = read(&Bmp, &encode(&Bmp, ImageFormat::Bmp, &picture));
        assert_eq!(again.samples(), [255, 0, 0, 255, 255, 255, 127, 127, 127, 0, 0, 0]);
    }

    #[test]
    fn a_photo_is_read() {
        let (header, picture) = read(&Bmp, &fixture("photo_160x120.bmp"));
        assert_eq!((header.dimensions.width_px, header.dimensions.height_px), (160, 120));
        assert_eq!(picture.layout(), Layout::Rgb);
    }
}
