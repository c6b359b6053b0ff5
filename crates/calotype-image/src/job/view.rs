//! Neighbouring turns, windows and scalings as one: a window of the source, scaled once, then turned.

use crate::{
    Dimensions, Orientation, Raster, Rect, Step,
    kernel::{self, Window},
};

/// What a run of [`Step::Orient`], [`Step::Crop`] and [`Step::Resize`] does to a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct View {
    /// Size of the picture that is looked at.
    source: Dimensions,
    /// Source pixels that a filter may read: a crop before a scaling hides the rest from it.
    readable: Window,
    /// Source pixels that become the result.
    window: Window,
    /// Size of the result before it is turned.
    scaled: Dimensions,
    /// How the result is turned at last.
    turn: Orientation,
}

impl View {
    /// The picture as it is.
    pub(super) fn whole(source: Dimensions) -> Self {
        let whole = Window::whole(source);
        Self { source, readable: whole, window: whole, scaled: source, turn: Orientation::Upright }
    }

    /// Takes in as many leading steps as can be done at once; gives back the others.
    pub(super) fn leading(source: Dimensions, steps: &[Step]) -> (Self, &[Step]) {
        let mut view = Self::whole(source);
        for (done, step) in steps.iter().enumerate() {
            match view.with(step) {
                Some(next) => view = next,
                None => return (view, &steps[done..]),
            }
        }
        (view, &[])
    }

    /// Size of the result.
    pub(super) fn result(&self) -> Dimensions {
        if self.turn.swaps_sides() { self.scaled.transposed() } else { self.scaled }
    }

    /// Result pixels for each source pixel, horizontally and vertically as the source is stored.
    pub(super) fn density(&self) -> (f64, f64) {
        (
            f64::from(self.scaled.width_px) / self.window.width,
            f64::from(self.scaled.height_px) / self.window.height,
        )
    }

    /// Whether the result is the source itself.
    pub(super) fn is_whole(&self) -> bool {
        *self == Self::whole(self.source)
    }

    /// Draws the result from a raster that covers the source on `extent` of its pixels.
    pub(super) fn draw(&self, raster: &Raster, extent: (f64, f64)) -> Raster {
        if let Some(rect) = self.exact_window().filter(|_| raster.dimensions() == self.source) {
            if rect.size == self.source {
                return kernel::orient(raster, self.turn);
            }
            return self.turned(kernel::crop(raster, rect));
        }
        let horizontal = extent.0 / f64::from(self.source.width_px);
        let vertical = extent.1 / f64::from(self.source.height_px);
        let readable = self.readable.scaled(horizontal, vertical);
        let window = self.window.scaled(horizontal, vertical);
        self.turned(kernel::resize(raster, readable, window, self.scaled))
    }

    fn turned(&self, raster: Raster) -> Raster {
        if self.turn == Orientation::Upright { raster } else { kernel::orient(&raster, self.turn) }
    }

    /// The window in whole pixels, where nothing is scaled.
    fn exact_window(&self) -> Option<Rect> {
        let Window { left, top, width, height } = self.window;
        let is_exact = left.fract() == 0.0
            && top.fract() == 0.0
            && width == f64::from(self.scaled.width_px)
            && height == f64::from(self.scaled.height_px);
        is_exact.then_some(Rect { left_px: left as u32, top_px: top as u32, size: self.scaled })
    }

    fn with(self, step: &Step) -> Option<Self> {
        match step {
            Step::Orient(orientation) => Some(Self { turn: self.turn.then(*orientation), ..self }),
            Step::Crop(rect) => Some(self.cropped(*rect)),
            Step::Resize(target) => self.resized(*target),
            Step::Pad { .. } | Step::Rotate { .. } | Step::Flatten(_) | Step::Apply(_) => None,
        }
    }

    fn cropped(self, rect: Rect) -> Self {
        let (right, bottom) = (rect.left_px + rect.size.width_px - 1, rect.top_px + rect.size.height_px - 1);
        let corner = kernel::source_of(self.turn, self.scaled, rect.left_px, rect.top_px);
        let opposite = kernel::source_of(self.turn, self.scaled, right, bottom);
        let scaled = if self.turn.swaps_sides() { rect.size.transposed() } else { rect.size };
        let (across, down) = self.density();
        let window = Window {
            left: self.window.left + f64::from(corner.0.min(opposite.0)) / across,
            top: self.window.top + f64::from(corner.1.min(opposite.1)) / down,
            width: f64::from(scaled.width_px) / across,
            height: f64::from(scaled.height_px) / down,
        };
        // Before any scaling a crop is a hard edge; after it, the filter has already looked across.
        let readable = if self.exact_window().is_some() { window } else { self.readable };
        Self { readable, window, scaled, ..self }
    }

