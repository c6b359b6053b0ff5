//! Lanczos-3 from an exact fractional window.

use std::cell::RefCell;

use fast_image_resize::{
    FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedCroppedImage, TypedImage, TypedImageRef},
    pixels::{U8x3, U8x4},
};

use crate::{Dimensions, Layout, Raster};

/// Work buffers beyond this are given back after use.
const KEPT_BUFFER_BYTES_MAX: usize = 16 << 20;

/// A window with fractional edges, in pixels of some raster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Window {
    pub(crate) fn whole(dimensions: Dimensions) -> Self {
        Self {
            left: 0.0,
            top: 0.0,
            width: f64::from(dimensions.width_px),
            height: f64::from(dimensions.height_px),
        }
    }

    /// The same window where the plane is stretched by two factors.
    pub(crate) fn scaled(self, horizontal: f64, vertical: f64) -> Self {
        Self {
            left: self.left * horizontal,
            top: self.top * vertical,
            width: self.width * horizontal,
            height: self.height * vertical,
        }
    }
}

/// Scales a window to a new size; colour is weighted by alpha.
///
/// - `window`: what becomes the result, edge to edge.
/// - `readable`: pixels outside of it do not exist for the filter; contains `window`. Where it is larger, the result
///   is what scaling all of it and cutting the window out afterwards would give.
/// - Memory peaks at source, result, an intermediate of result width by source height and, with alpha, a copy of
///   the readable part.
pub(crate) fn resize(source: &Raster, readable: Window, window: Window, target: Dimensions) -> Raster {
    let samples = match source.layout() {
        Layout::Rgb => resize_pixels::<U8x3>(source, readable, window, target),
        Layout::Rgba => resize_pixels::<U8x4>(source, readable, window, target),
    };
    Raster::from_samples(target, source.layout(), samples).expect("the result has the size asked for")
}

/// For one pixel type. The resizer's untyped entry would bring code for thirteen of them into this crate.
fn resize_pixels<P: PixelTrait>(
    source: &Raster,
    readable: Window,
    window: Window,
    target: Dimensions,
) -> Vec<u8> {
    let Dimensions { width_px, height_px } = source.dimensions();
    let (left, width, box_left, box_width) =
        side(width_px, readable.left, readable.width, window.left, window.width);
    let (top, height, box_top, box_height) =
        side(height_px, readable.top, readable.height, window.top, window.height);
    let image = TypedImageRef::<P>::from_buffer(width_px, height_px, source.samples())
        .expect("a raster has all of its samples");
    let view = TypedCroppedImage::from_ref(&image, left, top, width, height)
        .expect("the view lies inside of the raster");
    let mut samples = vec![0; target.pixels() as usize * source.layout().channels()];
    let mut result = TypedImage::<P>::from_buffer(target.width_px, target.height_px, &mut samples)
        .expect("the result has all of its samples");
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(box_left, box_top, box_width, box_height);

    thread_local!(static RESIZER: RefCell<Resizer> = RefCell::new(Resizer::new()));
    RESIZER.with_borrow_mut(|resizer| {
        resizer.resize_typed(&view, &mut result, &options).expect("the window lies inside of the view");
        if resizer.size_of_internal_buffers() > KEPT_BUFFER_BYTES_MAX {
            resizer.reset_internal_buffers();
        }
    });
    samples
}

/// Whole pixels around the readable span, and the window within them; rounding errors are kept inside.
fn side(
    side_px: u32,
    readable: f64,
    readable_length: f64,
    window: f64,
    window_length: f64,
) -> (u32, u32, f64, f64) {
    let limit = f64::from(side_px);
    let start = readable.max(0.0).floor().min(limit - 1.0);
    let end = (readable + readable_length - ROUNDING).ceil().clamp(start + 1.0, limit);
    let from = (window - start).clamp(0.0, end - start - ROUNDING);
    let length = window_length.min(end - start - from).max(ROUNDING);
    (start as u32, (end - start) as u32, from, length)
}

/// A span may miss a whole pixel by this much from arithmetic alone.
const ROUNDING: f64 = 1e-6;

#[cfg(test)]
mod tests {
    use super::{Window, resize};
    use crate::{Dimensions, Layout, Raster, kernel::testing::painted};

    fn size(width_px: u32, height_px: u32) -> Dimensions {
        Dimensions { width_px, height_px }
    }

    fn scale(source: &Raster, target: Dimensions) -> Raster {
        let whole = Window::whole(source.dimensions());
        resize(source, whole, whole, target)
    }

    #[test]
    fn a_symmetric_picture_stays_symmetric_so_nothing_is_shifted() {
        let source = painted(101, 9, Layout::Rgb, |x, _, _| (255 - x.abs_diff(50) * 5) as u8);
        let small = scale(&source, size(33, 3));
        for row in small.samples().chunks_exact(small.row_bytes()) {
            let reds: Vec<u8> = row.iter().step_by(3).copied().collect();
            let mirrored: Vec<u8> = reds.iter().rev().copied().collect();
            let near = reds.iter().zip(&mirrored).all(|(a, b)| a.abs_diff(*b) <= 1);
            assert!(near, "{reds:?}");
            assert_eq!(reds.iter().max(), Some(&reds[16]));
        }
    }

    #[test]
    fn mogr_thumb_35_transparent_pixels_leave_no_fringe() {
        let source = painted(64, 64, Layout::Rgba, |x, _, channel| match (x < 32, channel) {
            (true, 0) => 255,
            (true, 1..3) => 0,
            (true, _) => 255,
            (false, 1) => 255,
            (false, _) => 0,
        });
        let small = scale(&source, size(9, 9));
        for pixel in small.samples().as_chunks::<4>().0.iter().filter(|pixel| pixel[3] > 8) {
            assert!(pixel[0] >= 250 && pixel[1] <= 4, "{pixel:?} is not red");
        }
    }

    #[test]
    fn a_window_of_the_whole_gives_what_cutting_afterwards_gives() {
        let source =
            painted(90, 60, Layout::Rgb, |x, y, channel| (x * x + y * 31 + channel as u32 * 50) as u8);
        let whole = Window::whole(source.dimensions());
        let all = resize(&source, whole, whole, size(30, 20));
        let window = Window { left: 30.0, top: 15.0, width: 30.0, height: 30.0 };
        let part = resize(&source, whole, window, size(10, 10));
        for y in 0..10 {
            let row = &all.samples()[(y + 5) * all.row_bytes() + 30..][..30];
            let cut = &part.samples()[y * 30..][..30];
            assert!(row.iter().zip(cut).all(|(a, b)| a.abs_diff(*b) <= 1), "{row:?} {cut:?}");
        }
    }

    #[test]
    fn pixels_that_may_not_be_read_do_not_leak() {
        let source = painted(40, 40, Layout::Rgb, |x, _, _| if x < 20 { 0 } else { 255 });
        let left = Window { left: 0.0, top: 0.0, width: 20.0, height: 40.0 };
        assert!(resize(&source, left, left, size(55, 55)).samples().iter().all(|sample| *sample == 0));
    }

    #[test]
    fn single_pixels_can_be_scaled_both_ways() {
        let dot = painted(1, 1, Layout::Rgb, |_, _, _| 9);
        assert_eq!(scale(&dot, size(3, 2)), painted(3, 2, Layout::Rgb, |_, _, _| 9));
        let line = painted(7, 1, Layout::Rgb, |_, _, _| 9);
        assert_eq!(scale(&line, size(1, 1)), dot);
    }
}
