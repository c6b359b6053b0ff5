//! How much of the source a plan needs, so that a codec may decode at a smaller scale.

use super::Plan;
use crate::{Dimensions, Step, codec::DecodeWish};

impl Plan {
    /// The size at which the whole source is sharp enough for this plan.
    ///
    /// Windows and turns before the first scaling are taken into account; any other step before it needs every pixel.
    /// Several plans of one source share a decode at the largest of their wishes.
    pub fn decode_wish(&self) -> DecodeWish {
        let mut upright = true;
        let mut window = self.source;
        for step in &self.steps {
            match step {
                Step::Orient(orientation) => {
                    if orientation.swaps_sides() {
                        upright = !upright;
                        window = window.transposed();
                    }
                }
                Step::Crop(rect) => window = rect.size,
                Step::Resize(target) => return self.wish_for(window, *target, upright),
                Step::Pad { .. } | Step::Rotate { .. } | Step::Flatten(_) | Step::Apply(_) => break,
            }
        }
        DecodeWish::Full
    }

    /// The whole source, scaled like `window` becoming `target`.
    fn wish_for(&self, window: Dimensions, target: Dimensions, upright: bool) -> DecodeWish {
        let (window, target) =
            if upright { (window, target) } else { (window.transposed(), target.transposed()) };
        let scaled = |whole: u32, part: u32, target: u32| {
            let needed = (u64::from(whole) * u64::from(target)).div_ceil(u64::from(part.max(1)));
            u32::try_from(needed).unwrap_or(u32::MAX).min(whole)
        };
        let wish = Dimensions {
            width_px: scaled(self.source.width_px, window.width_px, target.width_px),
            height_px: scaled(self.source.height_px, window.height_px, target.height_px),
        };
        if wish == self.source { DecodeWish::Full } else { DecodeWish::AtLeast(wish) }
    }
}