    /// A second scaling joins the first only where it goes further down: small and large again is meant to blur.
    fn resized(self, target: Dimensions) -> Option<Self> {
        let target = if self.turn.swaps_sides() { target.transposed() } else { target };
        let goes_down = target.width_px <= self.scaled.width_px && target.height_px <= self.scaled.height_px;
        (self.exact_window().is_some() || goes_down).then_some(Self {
            readable: self.window,
            scaled: target,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::View;
    use crate::{Dimensions, Layout, Orientation, Raster, Rect, Step, kernel};

    fn size(width_px: u32, height_px: u32) -> Dimensions {
        Dimensions { width_px, height_px }
    }

    fn crop(left_px: u32, top_px: u32, width_px: u32, height_px: u32) -> Step {
        Step::Crop(Rect { left_px, top_px, size: size(width_px, height_px) })
    }

    fn source() -> Raster {
        let samples =
            (0..90 * 60 * 3_u32).map(|at| ((at / 3 % 90 * 2) ^ (at / 270 * 3)) as u8 / 2 + 60).collect();
        Raster::from_samples(size(90, 60), Layout::Rgb, samples).unwrap()
    }

    /// Each step on its own, by the kernels.
    fn one_by_one(steps: &[Step]) -> Raster {
        steps.iter().fold(source(), |raster, step| {
            let (view, rest) = View::leading(raster.dimensions(), std::slice::from_ref(step));
            assert!(rest.is_empty());
            let extent = (f64::from(raster.dimensions().width_px), f64::from(raster.dimensions().height_px));
            view.draw(&raster, extent)
        })
    }

    fn at_once(steps: &[Step]) -> Raster {
        let (view, rest) = View::leading(size(90, 60), steps);
        assert!(rest.is_empty());
        let drawn = view.draw(&source(), (90.0, 60.0));
        assert_eq!(drawn.dimensions(), view.result());
        drawn
    }

    #[test]
    fn turns_and_windows_together_are_exact() {
        let steps = [
            Step::Orient(Orientation::Rotate90),
            crop(5, 10, 40, 70),
            Step::Orient(Orientation::Transverse),
            crop(1, 2, 30, 20),
            Step::Orient(Orientation::FlipVertical),
        ];
        assert_eq!(at_once(&steps), one_by_one(&steps));
    }

    #[test]
    fn a_window_after_a_scaling_is_cut_from_the_scaled_picture() {
        for turn in (1..=8).filter_map(Orientation::from_exif) {
            let steps = [Step::Orient(turn), Step::Resize(size(30, 30)), crop(4, 6, 11, 13)];
            let (fused, separate) = (at_once(&steps), one_by_one(&steps));
            let differences = fused.samples().iter().zip(separate.samples()).map(|(a, b)| a.abs_diff(*b));
            // Rows before columns or columns before rows: rounding between the two passes differs.
            assert!(differences.max() <= Some(2), "{turn:?}");
        }
    }

    #[test]
    fn a_window_before_a_scaling_hides_the_rest() {
        let steps = [crop(10, 10, 50, 40), Step::Resize(size(25, 20))];
        assert_eq!(at_once(&steps), one_by_one(&steps));
    }

    #[test]
    fn small_and_large_again_stays_two_scalings() {
        let steps = [Step::Resize(size(9, 6)), Step::Resize(size(90, 60))];
        let (view, rest) = View::leading(size(90, 60), &steps);
        assert_eq!((view.result(), rest.len()), (size(9, 6), 1));
        let steps = [Step::Resize(size(45, 30)), Step::Resize(size(9, 6))];
        let (view, rest) = View::leading(size(90, 60), &steps);
        assert_eq!((view.result(), rest.len()), (size(9, 6), 0));
    }

    #[test]
    fn other_steps_end_the_run() {
        let steps = [Step::Flatten(crate::Color::WHITE), Step::Resize(size(9, 6))];
        let (view, rest) = View::leading(size(90, 60), &steps);
        assert!(view.is_whole());
        assert_eq!(rest.len(), 2);
        assert_eq!(view.draw(&source(), (90.0, 60.0)), kernel::orient(&source(), Orientation::Upright));
    }
}
