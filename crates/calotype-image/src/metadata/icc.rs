//! Colours of other profiles become sRGB, which is what the rest of this crate works in.
//!
//! A profile that cannot be read is ignored: the picture is then taken for sRGB, as if it had none.

use moxcms::{ColorProfile, DataColorSpace, Layout as Channels, Transform8BitExecutor, TransformOptions};

use crate::{Layout, Raster};

/// Samples converted at a time; small enough to stay in a core's cache.
const CHUNK_PIXELS: usize = 4096;

/// Differences up to this, in 8-bit steps, are not worth a pass over the pixels.
const NEARLY_EQUAL_STEPS: u8 = 1;

/// Converts pixels from an RGB or gray profile to sRGB in place; alpha stays.
///
/// A gray profile expects a raster whose three colour channels are equal. Returns whether pixels were converted:
/// not so where the profile is broken, of another kind, or so near to sRGB that nobody could tell.
pub fn to_srgb(raster: &mut Raster, profile: &[u8]) -> bool {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return false };
    match profile.color_space {
        DataColorSpace::Rgb => rgb_to_srgb(raster, &profile),
        DataColorSpace::Gray => gray_to_srgb(raster, &profile),
        _ => None,
    }
    .is_some()
}

/// Converts CMYK, four bytes a pixel with 255 for full ink, to RGB, three bytes a pixel.
///
/// `None` where the profile is broken or not one for CMYK.
pub fn cmyk_to_srgb(cmyk: &[u8], profile: &[u8]) -> Option<Vec<u8>> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let transform = transform(&profile, Channels::Rgba, Channels::Rgb)?;
    let pixels = cmyk.len() / 4;
    let mut rgb = vec![0; pixels * 3];
    transform.transform(&cmyk[..pixels * 4], &mut rgb).ok()?;
    Some(rgb)
}

fn transform(
    profile: &ColorProfile,
    from: Channels,
    to: Channels,
) -> Option<std::sync::Arc<Transform8BitExecutor>> {
    profile.create_transform_8bit(from, &ColorProfile::new_srgb(), to, TransformOptions::default()).ok()
}

fn rgb_to_srgb(raster: &mut Raster, profile: &ColorProfile) -> Option<()> {
    if is_nearly_srgb(profile)? {
        return None;
    }
    let (channels, pixel_bytes) = match raster.layout() {
        Layout::Rgb => (Channels::Rgb, 3),
        Layout::Rgba => (Channels::Rgba, 4),
    };
    let transform = transform(profile, channels, channels)?;
    let mut before = Vec::with_capacity(CHUNK_PIXELS * pixel_bytes);
    for chunk in raster.samples_mut().chunks_mut(CHUNK_PIXELS * pixel_bytes) {
        before.clear();
        before.extend_from_slice(chunk);
        transform.transform(&before, chunk).ok()?;
    }
    Some(())
}

/// Eight corners and the steps between them, with the grays, stand for all colours.
fn is_nearly_srgb(profile: &ColorProfile) -> Option<bool> {
    const LEVELS: [u8; 6] = [0, 24, 64, 128, 192, 255];
    let mut before = Vec::with_capacity(LEVELS.len().pow(3) * 3);
    for red in LEVELS {
        for green in LEVELS {
            LEVELS.iter().for_each(|blue| before.extend_from_slice(&[red, green, *blue]));
        }
    }
    let mut after = vec![0; before.len()];
    transform(profile, Channels::Rgb, Channels::Rgb)?.transform(&before, &mut after).ok()?;
    Some(before.iter().zip(&after).all(|(a, b)| a.abs_diff(*b) <= NEARLY_EQUAL_STEPS))
}

/// One tone curve for 256 levels, then a look-up for each pixel.
fn gray_to_srgb(raster: &mut Raster, profile: &ColorProfile) -> Option<()> {
    let levels: Vec<u8> = (0..=255).collect();
    let mut curve = [0; 3 * 256];
    transform(profile, Channels::Gray, Channels::Rgb)?.transform(&levels, &mut curve).ok()?;
    if levels.iter().all(|level| level.abs_diff(curve[usize::from(*level) * 3]) <= NEARLY_EQUAL_STEPS) {
        return None;
    }
    let channels = raster.layout().channels();
    for pixel in raster.samples_mut().chunks_exact_mut(channels) {
        for (sample, shift) in pixel.iter_mut().zip(0..3) {
            *sample = curve[usize::from(*sample) * 3 + shift];
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use moxcms::{ColorProfile, ToneReprCurve};

    use super::to_srgb;
    use crate::{Dimensions, Layout, Raster};

    fn pixel(layout: Layout, samples: &[u8]) -> Raster {
        Raster::from_samples(Dimensions { width_px: 1, height_px: 1 }, layout, samples.to_vec()).unwrap()
    }

    fn assert_near(raster: &Raster, expected: &[u8]) {
        let near = raster.samples().iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= 3);
        assert!(near, "{:?} is not {expected:?}", raster.samples());
    }

    #[test]
    fn mogr_fmt_32_display_p3_becomes_srgb() {
        // 0.8, 0.4, 0.2 in Display P3 lies outside of sRGB in green and blue by little; computed by hand from the
        // published primaries: linear P3 (0.604, 0.133, 0.033) is linear sRGB (0.710, 0.113, 0.016).
        let profile = ColorProfile::new_display_p3().encode().unwrap();
        let mut raster = pixel(Layout::Rgba, &[204, 102, 51, 77]);
        assert!(to_srgb(&mut raster, &profile));
        assert_near(&raster, &[219, 94, 33, 77]);
        assert_eq!(raster.samples()[3], 77);
    }

    #[test]
    fn srgb_itself_and_broken_profiles_change_nothing() {
        let profile = ColorProfile::new_srgb().encode().unwrap();
        for bytes in [&profile[..], &profile[..60], b"", b"not a profile"] {
            let mut raster = pixel(Layout::Rgb, &[204, 102, 51]);
            assert!(!to_srgb(&mut raster, bytes));
            assert_eq!(raster.samples(), [204, 102, 51]);
        }
    }

    #[test]
    fn linear_gray_gets_brighter() {
        let mut profile = ColorProfile::new_gray_with_gamma(1.0);
        profile.gray_trc = Some(ToneReprCurve::Lut(vec![]));
        let mut raster = pixel(Layout::Rgb, &[55, 55, 55]);
        assert!(to_srgb(&mut raster, &profile.encode().unwrap()));
        // 55 / 255 = 0.2157 linear is 0.5029 encoded.
        assert_near(&raster, &[128, 128, 128]);
    }
}
