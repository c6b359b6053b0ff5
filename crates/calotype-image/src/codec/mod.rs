//! One file per format behind the [`Codec`] trait, and the table of those that are built in.

#[cfg(feature = "avif")]
pub(crate) mod avif;
mod bmp;
#[cfg(test)]
mod check;
mod gif;
pub(crate) mod jpeg;
pub(crate) mod png;
mod still;
pub(crate) mod svg;
mod tiff;
mod webp;

use crate::{Dimensions, Frame, ImageError, ImageFormat, ImageHeader, OutputSettings, Raster};

/// Every codec that is built in, in alphabetical order of its file.
pub static CODECS: &[&dyn Codec] = &[
    #[cfg(feature = "avif")]
    &avif::Avif,
    &bmp::Bmp,
    &gif::Gif,
    &jpeg::Jpeg,
    &png::Png,
    &svg::Svg,
    &tiff::Tiff,
    &webp::WebP,
];

/// The codec that reads, and where it can writes, `format`. An APNG is read as the PNG that it also is.
pub fn for_format(format: ImageFormat) -> Option<&'static dyn Codec> {
    let format = if format == ImageFormat::Apng { ImageFormat::Png } else { format };
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
    fn frames<'a>(
        &self,
        bytes: &'a [u8],
        header: &ImageHeader,
    ) -> Result<Box<dyn FrameSource + 'a>, ImageError> {
        let decoded = self.decode(bytes, header, DecodeWish::Full)?;
        Ok(Box::new(still::StillSource::new(decoded.raster)))
    }

    /// Begins a result of this format; `None` where the format is read only.
    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>>;

    /// Where the file ends by its own account: `None` where it does not say, or is cut off before.
    fn end(&self, bytes: &[u8]) -> Option<usize> {
        let _ = bytes;
        None
    }

    /// Size of the raster that [`Codec::decode`] will give.
    fn decoded_dimensions(&self, header: &ImageHeader, wish: DecodeWish) -> Dimensions {
        let _ = wish;
        header.dimensions
    }

    /// Bytes that decoding holds at its peak beside the raster it gives.
    fn decode_extra_bytes(&self, header: &ImageHeader, wish: DecodeWish) -> u64 {
        let _ = wish;
        header.dimensions.pixels() * 8
    }

    /// Bytes that encoding one frame holds at its peak beside that frame, the file included.
    fn encode_extra_bytes(&self, request: EncodeRequest<'_>) -> u64 {
        request.dimensions.pixels() * 8 + (1 << 20)
    }
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

impl Decoded {
    /// A raster that covers the whole source exactly.
    pub fn whole(raster: Raster) -> Self {
        let Dimensions { width_px, height_px } = raster.dimensions();
        Self { raster, extent: (f64::from(width_px), f64::from(height_px)) }
    }
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
