//! TIFF: the first page of most kinds in, deflated RGB or RGBA out.

mod colors;

use std::{borrow::Cow, io::Cursor};

use tiff::{
    decoder::{Decoder, DecodingResult, Limits},
    encoder::{Compression, DeflateLevel, Predictor, TiffEncoder, colortype},
    tags::{ExtraSamples, Tag},
};

use self::colors::Kind;
use super::{Codec, DecodeWish, Decoded, EncodeRequest, FrameSink, still::StillSink};
use crate::{Dimensions, ImageError, ImageFormat, ImageHeader, Layout, Raster, metadata::exif};

/// Bytes of one strip or tile, unpacked.
const STRIP_BYTES_MAX: usize = 1 << 30;

/// Bytes of one tag: tables of strip offsets are the largest.
const TAG_BYTES_MAX: usize = 8 << 20;

/// Samples of a pixel; more are of no picture for people.
const SAMPLES_MAX: usize = 8;

const PHOTOMETRIC_PALETTE: u32 = 3;
const PHOTOMETRIC_GRAY: u16 = 1;
const PLANAR_SEPARATE: u32 = 2;

/// Reads and writes TIFF.
pub(super) struct Tiff;

impl Codec for Tiff {
    fn format(&self) -> ImageFormat {
        ImageFormat::Tiff
    }

    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
        let mut page = Page::open(bytes)?;
        if page.dimensions.pixels() == 0 {
            return Err(unreadable("there are no pixels"));
        }
        Ok(ImageHeader {
            format: ImageFormat::Tiff,
            dimensions: page.dimensions,
            frame_count: 1,
            bit_depth: page.bits()?,
            has_alpha: page.kind()?.has_alpha(),
            orientation: exif::orientation(bytes),
            quality: None,
            lossless: true,
            progressive: false,
            dpi: exif::dpi(bytes),
        })
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, _: DecodeWish) -> Result<Decoded, ImageError> {
        let mut page = Page::open(bytes)?;
        if page.dimensions != header.dimensions {
            return Err(unreadable("its size is unlike its header"));
        }
        let kind = page.kind()?;
        let samples = page.read_samples()?;
        let (layout, samples) = kind.to_srgb(samples)?;
        let raster = Raster::from_samples(header.dimensions, layout, samples);
        raster.map(Decoded::whole).ok_or_else(|| unreadable("its size is unlike its header"))
    }

    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>> {
        let _ = request;
        Some(Ok(StillSink::boxed(encode)))
    }

    /// Samples of up to five channels before they become colours, and one strip, which may be the whole page.
    fn decode_extra_bytes(&self, header: &ImageHeader, _: DecodeWish) -> u64 {
        header.dimensions.pixels() * 5 * (1 + u64::from(header.bit_depth).div_ceil(8))
    }
}

/// The first page of a file.
struct Page<'a> {
    decoder: Decoder<Cursor<Cow<'a, [u8]>>>,
    dimensions: Dimensions,
    /// Red, green and blue of each index, where pixels are indexes.
    palette: Option<Vec<[u8; 3]>>,
}

