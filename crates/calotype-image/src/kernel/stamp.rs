//! A mark laid on pictures, again and again. Spec: spec/ci/watermark.md, 1.2

use crate::{Dimensions, Layout, Raster};

/// A mark made ready for pictures of one layout: for each of their samples what is added, and how much of what is
/// behind stays. Laying it on them is then the same for all samples.
#[derive(Debug)]
pub(crate) struct Stamp {
    size: Dimensions,
    layout: Layout,
    paint: Vec<u8>,
    keep: Vec<u8>,
}

impl Stamp {
    /// Makes a mark ready.
    ///
    /// - `pixels`: as many as `size` has, row by row; red, green, blue and alpha, premultiplied.
    pub(crate) fn new(size: Dimensions, layout: Layout, pixels: impl Iterator<Item = [u8; 4]>) -> Self {
        let samples = size.pixels() as usize * layout.channels();
        let (mut paint, mut keep) = (Vec::with_capacity(samples), Vec::with_capacity(samples));
        for pixel in pixels {
            paint.extend_from_slice(&pixel[..layout.channels()]);
            keep.extend(std::iter::repeat_n(255 - pixel[3], layout.channels()));
        }
        debug_assert_eq!(paint.len(), samples);
        Self { size, layout, paint, keep }
    }

    /// Makes a picture ready, `opacity_percent` of it.
    pub(crate) fn of_raster(mark: &Raster, opacity_percent: u8, layout: Layout) -> Self {
        let ready = |[red, green, blue, alpha]: [u8; 4]| {
            let alpha = ((u32::from(alpha) * u32::from(opacity_percent) + 50) / 100) as u8;
            [scaled(red, alpha), scaled(green, alpha), scaled(blue, alpha), alpha]
        };
        match mark.layout() {
            Layout::Rgb => {
                let pixels = mark.samples().as_chunks::<3>().0;
                Self::new(mark.dimensions(), layout, pixels.iter().map(|[r, g, b]| ready([*r, *g, *b, 255])))
            }
            Layout::Rgba => {
                let pixels = mark.samples().as_chunks::<4>().0;
                Self::new(mark.dimensions(), layout, pixels.iter().map(|pixel| ready(*pixel)))
            }
        }
    }

    /// The layout of the pictures it is ready for.
    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }

    /// Lays the mark on a picture of its layout. What lies outside of the picture is cut off.
    pub(crate) fn draw(&self, frame: &mut Raster, left: i64, top: i64) {
        debug_assert_eq!(self.layout, frame.layout());
        let picture = frame.dimensions();
        let (Some((x, from_x, columns)), Some((y, from_y, rows))) = (
            shared(left, self.size.width_px, picture.width_px),
            shared(top, self.size.height_px, picture.height_px),
        ) else {
            return;
        };
        let channels = self.layout.channels();
        let (row_bytes, mark_row_bytes) = (frame.row_bytes(), self.size.width_px as usize * channels);
        let behind = frame.samples_mut().chunks_exact_mut(row_bytes).skip(y).take(rows);
        let paint = self.paint.chunks_exact(mark_row_bytes).skip(from_y);
        let keep = self.keep.chunks_exact(mark_row_bytes).skip(from_y);
        for ((behind, paint), keep) in behind.zip(paint).zip(keep) {
            let behind = &mut behind[x * channels..][..columns * channels];
            let (paint, keep) = (&paint[from_x * channels..], &keep[from_x * channels..]);
            match self.layout {
                Layout::Rgba if behind.iter().skip(3).step_by(4).any(|alpha| *alpha < 255) => {
                    over_transparent(behind, paint, keep);
                }
                _ => over_opaque(behind, paint, keep),
            }
        }
    }
}

/// What a span at `start` shares with `0..limit`: where that begins there, where in the span, and its length.
fn shared(start: i64, length: u32, limit: u32) -> Option<(usize, usize, usize)> {
    let from = start.max(0);
    let end = start.saturating_add(i64::from(length)).min(i64::from(limit));
    (from < end).then(|| (from as usize, (from - start) as usize, (end - from) as usize))
}

/// Alpha of the result is 255 again, because a mark's own alpha is what it adds there.
fn over_opaque(behind: &mut [u8], paint: &[u8], keep: &[u8]) {
    for ((behind, paint), keep) in behind.iter_mut().zip(paint).zip(keep) {
        *behind = paint + scaled(*behind, *keep);
    }
}

