//! PNG: a palette where it is good enough, and filters and compression chosen with patience.

use std::io::Cursor;

use bytes::Bytes;

use crate::{ImageError, ImageFormat, ImageHeader, bytes_at::u32_be};

/// A palette that misses the picture by more than this, in decibels, is seen.
const PALETTE_PSNR_MIN: f64 = 33.0;

/// Colours that a palette has room for.
const PALETTE_COLORS: usize = 256;

/// How strongly what a pixel misses is handed on to its neighbours; full strength looks grainy and packs badly.
const DITHERING: f32 = 0.5;

/// Pictures of more pixels are packed with less patience.
const PATIENT_PIXELS_MAX: u64 = 2_000_000;

const SIGNATURE_BYTES: usize = 8;
const IHDR_END: usize = SIGNATURE_BYTES + 12 + 13;

pub(super) fn repack(file: &Bytes, header: &ImageHeader) -> Result<Bytes, ImageError> {
    // An animation shares one palette, and nothing of deeper samples is to be lost.
    let may_lose = header.format == ImageFormat::Png && header.bit_depth <= 8;
    let effort = if header.dimensions.pixels() > PATIENT_PIXELS_MAX { 1 } else { 2 };
    if may_lose && let Some(quantized) = with_palette(file)? {
        let packed = optimize(&quantized, effort)?;
        if packed.len() < file.len() {
            return Ok(packed.into());
        }
    }
    optimize(file, effort).map(Bytes::from)
}

fn optimize(png: &[u8], effort: u8) -> Result<Vec<u8>, ImageError> {
    oxipng::optimize_from_memory(png, &oxipng::Options::from_preset(effort)).map_err(unreadable)
}

/// The picture in at most 256 colours, with all that the file says besides its pixels; `None` where it has so few
/// colours already, or where a palette would be seen.
fn with_palette(file: &[u8]) -> Result<Option<Vec<u8>>, ImageError> {
    let (width, height, samples) = rgba(file)?;
    let (pixels, _) = samples.as_chunks::<4>();
    if has_few_colors(pixels) {
        return Ok(None);
    }
    let image = quantizr::Image::new(&samples, width as usize, height as usize).map_err(unreadable)?;
    let mut options = quantizr::Options::default();
    options.set_max_colors(PALETTE_COLORS as i32).map_err(unreadable)?;
    let mut result = quantizr::QuantizeResult::quantize(&image, &options);
    let mut indexes = vec![0_u8; pixels.len()];
    result.set_dithering_level(0.0).map_err(unreadable)?;
    result.remap_image(&image, &mut indexes).map_err(unreadable)?;
    let table = result.get_palette();
    let colors: Vec<[u8; 4]> = table
        .entries
        .iter()
        .take(table.count as usize)
        .map(|color| [color.r, color.g, color.b, color.a])
        .collect();
    if psnr(pixels, &indexes, &colors) < PALETTE_PSNR_MIN {
        return Ok(None);
    }
    result.set_dithering_level(DITHERING).map_err(unreadable)?;
    result.remap_image(&image, &mut indexes).map_err(unreadable)?;
    let indexed = indexed(width, height, &colors, &indexes).map_err(unreadable)?;
    Ok(Some(with_chunks_of(file, &indexed)))
}

/// Every pixel as red, green, blue and alpha, in the file's own colours.
fn rgba(file: &[u8]) -> Result<(u32, u32, Vec<u8>), ImageError> {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let size = reader.output_buffer_size().ok_or_else(|| unreadable("it is too large"))?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(unreadable)?;
    samples.truncate(frame.buffer_size());
    let samples = match frame.color_type {
        png::ColorType::GrayscaleAlpha => crate::kernel::gray_alpha_to_rgba(&samples),
        _ => samples,
    };
    Ok((frame.width, frame.height, samples))
}

fn has_few_colors(pixels: &[[u8; 4]]) -> bool {
    let mut colors = std::collections::HashSet::new();
    pixels.iter().all(|pixel| {
        colors.insert(*pixel);
        colors.len() <= PALETTE_COLORS
    })
}