impl<'a> Page<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, ImageError> {
        let mut limits = Limits::default();
        limits.decoding_buffer_size = STRIP_BYTES_MAX;
        limits.intermediate_buffer_size = STRIP_BYTES_MAX;
        limits.ifd_value_size = TAG_BYTES_MAX;
        let open =
            |bytes| Decoder::new(Cursor::new(bytes)).map(|decoder| decoder.with_limits(limits.clone()));
        let mut decoder = open(Cow::Borrowed(bytes)).map_err(unreadable)?;
        let (width_px, height_px) = decoder.dimensions().map_err(unreadable)?;
        let mut palette = None;
        if decoder.find_tag_unsigned(Tag::PhotometricInterpretation).ok().flatten()
            == Some(PHOTOMETRIC_PALETTE)
        {
            palette = Some(read_palette(&mut decoder)?);
            // The decoder refuses indexes as colours, but reads them as levels of gray.
            let mut levels = bytes.to_vec();
            exif::set_number(&mut levels, Tag::PhotometricInterpretation.to_u16(), PHOTOMETRIC_GRAY);
            decoder = open(Cow::Owned(levels)).map_err(unreadable)?;
        }
        Ok(Self { decoder, dimensions: Dimensions { width_px, height_px }, palette })
    }

    fn bits(&mut self) -> Result<u8, ImageError> {
        Ok(self.decoder.colortype().map_err(unreadable)?.bit_depth())
    }

    fn kind(&mut self) -> Result<Kind, ImageError> {
        let colors = self.decoder.colortype().map_err(unreadable)?;
        let extra = self.decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples).ok().flatten();
        let premultiplied =
            extra.is_some_and(|extra| extra.first() == Some(&ExtraSamples::AssociatedAlpha.to_u16()));
        Kind::of(colors, premultiplied, self.palette.clone())
            .ok_or_else(|| unreadable(format!("{colors:?} is not read")))
    }

    /// All samples as eight bits, pixel by pixel. Indexes of a palette are not scaled.
    fn read_samples(&mut self) -> Result<Vec<u8>, ImageError> {
        let bits = self.bits()?;
        let per_pixel = self.decoder.colortype().map_err(unreadable)?.num_samples() as usize;
        let separate = per_pixel > 1
            && self.decoder.find_tag_unsigned(Tag::PlanarConfiguration).ok().flatten()
                == Some(PLANAR_SEPARATE);
        if !(1..=SAMPLES_MAX).contains(&per_pixel) {
            return Err(unreadable(format!("{per_pixel} samples a pixel are not read")));
        }
        let (width, height) = (self.dimensions.width_px as usize, self.dimensions.height_px as usize);
        let (chunk_width, chunk_height) = self.decoder.chunk_dimensions();
        let (across, down) =
            (width.div_ceil(chunk_width.max(1) as usize), height.div_ceil(chunk_height.max(1) as usize));
        let planes = if separate { per_pixel } else { 1 };
        let unpack = Unpack { bits, scale: self.palette.is_none(), per_chunk_pixel: per_pixel / planes };
        let mut samples = vec![0; width * height * per_pixel];
        for chunk in 0..across * down * planes {
            let (columns, rows) = self.decoder.chunk_data_dimensions(chunk as u32);
            let (columns, rows) = (columns as usize, rows as usize);
            let data = self.decoder.read_chunk(chunk as u32).map_err(unreadable)?;
            let data = unpack.to_bytes(data, columns, rows)?;
            let (plane, place) = (chunk / (across * down), chunk % (across * down));
            let (left, top) = (place % across * chunk_width as usize, place / across * chunk_height as usize);
            let row_samples = columns * unpack.per_chunk_pixel;
            for (row, y) in data.chunks_exact(row_samples.max(1)).zip(top..(top + rows).min(height)) {
                let start = (y * width + left) * per_pixel;
                let target = &mut samples[start..start + columns.min(width - left) * per_pixel];
                if separate {
                    target
                        .iter_mut()
                        .skip(plane)
                        .step_by(per_pixel)
                        .zip(row)
                        .for_each(|(to, from)| *to = *from);
                } else {
                    target.copy_from_slice(&row[..target.len()]);
                }
            }
        }
        Ok(samples)
    }
}

fn read_palette<R: std::io::Read + std::io::Seek>(
    decoder: &mut Decoder<R>,
) -> Result<Vec<[u8; 3]>, ImageError> {
    let levels: Vec<u16> = decoder
        .find_tag_unsigned_vec(Tag::ColorMap)
        .map_err(unreadable)?
        .ok_or_else(|| unreadable("its palette is missing"))?;
    let count = levels.len() / 3;
    // Some writers store eight bits where sixteen belong.
    let shift = if levels.iter().all(|level| *level < 256) { 0 } else { 8 };
    let level = |at: usize| (levels[at] >> shift) as u8;
    Ok((0..count).map(|index| [level(index), level(count + index), level(2 * count + index)]).collect())
}

