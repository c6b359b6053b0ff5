//! Pixels in memory.

use crate::Dimensions;

/// Order and number of channels of one pixel, eight bits each, sRGB-encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Red, green, blue: an opaque picture.
    Rgb,
    /// Red, green, blue, alpha; alpha is straight, not premultiplied.
    Rgba,
}

impl Layout {
    /// Bytes a pixel.
    pub fn channels(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// One picture, rows top to bottom without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    dimensions: Dimensions,
    layout: Layout,
    samples: Vec<u8>,
}

impl Raster {
    /// Wraps samples that a decoder or kernel has written.
    ///
    /// Returns `None` unless there are exactly `width x height x channels` samples.
    pub fn from_samples(dimensions: Dimensions, layout: Layout, samples: Vec<u8>) -> Option<Self> {
        let expected = dimensions.pixels().checked_mul(layout.channels() as u64)?;
        (samples.len() as u64 == expected).then_some(Self { dimensions, layout, samples })
    }

    /// Size in pixels.
    pub fn dimensions(&self) -> Dimensions {
        self.dimensions
    }

    /// Channels of a pixel.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// All samples, row by row.
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// All samples, for writing in place.
    pub fn samples_mut(&mut self) -> &mut [u8] {
        &mut self.samples
    }

    /// Bytes of one row.
    pub fn row_bytes(&self) -> usize {
        self.dimensions.width_px as usize * self.layout.channels()
    }

    /// Gives the samples away.
    pub fn into_samples(self) -> Vec<u8> {
        self.samples
    }
}

/// One picture of an animation, composited to the full canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The whole canvas as it is shown.
    pub raster: Raster,
    /// How long it is shown.
    pub duration_ms: u32,
}