/// Peak signal-to-noise ratio over all channels. Colour counts as far as it is opaque.
fn psnr(pixels: &[[u8; 4]], indexes: &[u8], colors: &[[u8; 4]]) -> f64 {
    let mut squares = 0_u64;
    for ([red, green, blue, alpha], index) in pixels.iter().zip(indexes) {
        let drawn = colors.get(usize::from(*index)).copied().unwrap_or_default();
        let difference = |one: u8, other: u8| u64::from(one.abs_diff(other)).pow(2);
        let color = difference(*red, drawn[0]) + difference(*green, drawn[1]) + difference(*blue, drawn[2]);
        squares += color * u64::from(*alpha) / 255 + difference(*alpha, drawn[3]);
    }
    let mean = squares as f64 / (4 * pixels.len()).max(1) as f64;
    if mean == 0.0 { f64::INFINITY } else { 10.0 * (255.0 * 255.0 / mean).log10() }
}

fn indexed(
    width: u32,
    height: u32,
    colors: &[[u8; 4]],
    indexes: &[u8],
) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::with_capacity(indexes.len() / 2);
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(colors.iter().flat_map(|color| &color[..3]).copied().collect::<Vec<_>>());
    if colors.iter().any(|color| color[3] < 255) {
        encoder.set_trns(colors.iter().map(|color| color[3]).collect::<Vec<_>>());
    }
    // It is packed with patience afterwards.
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(indexes)?;
    writer.finish()?;
    Ok(file)
}

/// Puts what the source says about its picture behind the header of a new file.
fn with_chunks_of(source: &[u8], new: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(new.len() + 4096);
    file.extend_from_slice(&new[..IHDR_END]);
    chunks(source).filter(|(name, _)| is_kept(name)).for_each(|(_, chunk)| file.extend_from_slice(chunk));
    file.extend_from_slice(&new[IHDR_END..]);
    file
}

/// All but what belongs to samples that are no longer there.
fn is_kept(name: &[u8]) -> bool {
    let is_ancillary = name.first().is_some_and(|letter| letter & 0x20 != 0);
    is_ancillary && !matches!(name, b"tRNS" | b"bKGD" | b"hIST" | b"sBIT" | b"sPLT")
}

/// Names and whole chunks.
fn chunks(png: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = png.get(SIGNATURE_BYTES..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = (u32_be(rest, 0)? as usize).checked_add(12)?;
        let (chunk, next) = rest.split_at_checked(length)?;
        rest = next;
        Some((&chunk[4..8], chunk))
    })
}

fn unreadable(reason: impl std::fmt::Display) -> ImageError {
    ImageError::Unreadable { reason: format!("PNG: {reason}") }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::repack;
    use crate::{ImageFormat, Limits, SourceImage, codec, metadata};

    fn fixture(name: &str) -> SourceImage {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/images");
        let bytes = std::fs::read(folder.join(name)).unwrap();
        SourceImage::probe(Bytes::from(bytes), &Limits::default()).unwrap()
    }

    fn pixels(file: &Bytes) -> Vec<u8> {
        let codec = codec::for_format(ImageFormat::Png).unwrap();
        let header = codec.probe(file).unwrap();
        let raster = codec.decode(file, &header, codec::DecodeWish::Full).unwrap().raster;
        raster.into_samples()
    }

    #[test]
    fn few_colours_deep_samples_and_animations_lose_nothing() {
        for name in ["checker_512x512.png", "edge_64x64.png", "p16_200x200.png", "apng_100x60_3.png"] {
            let source = fixture(name);
            let slim = repack(source.bytes(), source.header()).unwrap();
            assert!(slim.len() <= source.bytes().len(), "{name}");
            assert_eq!(ImageFormat::detect(&slim), Some(source.header().format), "{name}");
            let header = source.codec().probe(&slim).unwrap();
            assert_eq!(header.frame_count, source.header().frame_count, "{name}");
            let (before, after) = (pixels(source.bytes()), pixels(&slim));
            if before.len() == after.len() {
                assert!(before == after, "{name}");
            }
        }
    }

    #[test]
    fn texts_and_profiles_stay() {
        let source = fixture("text_chunks.png");
        let slim = repack(source.bytes(), source.header()).unwrap();
        let (before, after) =
            (metadata::read(ImageFormat::Png, source.bytes()), metadata::read(ImageFormat::Png, &slim));
        assert_eq!(before.exif, after.exif);
        assert_eq!(before.xmp, after.xmp);
    }

    #[test]
    fn damaged_files_are_errors() {
        let source = fixture("soft_alpha_200x100.png");
        let cut = source.bytes().slice(..source.bytes().len() / 2);
        assert!(repack(&cut, source.header()).is_err());
    }
}
