//! AVIF: the primary picture of a file in, with alpha, grids and all depths; a still picture out.

mod av1;
mod boxes;
mod colors;
mod container;
mod item;
mod turn;

use ravif::{Encoder, Img, RGB8, RGBA8};

use self::{
    av1::Picture,
    colors::{for_each_luma_row, for_each_rgb_row, to_sample},
    container::{Container, Tiles},
    item::ColorCode,
};
use super::{Codec, DecodeWish, Decoded, EncodeRequest, FrameSink, still::StillSink};
use crate::{
    Dimensions, ImageError, ImageFormat, ImageHeader, Layout, Orientation, Raster,
    metadata::{Metadata, exif},
};

/// The fastest of the encoder's ten speeds; the next one takes three times as long for 8 % fewer bytes.
const SPEED: u8 = 10;

/// Reads and writes AVIF.
pub(super) struct Avif;

impl Codec for Avif {
    fn format(&self) -> ImageFormat {
        ImageFormat::Avif
    }

    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
        let description = Container::read(bytes)?.describe()?;
        Ok(ImageHeader {
            format: ImageFormat::Avif,
            dimensions: description.dimensions,
            frame_count: 1,
            bit_depth: description.bit_depth,
            has_alpha: description.has_alpha,
            orientation: description.orientation,
            quality: None,
            lossless: false,
            progressive: false,
            dpi: None,
        })
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, _: DecodeWish) -> Result<Decoded, ImageError> {
        let container = Container::read(bytes)?;
        let description = container.describe()?;
        if description.dimensions != header.dimensions {
            return Err(unreadable("its size is unlike its header"));
        }
        let layout = if description.has_alpha { Layout::Rgba } else { Layout::Rgb };
        let samples = vec![255; header.dimensions.pixels() as usize * layout.channels()];
        let mut raster = Raster::from_samples(header.dimensions, layout, samples)
            .ok_or_else(|| unreadable("its size is unlike its header"))?;
        paint_colors(&mut raster, &container.color_tiles()?, description.color)?;
        if let Some(alpha) = container.alpha_tiles() {
            paint_alpha(&mut raster, &alpha?)?;
            if description.premultiplied {
                raster.samples_mut().as_chunks_mut::<4>().0.iter_mut().for_each(divide_by_alpha);
            }
        }
        Ok(Decoded::whole(raster))
    }

    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>> {
        let quality = request.settings.quality;
        Some(Ok(StillSink::boxed(move |raster| encode(raster, quality))))
    }

    /// Three planes of up to two bytes, and as much again for what the decoder keeps.
    fn decode_extra_bytes(&self, header: &ImageHeader, _: DecodeWish) -> u64 {
        header.dimensions.pixels() * if header.bit_depth > 8 { 12 } else { 6 }
    }

    /// Measured with the encoder at this speed, generously.
    fn encode_extra_bytes(&self, request: EncodeRequest<'_>) -> u64 {
        request.dimensions.pixels() * 48 + (16 << 20)
    }
}

/// Exif, profile and XMP of a file. The boxes that turn the picture are written as an orientation tag, since pixels
/// are decoded as stored.
pub(crate) fn metadata(bytes: &[u8]) -> Metadata {
    let Ok(container) = Container::read(bytes) else { return Metadata::default() };
    let orientation = container.describe().ok().and_then(|description| description.orientation);
    let mut exif = container.exif();
    if let Some(exif) = &mut exif {
        exif::set_orientation(exif, orientation.unwrap_or(Orientation::Upright));
    } else {
        exif = orientation.filter(|turn| *turn != Orientation::Upright).map(exif::with_orientation);
    }
    Metadata { exif, icc: container.icc_profile().map(<[u8]>::to_vec), xmp: container.xmp() }
}

/// A file of our encoder with the turn that an Exif block tells of. The block itself has no place in it.
pub(crate) fn with_metadata(file: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    let turn = metadata.exif.as_deref().and_then(exif::orientation);
    let turn = turn.filter(|turn| *turn != Orientation::Upright);
    turn.and_then(|turn| turn::with_orientation(&file, turn)).unwrap_or(file)
}

