//! Blind watermarks: marks that nobody sees, and that are read without the unmarked picture.
//!
//! The scheme is this project's own; it neither reads nor writes the marks of other services.
//!
//! **Where.** The mark is in the brightness of the picture, in waves of [`spread`]'s lowest order up to 32, 64 or 128
//! halves from edge to edge ([`Band`]: the more pixels, the more waves). Counting halves and not pixels makes scaling
//! harmless; staying low makes JPEG harmless. Cutting parts off destroys the mark.
//!
//! **How.** Each bit belongs to many waves in a fixed pseudo-random order with pseudo-random signs. Their signed sum, over
//! the root of their number, is one number, which is moved to the nearest place that means the bit: a quarter of a step
//! above or below a multiple of the step (spread-transform dither modulation). The step follows from the strength: all
//! moves together make the same mean square error, however many bits there are, so a short text is very robust.
//!
//! **What.** A picture is reduced to 32 x 32 bits, black and white; how well the bits that are read agree with those of the
//! mark says whether it is there: 100 for all of them, 50 for chance. A text is padded with zeros to 16, 32, 64, 128 or 256 bytes and gets a CRC-32. A reader tries all lengths,
//! bands and strengths; the checksum says which one it was. The version of the rule is part of the order of the waves, so
//! a mark is found only under the version it was made with.
//!
//! Spec: spec/ci/extras.md, A3.

mod payload;
mod spectrum;
mod spread;

use std::sync::Arc;

use self::{spectrum::Spectrum, spread::Spread};
use crate::{
    Dimensions, ImageError, PixelOperation, Raster,
    assets::Asset,
    kernel::{self, Window},
};

/// The rule's word.
const WATERMARK: &str = "watermark";

/// What a picture can carry, by its shorter side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Band {
    /// Waves with fewer halves than this.
    waves: usize,
    /// The shorter side at least; half of it still shows all of the waves.
    side_px_min: u32,
}

/// From the largest to the smallest.
const BANDS: [Band; 3] = [
    Band { waves: 128, side_px_min: 384 },
    Band { waves: 64, side_px_min: 192 },
    Band { waves: 32, side_px_min: SIDE_PX_MIN },
];

/// Sources must be larger than 64 x 64. Source: spec/ci/extras.md, A3.
pub(crate) const SIDE_PX_MIN: u32 = 65;

/// Mean square errors of the levels 0 to 3: 47, 44, 41 and 38.5 dB.
const MEAN_SQUARE_ERRORS: [f32; 4] = [1.3, 2.6, 5.2, 9.2];

/// Fewer waves would not carry a bit through a JPEG.
const WAVES_PER_BIT_MIN: usize = 2;

/// Rounding and clipping undo some of the change; it is made again where bits are not clear.
const ROUNDS_MAX: usize = 4;
const CLARITY_MIN: f32 = 0.7;

/// Bits of a picture that is hidden, across and down.
const PICTURE_BITS: u32 = 32;

/// What distinguishes marks of one kind from those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Series {
    /// Text, by the version of the rule.
    Text(u8),
    /// A picture, by the version of the rule.
    Picture(u8),
}

impl Series {
    fn seed(self) -> u64 {
        match self {
            Self::Text(version) => 0x7465_7874_0000 + u64::from(version),
            Self::Picture(version) => 0x7069_6374_0000 + u64::from(version),
        }
    }
}

/// Hides a text.
#[derive(Debug)]
pub(crate) struct HideText {
    pub(crate) text: String,
    pub(crate) version: u8,
    /// 0 to 3.
    pub(crate) level: u8,
}

impl HideText {
    /// Refuses what a picture of this size cannot carry.
    pub(crate) fn check(&self, size: Dimensions) -> Result<(), ImageError> {
        self.placement(size).map(drop)
    }

