//! The few things that can be done to pixels, with every number settled.

use std::{fmt, sync::Arc};

use crate::{Color, Dimensions, ImageError, Orientation, Raster, Rect};

/// One step of a [`crate::Plan`]. Neighbouring steps may be carried out as one where the picture stays the same.
#[derive(Debug, Clone)]
pub enum Step {
    /// An exact rearrangement: quarter turns and mirrors.
    Orient(Orientation),
    /// Keeps a window.
    Crop(Rect),
    /// Scales the whole picture to a new size.
    Resize(Dimensions),
    /// Centres the picture on a larger or equal canvas of one colour; what does not fit is cut off.
    Pad {
        /// Size of the canvas.
        canvas: Dimensions,
        /// Opaque fill colour.
        fill: Color,
    },
    /// Turns clockwise by any angle; the canvas grows to `result`, corners become transparent.
    Rotate {
        /// 1 to 359, no multiple of 90.
        angle_degrees: u16,
        /// Size of the bounding box.
        result: Dimensions,
    },
    /// Lays the picture on a colour, so that alpha is gone.
    Flatten(Color),
    /// Changes pixels in place, size unchanged.
    Apply(Arc<dyn PixelOperation>),
}

impl Step {
    /// Turns a picture of some size clockwise by 0 to 359 degrees; `None` where nothing is turned.
    pub(crate) fn turn(size: Dimensions, angle_degrees: u16) -> Option<Self> {
        Some(match angle_degrees {
            0 => return None,
            90 => Self::Orient(Orientation::Rotate90),
            180 => Self::Orient(Orientation::Rotate180),
            270 => Self::Orient(Orientation::Rotate270),
            _ => Self::Rotate { angle_degrees, result: size.rotated(angle_degrees) },
        })
    }
}

/// An operation on the pixels of one frame which keeps the size.
pub trait PixelOperation: fmt::Debug + Send + Sync {
    /// Changes the frame in place; it may change the layout by replacing the raster.
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError>;

    /// Upper estimate of the bytes it holds beside a frame of `frame_bytes`.
    fn extra_bytes(&self, frame_bytes: u64) -> u64 {
        3 * frame_bytes
    }
}
