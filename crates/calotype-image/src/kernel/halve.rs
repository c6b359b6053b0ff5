//! One level of a pyramid: two by two pixels become one.

use crate::{Dimensions, Layout, Raster};

/// Averages squares of two by two pixels, colour weighted by alpha. An odd last column or row is kept as it is, so a
/// source that covers `w x h` pixels covers exactly `w/2 x h/2` of the result.
pub(crate) fn halve(source: &Raster) -> Raster {
    let Dimensions { width_px, height_px } = source.dimensions();
    let half = Dimensions { width_px: width_px.div_ceil(2), height_px: height_px.div_ceil(2) };
    let samples = match source.layout() {
        Layout::Rgb => halve_opaque(source, half),
        Layout::Rgba => halve_with_alpha(source, half),
    };
    Raster::from_samples(half, source.layout(), samples).expect("every pixel of the half is written")
}

/// Upper and lower row of each pair; the last one is paired with itself where their number is odd.
fn row_pairs(source: &Raster) -> impl Iterator<Item = (&[u8], &[u8])> {
    let row_bytes = source.row_bytes();
    source.samples().chunks(2 * row_bytes).map(move |pair| {
        let (upper, lower) = pair.split_at(row_bytes);
        (upper, if lower.is_empty() { upper } else { lower })
    })
}

fn halve_opaque(source: &Raster, half: Dimensions) -> Vec<u8> {
    let row_bytes = half.width_px as usize * 3;
    let mut samples = vec![0; row_bytes * half.height_px as usize];
    let mut sums = vec![0_u16; source.row_bytes()];
    for (row, (upper, lower)) in samples.chunks_exact_mut(row_bytes).zip(row_pairs(source)) {
        for ((sum, upper), lower) in sums.iter_mut().zip(upper).zip(lower) {
            *sum = u16::from(*upper) + u16::from(*lower);
        }
        let (pairs, odd) = sums.as_chunks::<6>();
        let (pixels, _) = row.as_chunks_mut::<3>();
        for (pixel, [r0, g0, b0, r1, g1, b1]) in pixels.iter_mut().zip(pairs) {
            *pixel = [((r0 + r1 + 2) >> 2) as u8, ((g0 + g1 + 2) >> 2) as u8, ((b0 + b1 + 2) >> 2) as u8];
        }
        for (sample, sum) in pixels.as_flattened_mut()[pairs.len() * 3..].iter_mut().zip(odd) {
            *sample = ((sum + 1) >> 1) as u8;
        }
    }
    samples
}

fn halve_with_alpha(source: &Raster, half: Dimensions) -> Vec<u8> {
    let row_bytes = half.width_px as usize * 4;
    let mut samples = vec![0; row_bytes * half.height_px as usize];
    for (row, (upper, lower)) in samples.chunks_exact_mut(row_bytes).zip(row_pairs(source)) {
        let (upper, lower) = (upper.as_chunks::<4>().0, lower.as_chunks::<4>().0);
        for (pixel, (upper, lower)) in
            row.as_chunks_mut::<4>().0.iter_mut().zip(upper.chunks(2).zip(lower.chunks(2)))
        {
            *pixel = mean(upper[0], upper[upper.len() - 1], lower[0], lower[lower.len() - 1]);
        }
    }
    samples
}

/// Colour of transparent pixels is invisible and must not bleed into visible ones.
fn mean(a: [u8; 4], b: [u8; 4], c: [u8; 4], d: [u8; 4]) -> [u8; 4] {
    let weights = [a, b, c, d].map(|pixel| u32::from(pixel[3]));
    let total: u32 = weights.iter().sum();
    let channel = |at: usize| {
        let [a, b, c, d] = [a, b, c, d].map(|pixel| u32::from(pixel[at]));
        if total == 4 * 255 {
            return ((a + b + c + d + 2) >> 2) as u8;
        }
        let weighted = a * weights[0] + b * weights[1] + c * weights[2] + d * weights[3];
        (weighted + total / 2).checked_div(total).unwrap_or(0) as u8
    };
    [channel(0), channel(1), channel(2), ((total + 2) >> 2) as u8]
}

#[cfg(test)]
mod tests {
    use super::halve;
    use crate::{Dimensions, Layout, Raster, kernel::testing::painted};

    #[test]
    fn squares_are_averaged_and_odd_edges_kept() {
        let source = painted(3, 3, Layout::Rgb, |x, y, channel| (40 * y + 10 * x) as u8 + channel as u8);
        let half = halve(&source);
        let red: Vec<u8> = half.samples().iter().step_by(3).copied().collect();
        assert_eq!(half.dimensions(), Dimensions { width_px: 2, height_px: 2 });
        assert_eq!(red, [25, 40, 85, 100]);
    }

    #[test]
    fn transparent_pixels_lend_no_colour() {
        let size = Dimensions { width_px: 2, height_px: 2 };
        let samples = vec![200, 0, 0, 255, 0, 255, 0, 0, 200, 0, 0, 255, 0, 255, 0, 0];
        let half = halve(&Raster::from_samples(size, Layout::Rgba, samples).unwrap());
        assert_eq!(half.samples(), [200, 0, 0, 128]);
    }
}
