//! `blur/<radius>x<sigma>`: a Gaussian blur.
//!
//! Spec: spec/ci/effects.md

use std::{fmt, sync::Arc};

use libblur::{
    BlurError, BlurImage, BlurImageMut, ConvolutionMode, EdgeMode, EdgeMode2D, FastBlurChannels,
    GaussianBlurParams, ThreadingPolicy, gaussian_blur, gaussian_blur_u16,
};

use super::{Operation, OperationSpec, pixels};
use crate::{
    Dimensions, ImageError, Layout, PixelOperation, Raster,
    plan::Planner,
    rule::{Args, RuleError, args::integer},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "blur",
    aliases: &[],
    usage: "blur/<radius>x<sigma>",
    summary: "Blurs with a Gaussian of the given deviation, cut off at a radius from 1 to 50.",
    parse: |args| Ok(Arc::new(Blur::parse(args)?)),
};

const EXPECTED: &str = "a radius from 1 to 50 and a sigma above 0 up to 200, such as 8x5";
const RADIUS_PX_MAX: i64 = 50;
const SIGMA_MAX: f64 = 200.0;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Blur {
    /// Half width of the kernel.
    radius_px: usize,
    /// Standard deviation in pixels.
    sigma: f64,
}

impl Blur {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let text = args.text(EXPECTED)?;
        let wrong = || args.syntax(text, EXPECTED);
        let (radius, sigma) = text.split_once('x').ok_or_else(wrong)?;
        let radius = integer(radius).ok_or_else(wrong)?;
        let sigma = decimal(sigma).ok_or_else(wrong)?;
        if !(1..=RADIUS_PX_MAX).contains(&radius) || sigma <= 0.0 || sigma > SIGMA_MAX {
            return Err(args.out_of_range(text, EXPECTED));
        }
        Ok(Self { radius_px: radius as usize, sigma })
    }
}

/// A number with an optional minus and an optional fraction; no exponents, no infinities.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && digits.starts_with(|first: char| first.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for Blur {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blur/{}x{}", self.radius_px, self.sigma)
    }
}

impl Operation for Blur {
    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.apply(Arc::new(*self));
        Ok(())
    }
}

impl PixelOperation for Blur {
    /// Colours are weighted by their alpha, and alpha is blurred as well; edges are replicated.
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        *frame = gaussian(frame, self.radius_px, self.sigma);
        Ok(())
    }
}

/// A blurred copy in the same layout.
pub(super) fn gaussian(frame: &Raster, radius_px: usize, sigma: f64) -> Raster {
    let mut blurred = frame.clone();
    match frame.layout() {
        Layout::Rgb => blur(frame.samples(), blurred.samples_mut(), frame, radius_px, sigma, gaussian_blur),
        Layout::Rgba => {
            let weighed = pixels::weigh(frame.samples());
            let mut sums = vec![0; weighed.len()];
            blur(&weighed, &mut sums, frame, radius_px, sigma, gaussian_blur_u16);
            pixels::unweigh(&sums, blurred.samples_mut());
        }
    }
    blurred
}

/// The library's blur for one sample type.
type Convolve<T> = fn(
    &BlurImage<'_, T>,
    &mut BlurImageMut<'_, T>,
    GaussianBlurParams,
    EdgeMode2D,
    ThreadingPolicy,
    ConvolutionMode,
) -> Result<(), BlurError>;

fn blur<T: Copy + Default + fmt::Debug>(
    source: &[T],
    target: &mut [T],
    frame: &Raster,
    radius_px: usize,
    sigma: f64,
    convolve: Convolve<T>,
) {
    let Dimensions { width_px, height_px } = frame.dimensions();
    let channels = match frame.layout() {
        Layout::Rgb => FastBlurChannels::Channels3,
        Layout::Rgba => FastBlurChannels::Channels4,
    };
    let source = BlurImage::borrow(source, width_px, height_px, channels);
    let mut target = BlurImageMut::borrow(target, width_px, height_px, channels);
    convolve(
        &source,
        &mut target,
        GaussianBlurParams::new(2 * radius_px as u32 + 1, sigma),
        EdgeMode2D::new(EdgeMode::Clamp),
        ThreadingPolicy::Single,
        ConvolutionMode::FixedPoint,
    )
    .expect("both pictures have all of their samples, the kernel is odd and its deviation positive");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Dimensions, Layout,
        ops::check::{apply, check, check_refused, edge},
    };

    #[test]
    fn mogr_blur_02_flat_areas_stay() {
        check("blur/8x5", [255, 0, 0, 255], [255, 0, 0, 255]);
        check("blur/50x200", [100, 7, 255, 128], [100, 7, 255, 128]);
    }

    #[test]
    fn mogr_blur_03_an_edge_becomes_a_monotonic_ramp() {
        let mut frame = edge(64, 32, [0, 0, 0], [255, 255, 255]);
        apply("blur/8x5", &mut frame);
        let row: Vec<u8> = frame.samples()[..64 * 3].iter().step_by(3).copied().collect();
        assert!(row.is_sorted(), "{row:?}");
        assert!((113..=119).contains(&row[31]), "{}", row[31]);
        assert!((136..=142).contains(&row[32]), "{}", row[32]);
    }

    #[test]
    fn mogr_blur_04_a_wider_kernel_blurs_more() {
        let variance = |rule: &str| {
            let mut frame = edge(64, 16, [0, 0, 0], [255, 255, 255]);
            apply(rule, &mut frame);
            frame.samples().iter().map(|value| (f64::from(*value) - 127.5).powi(2)).sum::<f64>()
        };
        assert!(variance("blur/20x10") < variance("blur/8x5"));
    }

    #[test]
    fn mogr_blur_05_range() {
        check_refused(&[
            "blur/0x5",
            "blur/51x5",
            "blur/5x0",
            "blur/5",
            "blur/8x201",
            "blur/8x-1",
            "blur/8xe",
        ]);
    }

    #[test]
    fn mogr_blur_06_sigma_may_be_a_decimal() {
        check("blur/8x1.5", [9, 9, 9, 255], [9, 9, 9, 255]);
    }

    #[test]
    fn colour_under_full_transparency_does_not_bleed() {
        let size = Dimensions { width_px: 2, height_px: 1 };
        let mut frame = Raster::from_samples(size, Layout::Rgba, vec![0, 255, 0, 0, 255, 0, 0, 255]).unwrap();
        apply("blur/3x2", &mut frame);
        for pixel in frame.samples().chunks_exact(4) {
            assert!(pixel[3] > 0 && pixel[0] >= 253 && pixel[1] == 0, "{pixel:?}");
        }
    }
}