/// Alpha of the picture is straight, so its colours are weighted first and divided in the end.
fn over_transparent(behind: &mut [u8], paint: &[u8], keep: &[u8]) {
    let pixels =
        behind.as_chunks_mut::<4>().0.iter_mut().zip(paint.as_chunks::<4>().0).zip(keep.as_chunks::<4>().0);
    for (([color @ .., alpha], [paint @ .., paint_alpha]), keep) in pixels {
        let kept = scaled(*alpha, keep[3]);
        let sum = u32::from(*paint_alpha) + u32::from(kept);
        if sum == 0 {
            continue;
        }
        for (color, paint) in color.iter_mut().zip(paint) {
            let weighted = u32::from(*paint) * 255 + u32::from(*color) * u32::from(kept);
            *color = ((weighted + sum / 2) / sum).min(255) as u8;
        }
        *alpha = sum as u8;
    }
}

/// Exact rounding of `value * share / 255`.
fn scaled(value: u8, share: u8) -> u8 {
    let product = u16::from(value) * u16::from(share) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::{Stamp, scaled};
    use crate::{Dimensions, Layout, Raster, kernel::testing::painted};

    fn pixel(raster: &Raster, x: usize, y: usize) -> &[u8] {
        let channels = raster.layout().channels();
        &raster.samples()[y * raster.row_bytes() + x * channels..][..channels]
    }

    #[test]
    fn shares_are_rounded_exactly() {
        for (value, share) in (0..=255_u8).flat_map(|value| (0..=255_u8).map(move |share| (value, share))) {
            let exact = (f64::from(value) * f64::from(share) / 255.0).round() as u8;
            assert_eq!(scaled(value, share), exact, "{value} * {share}");
        }
    }

    #[test]
    fn wmi_03_an_opaque_mark_is_copied_and_cut_off_at_every_edge() {
        let mark = painted(4, 3, Layout::Rgb, |x, y, channel| (x * 50 + y * 10) as u8 + channel as u8);
        for layout in [Layout::Rgb, Layout::Rgba] {
            for (left, top) in [(-2, -1), (8, 5), (3, 2), (-4, 0), (10, 0), (0, i64::MIN), (i64::MAX, 0)] {
                let mut frame = painted(10, 7, layout, |_, _, channel| if channel == 3 { 255 } else { 200 });
                Stamp::of_raster(&mark, 100, layout).draw(&mut frame, left, top);
                for (x, y) in (0..10_i64).flat_map(|x| (0..7_i64).map(move |y| (x, y))) {
                    let inside =
                        (0..4).contains(&x.wrapping_sub(left)) && (0..3).contains(&y.wrapping_sub(top));
                    let expected = if inside {
                        pixel(&mark, (x - left) as usize, (y - top) as usize)
                    } else {
                        &[200; 3]
                    };
                    assert_eq!(
                        pixel(&frame, x as usize, y as usize)[..3],
                        *expected,
                        "{left},{top}: {x},{y}"
                    );
                }
            }
        }
    }

    #[test]
    fn wmi_22_alpha_of_the_mark_times_its_opacity() {
        let size = Dimensions { width_px: 3, height_px: 1 };
        let samples = vec![255, 0, 0, 255, 255, 0, 0, 128, 255, 0, 0, 0];
        let mark = Raster::from_samples(size, Layout::Rgba, samples).unwrap();
        let mut frame = painted(3, 1, Layout::Rgb, |_, _, _| 255);
        Stamp::of_raster(&mark, 50, Layout::Rgb).draw(&mut frame, 0, 0);
        assert_eq!(frame.samples(), [255, 127, 127, 255, 191, 191, 255, 255, 255]);
    }

    #[test]
    fn on_a_transparent_picture_the_mark_shows_its_own_colour() {
        let mark = painted(2, 1, Layout::Rgb, |_, _, channel| [0, 0, 255][channel]);
        let mut frame = painted(2, 1, Layout::Rgba, |x, _, channel| [0, 255, 0, 100 * x as u8][channel]);
        Stamp::of_raster(&mark, 60, Layout::Rgba).draw(&mut frame, 0, 0);
        assert_eq!(frame.samples()[..4], [0, 0, 255, 153]);
        let [red, green, blue, alpha] = frame.samples()[4..] else { panic!("two pixels") };
        assert_eq!((red, alpha), (0, 153 + 40));
        assert!(green.abs_diff(53) <= 1 && blue.abs_diff(202) <= 1, "{green} {blue}");
    }
}