    fn placement(&self, size: Dimensions) -> Result<(Band, usize), ImageError> {
        let band = band_of(size)?;
        let fits = |text_bytes: &usize| {
            Spread::waves_per_bit(payload::bit_count(*text_bytes), band.waves) >= WAVES_PER_BIT_MIN
        };
        let text_bytes = payload::text_bytes_for(&self.text).filter(fits);
        let longest = payload::TEXT_BYTES.iter().rfind(|text_bytes| fits(text_bytes)).copied().unwrap_or(0);
        let too_long = || ImageError::InvalidForImage {
            operation: WATERMARK,
            message: format!("the text has {} bytes, an image of {size} carries {longest}", self.text.len()),
        };
        Ok((band, text_bytes.ok_or_else(too_long)?))
    }
}

impl PixelOperation for HideText {
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        let (band, text_bytes) = self.placement(frame.dimensions())?;
        let bits = payload::bits(&self.text, text_bytes);
        hide(frame, &bits, band, Series::Text(self.version), self.level)
    }
}

/// The text that is hidden in a picture, if one is.
pub(crate) fn find_text(raster: &Raster, version: u8) -> Option<String> {
    let spectrum = Spectrum::of(raster, bands_in(raster.dimensions()).next()?.waves);
    bands_in(raster.dimensions()).find_map(|band| {
        payload::TEXT_BYTES.into_iter().find_map(|text_bytes| {
            let bit_count = payload::bit_count(text_bytes);
            if Spread::waves_per_bit(bit_count, band.waves) < WAVES_PER_BIT_MIN {
                return None;
            }
            let spread = Spread::new(bit_count, band.waves, Series::Text(version).seed());
            (0..MEAN_SQUARE_ERRORS.len() as u8)
                .find_map(|level| payload::text(&spread.read(&spectrum, step(bit_count, level))))
        })
    })
}

/// Hides a picture.
#[derive(Debug)]
pub(crate) struct HidePicture {
    pub(crate) mark: Arc<Asset>,
    pub(crate) version: u8,
    /// 0 to 3.
    pub(crate) level: u8,
}

impl HidePicture {
    /// Refuses pictures that are too small to carry another one.
    pub(crate) fn check(size: Dimensions) -> Result<Band, ImageError> {
        let side_px_min = BANDS[1].side_px_min;
        let carries =
            |band: &Band| Spread::waves_per_bit(picture_bit_count(), band.waves) >= WAVES_PER_BIT_MIN;
        let too_small = ImageError::TooSmall { operation: WATERMARK, dimensions: size, side_px_min };
        band_of(size).ok().filter(carries).ok_or(too_small)
    }
}

impl PixelOperation for HidePicture {
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        let band = Self::check(frame.dimensions())?;
        let bits = picture_bits(self.mark.raster()?);
        hide(frame, &bits, band, Series::Picture(self.version), self.level)
    }
}

/// What there is to be seen of a hidden picture.
#[derive(Debug)]
pub(crate) struct FoundPicture {
    /// 100 where it is all there, 50 where nothing is.
    pub(crate) status: u8,
    /// One byte a pixel, as large as the mark; the darker and lighter the clearer.
    pub(crate) gray: Vec<u8>,
}

/// Looks for a picture that may be hidden in another one.
pub(crate) fn find_picture(raster: &Raster, mark: &Raster, version: u8) -> FoundPicture {
    let bits = picture_bits(mark);
    let mut best = (0.0, vec![0.0; bits.len()]);
    let mut bands = bands_in(raster.dimensions()).peekable();
    let spectrum = bands.peek().map(|largest| Spectrum::of(raster, largest.waves));
    for band in bands.filter(|band| Spread::waves_per_bit(bits.len(), band.waves) >= WAVES_PER_BIT_MIN) {
        let spread = Spread::new(bits.len(), band.waves, Series::Picture(version).seed());
        for level in 0..MEAN_SQUARE_ERRORS.len() as u8 {
            let Some(spectrum) = &spectrum else { continue };
            let clarity = spread.read(spectrum, step(bits.len(), level));
            let agreement = agreement(&clarity, &bits);
            if agreement > best.0 {
                best = (agreement, clarity);
            }
        }
    }
    let (agreement, clarity) = best;
    let status = (50.0 + 50.0 * agreement).round().clamp(0.0, 100.0) as u8;
    FoundPicture { status, gray: drawn(&clarity, mark.dimensions()) }
}