/// How stored samples become eight bits each.
struct Unpack {
    bits: u8,
    scale: bool,
    per_chunk_pixel: usize,
}

impl Unpack {
    fn to_bytes(&self, data: DecodingResult, columns: usize, rows: usize) -> Result<Vec<u8>, ImageError> {
        let samples = match data {
            DecodingResult::U8(bytes) if self.bits == 8 => bytes,
            DecodingResult::U8(bytes) if matches!(self.bits, 1 | 2 | 4) => self.spread(&bytes, columns),
            DecodingResult::U16(words) if self.bits == 16 => {
                words.into_iter().map(|word| ((u32::from(word) * 255 + 32_767) / 65_535) as u8).collect()
            }
            DecodingResult::U32(words) if self.bits == 32 => {
                words.into_iter().map(|word| (word >> 24) as u8).collect()
            }
            DecodingResult::F32(levels) => {
                levels.into_iter().map(|level| (level.clamp(0.0, 1.0) * 255.0).round() as u8).collect()
            }
            _ => return Err(unreadable(format!("samples of {} bits are not read", self.bits))),
        };
        if samples.len() < columns * rows * self.per_chunk_pixel {
            return Err(unreadable("a strip is too short"));
        }
        Ok(samples)
    }

    /// Samples of one, two or four bits, whose rows begin at whole bytes.
    fn spread(&self, bytes: &[u8], columns: usize) -> Vec<u8> {
        let row_samples = columns * self.per_chunk_pixel;
        let per_byte = 8 / usize::from(self.bits);
        let mask = (1_u16 << self.bits) as u8 - 1;
        let factor = if self.scale { 255 / mask } else { 1 };
        let rows = bytes.chunks_exact(row_samples.div_ceil(per_byte).max(1));
        rows.flat_map(|row| {
            (0..row_samples).map(move |at| {
                let shift = 8 - usize::from(self.bits) * (at % per_byte + 1);
                (row[at / per_byte] >> shift & mask) * factor
            })
        })
        .collect()
    }
}

fn encode(raster: &Raster) -> Result<Vec<u8>, ImageError> {
    let Dimensions { width_px, height_px } = raster.dimensions();
    let mut file = Cursor::new(Vec::new());
    let written = TiffEncoder::new(&mut file).and_then(|encoder| {
        let mut encoder = encoder
            .with_compression(Compression::Deflate(DeflateLevel::Fast))
            .with_predictor(Predictor::Horizontal);
        match raster.layout() {
            Layout::Rgb => encoder.write_image::<colortype::RGB8>(width_px, height_px, raster.samples()),
            Layout::Rgba => encoder.write_image::<colortype::RGBA8>(width_px, height_px, raster.samples()),
        }
    });
    written.map(|()| file.into_inner()).map_err(|error| ImageError::Encoder {
        format: ImageFormat::Tiff,
        dimensions: raster.dimensions(),
        reason: error.to_string(),
    })
}

fn unreadable(reason: impl std::fmt::Display) -> ImageError {
    ImageError::Unreadable { reason: format!("TIFF: {reason}") }
}

#[cfg(test)]
mod tests {
    use super::Tiff;
    use crate::{
        ImageFormat, Layout,
        codec::check::{encode, fixture, raster, read},
    };

    #[test]
    fn what_is_written_is_read_back() {
        let samples: Vec<_> = (0..7 * 5 * 12).map(|at| at as u8).collect();
        for layout in [Layout::Rgb, Layout::Rgba] {
            let picture = raster(7, layout, &samples);
            let (header, again) = read(&Tiff, &encode(&Tiff, ImageFormat::Tiff, &picture));
            assert_eq!(again, picture);
            assert_eq!(header.has_alpha, layout == Layout::Rgba);
        }
    }

