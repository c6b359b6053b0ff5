//! Turns by any angle. Spec: spec/ci/rotate.md

use crate::{Dimensions, Layout, Raster};

/// Steps between two pixels for which cubic weights are kept.
const PHASES: usize = 256;

/// Fractional bits of a weight.
const WEIGHT_BITS: u32 = 12;

/// Transparent pixels around the picture, so that the filter needs no edges: the reach of four taps.
const MARGIN_PX: usize = 3;

/// Turns the picture clockwise about its centre, onto a canvas of `canvas` with transparent corners.
///
/// Samples are interpolated by a cubic (Catmull-Rom) with alpha premultiplied; the picture's own edge is smooth. Memory
/// peaks at source, result and a copy of four bytes a source pixel.
pub(crate) fn rotate(source: &Raster, angle_degrees: u16, canvas: Dimensions) -> Raster {
    let plane = Plane::premultiplied(source);
    let weights = weights();
    let (sine, cosine) = f64::from(angle_degrees).to_radians().sin_cos();
    let centre = |side: u32| f64::from(side) / 2.0;
    let stored = source.dimensions();
    let mut samples = vec![0; canvas.pixels() as usize * 4];
    let (rows, _) = samples.as_chunks_mut::<4>();
    for (y, row) in rows.chunks_exact_mut(canvas.width_px as usize).enumerate() {
        let down = y as f64 + 0.5 - centre(canvas.height_px);
        for (x, pixel) in row.iter_mut().enumerate() {
            let right = x as f64 + 0.5 - centre(canvas.width_px);
            let source_x = right * cosine + down * sine + centre(stored.width_px) - 0.5;
            let source_y = down * cosine - right * sine + centre(stored.height_px) - 0.5;
            if let Some(blended) = plane.sample(source_x, source_y, &weights) {
                *pixel = blended;
            }
        }
    }
    Raster::from_samples(canvas, Layout::Rgba, samples).expect("four samples for each pixel of the canvas")
}

/// A premultiplied picture inside of a transparent margin.
struct Plane {
    pixels: Vec<[u8; 4]>,
    stride: usize,
    width: usize,
    height: usize,
}

impl Plane {
    fn premultiplied(source: &Raster) -> Self {
        let (width, height) = (source.dimensions().width_px as usize, source.dimensions().height_px as usize);
        let stride = width + 2 * MARGIN_PX;
        let mut pixels = vec![[0; 4]; stride * (height + 2 * MARGIN_PX)];
        let inner = pixels.chunks_exact_mut(stride).skip(MARGIN_PX);
        for (row, content) in inner.zip(source.samples().chunks_exact(source.row_bytes())) {
            let row = row[MARGIN_PX..].iter_mut();
            match source.layout() {
                Layout::Rgb => {
                    row.zip(content.as_chunks::<3>().0).for_each(|(to, [r, g, b])| *to = [*r, *g, *b, 255]);
                }
                Layout::Rgba => {
                    row.zip(content.as_chunks::<4>().0).for_each(|(to, from)| *to = premultiply(*from))
                }
            }
        }
        Self { pixels, stride, width, height }
    }

    /// The straight colour at a place between pixels, `None` where nothing of the picture is in reach.
    fn sample(&self, x: f64, y: f64, weights: &[[i32; 4]; PHASES]) -> Option<[u8; 4]> {
        let in_reach = |at: f64, side: usize| at > -1.0 && at < side as f64;
        if !in_reach(x, self.width) || !in_reach(y, self.height) {
            return None;
        }
        let split = |at: f64| {
            // Never negative here, so that adding a half rounds; without SSE 4.1 `round` would be a call.
            let steps = ((at + MARGIN_PX as f64) * PHASES as f64 + 0.5) as usize;
            (steps / PHASES, &weights[steps % PHASES])
        };
        let ((column, across), (row, along)) = (split(x), split(y));
        let mut sum = [0_i32; 4];
        for (tap, weight) in along.iter().enumerate() {
            let start = (row - 1 + tap) * self.stride + column - 1;
            let mut line = [0_i32; 4];
            for (pixel, weight) in self.pixels[start..start + 4].iter().zip(across) {
                for (channel, sample) in line.iter_mut().zip(pixel) {
                    *channel += i32::from(*sample) * weight;
                }
            }
            for (channel, line) in sum.iter_mut().zip(line) {
                *channel += (line >> 2) * weight;
            }
        }
        Some(straight(sum.map(|channel| channel >> (2 * WEIGHT_BITS - 2))))
    }
}