/// The mean of how clearly bits are right; wrong ones count against it.
fn agreement(clarity: &[f32], bits: &[bool]) -> f32 {
    let right = clarity.iter().zip(bits).map(|(clarity, bit)| if *bit { *clarity } else { -clarity });
    right.sum::<f32>() / bits.len() as f32
}

fn picture_bit_count() -> usize {
    (PICTURE_BITS * PICTURE_BITS) as usize
}

/// The light parts of a picture reduced to a square of bits.
fn picture_bits(mark: &Raster) -> Vec<bool> {
    let whole = Window::whole(mark.dimensions());
    let square = Dimensions { width_px: PICTURE_BITS, height_px: PICTURE_BITS };
    kernel::luma(&kernel::resize(mark, whole, whole, square)).iter().map(|luma| *luma > 127).collect()
}

/// A square of bits stretched to the size of the mark.
fn drawn(clarity: &[f32], size: Dimensions) -> Vec<u8> {
    let cell =
        |at: u32, side_px: u32| (u64::from(at) * u64::from(PICTURE_BITS) / u64::from(side_px)) as usize;
    let gray = |x: u32, y: u32| {
        let bit = cell(y, size.height_px) * PICTURE_BITS as usize + cell(x, size.width_px);
        (127.5 + 127.5 * clarity[bit]).round().clamp(0.0, 255.0) as u8
    };
    (0..size.height_px)
        .flat_map(|y| (0..size.width_px).map(move |x| (x, y)))
        .map(|(x, y)| gray(x, y))
        .collect()
}

/// The band a picture of this size is marked in.
fn band_of(size: Dimensions) -> Result<Band, ImageError> {
    let shorter_px = size.width_px.min(size.height_px);
    let too_small = ImageError::TooSmall { operation: WATERMARK, dimensions: size, side_px_min: SIDE_PX_MIN };
    BANDS.into_iter().find(|band| shorter_px >= band.side_px_min).ok_or(too_small)
}

/// The bands that a picture of this size can show; it may have been larger when it was marked.
fn bands_in(size: Dimensions) -> impl Iterator<Item = Band> {
    let shorter_px = size.width_px.min(size.height_px) as usize;
    BANDS.into_iter().filter(move |band| band.waves <= shorter_px)
}

/// Moves of half a step at most have a mean square of a twelfth of its square.
fn step(bit_count: usize, level: u8) -> f32 {
    let mean_square_error = MEAN_SQUARE_ERRORS[usize::from(level).min(MEAN_SQUARE_ERRORS.len() - 1)];
    (12.0 * mean_square_error / bit_count as f32).sqrt()
}

fn hide(frame: &mut Raster, bits: &[bool], band: Band, series: Series, level: u8) -> Result<(), ImageError> {
    if is_gray(frame) {
        let message = "a picture without colour carries no blind watermark".to_owned();
        return Err(ImageError::InvalidForImage { operation: WATERMARK, message });
    }
    let spread = Spread::new(bits.len(), band.waves, series.seed());
    let step = step(bits.len(), level);
    let mut worst = f32::NEG_INFINITY;
    for _ in 0..=ROUNDS_MAX {
        let spectrum = Spectrum::of(frame, band.waves);
        let clarity = spread.read(&spectrum, step);
        let right = clarity.iter().zip(bits).map(|(clarity, bit)| if *bit { *clarity } else { -clarity });
        worst = right.fold(f32::INFINITY, f32::min);
        if worst >= CLARITY_MIN {
            return Ok(());
        }
        spread.changes(&spectrum, bits, step).add_to(frame);
    }
    if worst > 0.0 {
        return Ok(());
    }
    let message = "the picture is too dark or too light to carry the mark".to_owned();
    Err(ImageError::InvalidForImage { operation: WATERMARK, message })
}

/// Whether no pixel has a colour.
fn is_gray(raster: &Raster) -> bool {
    let pixels = raster.samples().chunks_exact(raster.layout().channels());
    pixels.into_iter().all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2])
}
