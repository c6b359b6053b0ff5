//! Samples of a page as sRGB.

use tiff::ColorType;

use super::unreadable;
use crate::{ImageError, Layout};

/// What the samples of a pixel stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Palette(Vec<[u8; 3]>),
    Gray,
    /// Level, alpha.
    GrayAlpha,
    Rgb,
    /// Whether colours were multiplied with alpha.
    Rgba {
        premultiplied: bool,
    },
    /// Four inks, 255 for full, and samples that are skipped.
    Cmyk {
        skipped: usize,
    },
    /// Luma and two colour differences as in JPEG.
    YCbCr,
}

impl Kind {
    pub(super) fn of(colors: ColorType, premultiplied: bool, palette: Option<Vec<[u8; 3]>>) -> Option<Self> {
        Some(match (colors, palette) {
            (ColorType::Gray(1 | 2 | 4 | 8), Some(palette)) => Self::Palette(palette),
            (_, Some(_)) => return None,
            (ColorType::Gray(_), None) => Self::Gray,
            (ColorType::GrayA(_) | ColorType::Multiband { num_samples: 2, .. }, None) => Self::GrayAlpha,
            (ColorType::RGB(_), None) => Self::Rgb,
            (ColorType::RGBA(_), None) => Self::Rgba { premultiplied },
            (ColorType::CMYK(_), None) => Self::Cmyk { skipped: 0 },
            (ColorType::CMYKA(_), None) => Self::Cmyk { skipped: 1 },
            (ColorType::YCbCr(_), None) => Self::YCbCr,
            _ => return None,
        })
    }

    pub(super) fn has_alpha(&self) -> bool {
        matches!(self, Self::GrayAlpha | Self::Rgba { .. })
    }

    pub(super) fn to_srgb(&self, mut samples: Vec<u8>) -> Result<(Layout, Vec<u8>), ImageError> {
        Ok(match self {
            Self::Palette(palette) => {
                let color = |index: u8| palette.get(usize::from(index)).copied();
                let pixels: Option<Vec<_>> = samples.into_iter().map(color).collect();
                let pixels = pixels.ok_or_else(|| unreadable("a colour is not in the palette"))?;
                (Layout::Rgb, pixels.into_flattened())
            }
            Self::Gray => (Layout::Rgb, samples.into_iter().flat_map(|level| [level; 3]).collect()),
            Self::GrayAlpha => {
                let (pixels, _) = samples.as_chunks::<2>();
                let spread = pixels.iter().flat_map(|[level, alpha]| [*level, *level, *level, *alpha]);
                (Layout::Rgba, spread.collect())
            }
            Self::Rgb => (Layout::Rgb, samples),
            Self::Rgba { premultiplied } => {
                if *premultiplied {
                    samples.as_chunks_mut::<4>().0.iter_mut().for_each(divide_by_alpha);
                }
                (Layout::Rgba, samples)
            }
            Self::Cmyk { skipped } => {
                let pixels = samples.chunks_exact(4 + skipped);
                (Layout::Rgb, pixels.flat_map(|inks| light([inks[0], inks[1], inks[2]], inks[3])).collect())
            }
            Self::YCbCr => {
                samples.as_chunks_mut::<3>().0.iter_mut().for_each(ycbcr_to_rgb);
                (Layout::Rgb, samples)
            }
        })
    }
}

/// What three inks and black leave of white light.
fn light(inks: [u8; 3], black: u8) -> [u8; 3] {
    inks.map(|ink| ((255 - u32::from(ink)) * (255 - u32::from(black)) / 255) as u8)
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

/// Full range with the weights of BT.601.
fn ycbcr_to_rgb(pixel: &mut [u8; 3]) {
    let [luma, blue, red] = pixel.map(f32::from);
    let (blue, red) = (blue - 128.0, red - 128.0);
    let rgb = [luma + 1.402 * red, luma - 0.344_136 * blue - 0.714_136 * red, luma + 1.772 * blue];
    *pixel = rgb.map(|level| level.round().clamp(0.0, 255.0) as u8);
}
