//! From other kinds of colour to red, green and blue.

/// Repeats each gray sample three times.
pub(crate) fn gray_to_rgb(gray: &[u8]) -> Vec<u8> {
    let mut rgb = vec![0; gray.len() * 3];
    for (pixel, gray) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(gray) {
        *pixel = [*gray; 3];
    }
    rgb
}

/// Repeats the gray of each pair three times and keeps alpha.
pub(crate) fn gray_alpha_to_rgba(pairs: &[u8]) -> Vec<u8> {
    let mut rgba = vec![0; pairs.len() * 2];
    for (pixel, [gray, alpha]) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(pairs.as_chunks::<2>().0) {
        *pixel = [*gray, *gray, *gray, *alpha];
    }
    rgba
}

/// Cyan, magenta, yellow and black, 255 for full ink, to red, green and blue without a profile.
pub(crate) fn ink_to_light(cmyk: &[u8]) -> Vec<u8> {
    let mut rgb = vec![0; cmyk.len() / 4 * 3];
    for (pixel, [ink @ .., black]) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(cmyk.as_chunks::<4>().0) {
        for (light, ink) in pixel.iter_mut().zip(ink) {
            let product = u32::from(255 - ink) * u32::from(255 - black);
            *light = ((product + 127) / 255) as u8;
        }
    }
    rgb
}

#[cfg(test)]
mod tests {
    use super::{gray_alpha_to_rgba, gray_to_rgb, ink_to_light};

    #[test]
    fn gray_is_repeated() {
        assert_eq!(gray_to_rgb(&[1, 2]), [1, 1, 1, 2, 2, 2]);
        assert_eq!(gray_alpha_to_rgba(&[1, 9, 2, 8]), [1, 1, 1, 9, 2, 2, 2, 8]);
    }

    #[test]
    fn ink_takes_light_away() {
        assert_eq!(
            ink_to_light(&[0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255]),
            [255, 255, 255, 0, 255, 255, 0, 0, 0]
        );
        assert_eq!(ink_to_light(&[0, 127, 255, 127]), [128, 64, 0]);
    }
}