/// Catmull-Rom weights of four neighbours for each place between the middle two; each four add up to one.
fn weights() -> [[i32; 4]; PHASES] {
    std::array::from_fn(|phase| {
        let t = phase as f64 / PHASES as f64;
        let (t2, t3) = (t * t, t * t * t);
        let exact = [-t3 + 2.0 * t2 - t, 3.0 * t3 - 5.0 * t2 + 2.0, -3.0 * t3 + 4.0 * t2 + t, t3 - t2];
        let one = 1 << WEIGHT_BITS;
        let [a, mut b, c, d] = exact.map(|weight| (weight / 2.0 * f64::from(one)).round() as i32);
        b += one - (a + b + c + d);
        [a, b, c, d]
    })
}

fn premultiply([red, green, blue, alpha]: [u8; 4]) -> [u8; 4] {
    let times = |color: u8| ((u32::from(color) * u32::from(alpha) + 127) / 255) as u8;
    [times(red), times(green), times(blue), alpha]
}

/// Colour and alpha overshoot together next to an edge, so their ratio is taken before they are cut off.
fn straight([red, green, blue, alpha]: [i32; 4]) -> [u8; 4] {
    if alpha <= 0 {
        return [0; 4];
    }
    // Most pixels lie inside of an opaque picture, and a division each would be most of the time.
    if alpha == 255 {
        return [red, green, blue, 255].map(|color| color.clamp(0, 255) as u8);
    }
    let divided = |color: i32| ((color * 255 + alpha / 2) / alpha).clamp(0, 255) as u8;
    [divided(red), divided(green), divided(blue), alpha.min(255) as u8]
}

#[cfg(test)]
mod tests {
    use super::rotate;
    use crate::{Dimensions, Layout, Orientation, Raster, kernel, kernel::testing::painted};

    fn pixel(raster: &Raster, x: usize, y: usize) -> [u8; 4] {
        let at = y * raster.row_bytes() + 4 * x;
        raster.samples()[at..at + 4].try_into().unwrap()
    }

    #[test]
    fn corners_are_transparent_and_the_middle_is_the_picture() {
        let source = painted(40, 20, Layout::Rgb, |_, _, channel| [200, 100, 50][channel]);
        let turned = rotate(&source, 45, Dimensions { width_px: 43, height_px: 43 });
        assert_eq!(pixel(&turned, 0, 0), [0; 4]);
        assert_eq!(pixel(&turned, 42, 42), [0; 4]);
        assert_eq!(pixel(&turned, 21, 21), [200, 100, 50, 255]);
        let edges = turned.samples().as_chunks::<4>().0.iter().filter(|pixel| pixel[3] > 16);
        for [red, green, blue, alpha] in edges {
            let near = red.abs_diff(200) <= 12 && green.abs_diff(100) <= 12 && blue.abs_diff(50) <= 12;
            assert!(near, "{red} {green} {blue} at alpha {alpha}");
        }
    }

    #[test]
    fn a_quarter_turn_by_interpolation_is_the_exact_quarter_turn() {
        let source = painted(9, 6, Layout::Rgba, |x, y, channel| {
            if channel == 3 { 255 } else { (x * 20 + y * 9) as u8 + channel as u8 }
        });
        let canvas = Dimensions { width_px: 6, height_px: 9 };
        assert_eq!(rotate(&source, 90, canvas), kernel::orient(&source, Orientation::Rotate90));
    }

    #[test]
    fn rotation_is_clockwise() {
        let source =
            painted(21, 21, Layout::Rgb, |x, y, _| if y < 5 && x.abs_diff(10) < 3 { 255 } else { 0 });
        let turned = rotate(&source, 30, Dimensions { width_px: 29, height_px: 29 });
        // A mark at twelve o'clock moves to one o'clock.
        assert!(pixel(&turned, 18, 7)[0] > 200);
        assert!(pixel(&turned, 10, 7)[0] < 50);
    }
}
