//! One file per format behind the [`Codec`] trait, and the table of those that are built in.

mod gif;

use crate::{Dimensions, Frame, ImageError, ImageFormat, ImageHeader, OutputSettings, Raster};

/// Every codec that is built in, in alphabetical order of its file.
pub static CODECS: &[&dyn Codec] = &[&gif::Gif];

/// The codec that reads, and where it can writes, `format`.
pub fn for_format(format: ImageFormat) -> Option<&'static dyn Codec> {
    CODECS.iter().copied().find(|codec| codec.format() == format)
}

/// Reads and writes one picture format.
pub trait Codec: Sync {
    /// The format this codec is for.
    fn format(&self) -> ImageFormat;

    /// Reads the header alone. Cheap: no allocation in proportion to the declared size.
    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError>;

    /// Decodes the first frame, possibly at a smaller scale.
    fn decode(&self, bytes: &[u8], header: &ImageHeader, wish: DecodeWish) -> Result<Decoded, ImageError>;

    /// Reads frame by frame. The default yields the one frame of [`Codec::decode`].
    fn frames<'a>(&self, bytes: &'a [u8], header: &ImageHeader) -> Result<Box<dyn FrameSource + 'a>, ImageError>;

    /// Begins a result of this format; `None` where the format is read only.
    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>>;
}

/// How large a decoded picture must be at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeWish {
    /// Every stored pixel is needed.
    Full,
    /// Any scale whose both sides reach this size will do.
    AtLeast(Dimensions),
}

/// A decoded picture and the part of the plane that it covers.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// Pixels at the scale the codec chose.
    pub raster: Raster,
    /// Exact width and height in pixels of this raster that the source covers. A JPEG decoded at n/8 has
    /// `ceil(width * n / 8)` columns but covers `width * n / 8`; resizing must read from this fractional box.
    pub extent: (f64, f64),
}

/// Yields the frames of an animation in order, each composited to the full canvas.
pub trait FrameSource {
    /// The next frame, `None` after the last one.
    fn next_frame(&mut self) -> Result<Option<Frame>, ImageError>;

    /// How often the animation plays, 0 = forever.
    fn loop_count(&self) -> u32;
}

/// Takes frames in order and gives the finished bytes.
pub trait FrameSink {
    /// Adds a frame; all have the dimensions of the request.
    fn push(&mut self, raster: &Raster, duration_ms: u32) -> Result<(), ImageError>;

    /// Finishes the file.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, ImageError>;
}

/// What an encoder is told before the first frame.
#[derive(Debug, Clone, Copy)]
pub struct EncodeRequest<'a> {
    /// Size of every frame.
    pub dimensions: Dimensions,
    /// Number of frames to come.
    pub frame_count: u32,
    /// How often an animation plays, 0 = forever.
    pub loop_count: u32,
    /// Format, quality and the rest.
    pub settings: &'a OutputSettings,
}