/// Whether colours are coded for a display brighter than standard.
pub(crate) fn is_high_dynamic_range(bytes: &[u8]) -> bool {
    let color =
        Container::read(bytes).and_then(|container| container.describe()).ok().and_then(|it| it.color);
    // Code points of ITU-T H.273: 16 is PQ, 18 is HLG.
    color.is_some_and(|color| matches!(color.transfer, 16 | 18))
}

fn paint_colors(raster: &mut Raster, coded: &Tiles<'_>, color: Option<ColorCode>) -> Result<(), ImageError> {
    for_each_tile(raster.dimensions(), coded, |picture, left, top| {
        let color = color.or(coded.color).unwrap_or(picture.color);
        for_each_rgb_row(picture, color, |y, row| {
            for (pixel, rgb) in pixels_from(raster, left, top + y).zip(row) {
                pixel[..3].copy_from_slice(&rgb.map(to_sample));
            }
        });
    })
}

fn paint_alpha(raster: &mut Raster, coded: &Tiles<'_>) -> Result<(), ImageError> {
    for_each_tile(raster.dimensions(), coded, |picture, left, top| {
        let full_range = coded.color.unwrap_or(picture.color).full_range;
        for_each_luma_row(picture, full_range, |y, row| {
            for (pixel, alpha) in pixels_from(raster, left, top + y).zip(row) {
                pixel[3] = to_sample(*alpha);
            }
        });
    })
}

/// Pixels of row `y` from column `left` on; none outside of the raster.
fn pixels_from(raster: &mut Raster, left: u32, y: u32) -> impl Iterator<Item = &mut [u8]> {
    let (channels, row_bytes) = (raster.layout().channels(), raster.row_bytes());
    let row = raster.samples_mut().chunks_exact_mut(row_bytes).nth(y as usize).unwrap_or_default();
    row.chunks_exact_mut(channels).skip(left as usize)
}

/// Decodes tile after tile and tells where it goes. All must be of one size and together cover the picture.
fn for_each_tile(
    whole: Dimensions,
    coded: &Tiles<'_>,
    mut paint: impl FnMut(&Picture, u32, u32),
) -> Result<(), ImageError> {
    let mut size = None;
    let rows = coded.tiles.len().div_ceil(coded.columns.max(1)) as u64;
    for (at, stream) in coded.tiles.iter().enumerate() {
        let picture = Picture::decode(stream, whole.pixels().saturating_mul(4).max(1 << 16))?;
        let tile = *size.get_or_insert(picture.dimensions);
        if tile != picture.dimensions
            || !covers(tile.width_px, coded.columns as u64, whole.width_px)
            || !covers(tile.height_px, rows, whole.height_px)
        {
            return Err(unreadable("the tiles are not of the size that their container says"));
        }
        let (column, row) = ((at % coded.columns) as u64, (at / coded.columns) as u64);
        let (left, top) = (column * u64::from(tile.width_px), row * u64::from(tile.height_px));
        paint(&picture, left as u32, top as u32);
    }
    Ok(())
}

/// Whether tiles side by side reach the end of the picture, and the last one begins before it.
fn covers(tile_px: u32, count: u64, whole_px: u32) -> bool {
    let (tile, whole) = (u64::from(tile_px), u64::from(whole_px));
    tile * count >= whole && tile * count.saturating_sub(1) < whole
}

fn divide_by_alpha(pixel: &mut [u8; 4]) {
    let alpha = u32::from(pixel[3]);
    if alpha == 0 {
        return;
    }
    for sample in &mut pixel[..3] {
        *sample = ((u32::from(*sample) * 255 + alpha / 2) / alpha).min(255) as u8;
    }
}

