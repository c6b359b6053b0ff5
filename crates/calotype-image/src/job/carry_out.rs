//! Steps on pixels, one frame at a time.

use std::borrow::Cow;

use super::{pyramid::Pyramid, view::View};
use crate::{Cancel, Dimensions, ImageError, Raster, Step, kernel};

/// Carries out all steps on the shared decode of a source of size `source`.
pub(super) fn on_pyramid<'a>(
    pyramid: &'a Pyramid,
    source: Dimensions,
    steps: &[Step],
    cancel: &Cancel,
) -> Result<Cow<'a, Raster>, ImageError> {
    let (view, rest) = View::leading(source, steps);
    let picture = if view.is_whole() && pyramid.base().dimensions() == source {
        Cow::Borrowed(pyramid.base())
    } else {
        Cow::Owned(pyramid.draw(&view, source))
    };
    on_picture(picture, rest, cancel)
}

/// Carries out all steps on a picture at its full size.
pub(super) fn on_picture<'a>(
    mut picture: Cow<'a, Raster>,
    mut steps: &[Step],
    cancel: &Cancel,
) -> Result<Cow<'a, Raster>, ImageError> {
    loop {
        cancel.check()?;
        let dimensions = picture.dimensions();
        let (view, rest) = View::leading(dimensions, steps);
        if !view.is_whole() {
            let extent = (f64::from(dimensions.width_px), f64::from(dimensions.height_px));
            picture = Cow::Owned(view.draw(&picture, extent));
        }
        steps = rest;
        let Some((step, rest)) = steps.split_first() else { return Ok(picture) };
        match step {
            Step::Pad { canvas, fill } => picture = Cow::Owned(kernel::pad(&picture, *canvas, *fill)),
            Step::Rotate { angle_degrees, result } => {
                picture = Cow::Owned(kernel::rotate(&picture, *angle_degrees, *result));
            }
            Step::Flatten(color) => picture = Cow::Owned(kernel::flatten(&picture, *color)),
            Step::Apply(operation) => operation.apply(picture.to_mut())?,
            // A scaling that did not join the view begins the next one.
            Step::Orient(_) | Step::Crop(_) | Step::Resize(_) => continue,
        }
        steps = rest;
    }
}