    #[test]
    fn tags_are_put_into_what_was_written() {
        use crate::metadata::{self, Metadata, exif};
        let picture = raster(700, Layout::Rgb, &[9; 700 * 600 * 3]);
        let exif = exif::with_orientation(crate::Orientation::Rotate90);
        let blocks = Metadata { exif: Some(exif), xmp: Some(b"<x/>".to_vec()), icc: None };
        let file = metadata::write(ImageFormat::Tiff, encode(&Tiff, ImageFormat::Tiff, &picture), &blocks);
        let (header, again) = read(&Tiff, &file);
        assert_eq!(again, picture);
        assert_eq!(header.orientation, Some(crate::Orientation::Rotate90));
        assert_eq!(metadata::read(ImageFormat::Tiff, &file).xmp, blocks.xmp);
    }

    #[test]
    fn a_photo_is_read() {
        let (header, picture) = read(&Tiff, &fixture("photo_160x120.tiff"));
        assert_eq!((header.dimensions.width_px, header.dimensions.height_px), (160, 120));
        assert_eq!(picture.layout(), Layout::Rgb);
    }

    /// One strip of one row, little-endian, with the given tags: (tag, type, count, value).
    fn page(tags: &[(u16, u16, u32, u32)], data: &[u8]) -> Vec<u8> {
        let data_at = 8 + 2 + tags.len() as u32 * 12 + 4;
        let mut file = b"II*\0\x08\0\0\0".to_vec();
        file.extend((tags.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in tags {
            // Values that are places are given from the start of the data.
            let value = if matches!(tag, 0x111 | 0x140) { value + data_at } else { *value };
            file.extend(tag.to_le_bytes().into_iter().chain(kind.to_le_bytes()));
            file.extend(count.to_le_bytes().into_iter().chain(value.to_le_bytes()));
        }
        file.extend([0; 4]);
        file.extend(data);
        file
    }

    #[test]
    fn palettes_and_packed_bits_become_colours() {
        let mut data = vec![0b01_10_11_00];
        let map: [u16; 12] = [0, 0xFFFF, 0, 0x8000, 0, 0, 0xFFFF, 0x8000, 0, 0, 0, 0xFFFF];
        data.extend(map.iter().flat_map(|level| level.to_le_bytes()));
        let tags = [
            (0x100, 3, 1, 3),
            (0x101, 3, 1, 1),
            (0x102, 3, 1, 2),
            (0x103, 3, 1, 1),
            (0x106, 3, 1, 3),
            (0x111, 4, 1, 0),
            (0x115, 3, 1, 1),
            (0x116, 3, 1, 1),
            (0x117, 4, 1, 1),
            (0x140, 3, 12, 1),
        ];
        let (header, picture) = read(&Tiff, &page(&tags, &data));
        assert_eq!(header.bit_depth, 2);
        assert_eq!(picture.samples(), [255, 0, 0, 0, 255, 0, 128, 128, 255]);
    }

    #[test]
    fn inks_and_white_is_zero_become_colours() {
        let tags = |photometric, samples| {
            [
                (0x100, 3, 1, 2),
                (0x101, 3, 1, 1),
                (0x102, 3, 1, 8),
                (0x103, 3, 1, 1),
                (0x106, 3, 1, photometric),
                (0x111, 4, 1, 0),
                (0x115, 3, 1, samples),
                (0x116, 3, 1, 1),
                (0x117, 4, 1, 2 * samples),
            ]
        };
        let (_, picture) = read(&Tiff, &page(&tags(0, 1), &[0, 200]));
        assert_eq!(picture.samples(), [255, 255, 255, 55, 55, 55]);
        let file = page(&tags(5, 4), &[0, 255, 255, 0, 0, 0, 0, 255]);
        if let Ok(header) = super::Codec::probe(&Tiff, &file) {
            let decoded =
                super::Codec::decode(&Tiff, &file, &header, crate::codec::DecodeWish::Full).unwrap();
            assert_eq!(decoded.raster.samples(), [255, 0, 0, 0, 0, 0]);
        }
    }
}