/// The encoder's quality has the scale of the rules, except that it knows no 0.
fn encode(raster: &Raster, quality: u8) -> Result<Vec<u8>, ImageError> {
    let (width, height) = (raster.dimensions().width_px as usize, raster.dimensions().height_px as usize);
    let quality = f32::from(quality.clamp(1, 100));
    let encoder = Encoder::new()
        .with_quality(quality)
        .with_alpha_quality(quality)
        .with_speed(SPEED)
        .with_num_threads(Some(1));
    let encoded = match raster.layout() {
        Layout::Rgb => {
            let pixels = raster.samples().as_chunks::<3>().0.iter();
            let pixels: Vec<_> = pixels.map(|[red, green, blue]| RGB8::new(*red, *green, *blue)).collect();
            encoder.encode_rgb(Img::new(&pixels, width, height))
        }
        Layout::Rgba => {
            let pixels = raster.samples().as_chunks::<4>().0.iter();
            let pixels: Vec<_> = pixels.map(|[r, g, b, a]| RGBA8::new(*r, *g, *b, *a)).collect();
            encoder.encode_rgba(Img::new(&pixels, width, height))
        }
    };
    encoded.map(|encoded| encoded.avif_file).map_err(|error| ImageError::Encoder {
        format: ImageFormat::Avif,
        dimensions: raster.dimensions(),
        reason: error.to_string(),
    })
}

fn unreadable(reason: impl std::fmt::Display) -> ImageError {
    ImageError::Unreadable { reason: format!("AVIF: {reason}") }
}

#[cfg(test)]
mod tests {
    use super::{Avif, with_metadata};
    use crate::{
        ImageFormat, Layout, Orientation, Raster,
        codec::{
            Codec, DecodeWish,
            check::{encode, fixture, raster, read},
        },
        metadata::{Metadata, exif},
    };

    fn gradient(layout: Layout) -> Raster {
        let samples: Vec<_> = (0..48 * 64)
            .flat_map(|at: u32| {
                let (x, y) = (at % 64, at / 64);
                [(x * 4) as u8, (y * 5) as u8, 128, (255 - x * 2) as u8].into_iter().take(layout.channels())
            })
            .collect();
        raster(64, layout, &samples)
    }

    fn mean_difference(one: &Raster, other: &Raster) -> f64 {
        assert_eq!(one.layout(), other.layout());
        let differences = one.samples().iter().zip(other.samples()).map(|(a, b)| f64::from(a.abs_diff(*b)));
        differences.sum::<f64>() / one.samples().len() as f64
    }

    #[test]
    fn what_is_written_is_read_back() {
        for layout in [Layout::Rgb, Layout::Rgba] {
            let picture = gradient(layout);
            let (header, again) = read(&Avif, &encode(&Avif, ImageFormat::Avif, &picture));
            assert_eq!(header.has_alpha, layout == Layout::Rgba);
            assert!(mean_difference(&picture, &again) < 3.0, "{}", mean_difference(&picture, &again));
        }
    }

    #[test]
    fn a_turn_is_written_and_read_back() {
        for layout in [Layout::Rgb, Layout::Rgba] {
            let file = encode(&Avif, ImageFormat::Avif, &gradient(layout));
            let (_, picture) = read(&Avif, &file);
            for value in 1..=8 {
                let turn = Orientation::from_exif(value);
                let metadata = Metadata { exif: turn.map(exif::with_orientation), ..Metadata::default() };
                let turned = with_metadata(file.clone(), &metadata);
                let (header, again) = read(&Avif, &turned);
                assert_eq!(header.orientation, turn.filter(|turn| *turn != Orientation::Upright));
                assert_eq!(again, picture);
                let told = super::metadata(&turned).exif.as_deref().and_then(exif::orientation);
                assert_eq!(told, header.orientation);
            }
        }
    }

    #[test]
    fn a_photo_is_read() {
        let (header, _) = read(&Avif, &fixture("photo_160x120.avif"));
        assert_eq!((header.dimensions.width_px, header.dimensions.height_px), (160, 120));
    }

    #[test]
    fn cut_and_spoiled_files_are_errors_or_pictures() {
        let file = encode(&Avif, ImageFormat::Avif, &gradient(Layout::Rgba));
        for length in 0..file.len() {
            if let Ok(header) = Avif.probe(&file[..length]) {
                assert!(Avif.decode(&file[..length], &header, DecodeWish::Full).is_err(), "{length} bytes");
            }
        }
        for at in 0..file.len().min(400) {
            let mut spoiled = file.clone();
            spoiled[at] ^= 0xFF;
            if let Some(header) =
                Avif.probe(&spoiled).ok().filter(|header| header.dimensions.pixels() < 1 << 20)
            {
                let _ = Avif.decode(&spoiled, &header, DecodeWish::Full);
            }
        }
    }
}
