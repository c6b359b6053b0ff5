//! WebP by libwebp: lossy and lossless in, lossy out, still and animated.

mod chunks;
mod libwebp;

use self::libwebp::{AnimationDecoder, AnimationEncoder};
use super::{
    Codec, DecodeWish, Decoded, EncodeRequest, FrameSink, FrameSource,
    still::{StillSink, StillSource},
};
use crate::{Dimensions, Frame, ImageError, ImageFormat, ImageHeader, Layout, Raster};

/// Reads and writes WebP.
pub(super) struct WebP;

impl Codec for WebP {
    fn format(&self) -> ImageFormat {
        ImageFormat::WebP
    }

    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
        let found = chunks::read(bytes);
        let dimensions = found
            .dimensions
            .filter(|dimensions| dimensions.pixels() > 0)
            .ok_or_else(|| unreadable("a WebP without a picture"))?;
        Ok(ImageHeader {
            format: ImageFormat::WebP,
            dimensions,
            frame_count: found.animation_frames.max(1),
            bit_depth: 8,
            has_alpha: found.has_alpha,
            orientation: found.orientation,
            // Nothing in the file tells the encoder's quality.
            quality: None,
            lossless: found.lossless,
            progressive: false,
            dpi: found.dpi,
        })
    }

    fn end(&self, bytes: &[u8]) -> Option<usize> {
        chunks::end(bytes)
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, wish: DecodeWish) -> Result<Decoded, ImageError> {
        if chunks::read(bytes).is_animation {
            let first = self.frames(bytes, header)?.next_frame()?;
            let frame = first.ok_or_else(|| unreadable("an animation without frames"))?;
            return Ok(Decoded::whole(frame.raster));
        }
        let target = self.decoded_dimensions(header, wish);
        let samples =
            libwebp::decode(bytes, header.dimensions, target, header.has_alpha).map_err(unreadable)?;
        let layout = if header.has_alpha { Layout::Rgba } else { Layout::Rgb };
        let raster = Raster::from_samples(target, layout, samples).expect("the decoder fills every pixel");
        Ok(Decoded::whole(raster))
    }

    fn frames<'a>(
        &self,
        bytes: &'a [u8],
        header: &ImageHeader,
    ) -> Result<Box<dyn FrameSource + 'a>, ImageError> {
        if !chunks::read(bytes).is_animation {
            let still = self.decode(bytes, header, DecodeWish::Full)?;
            return Ok(Box::new(StillSource::new(still.raster)));
        }
        let decoder = AnimationDecoder::open(bytes, header.dimensions).map_err(unreadable)?;
        Ok(Box::new(Animation { decoder, canvas: header.dimensions }))
    }

    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>> {
        let quality = request.settings.quality;
        let failed = move |reason| encoder_error(request.dimensions, reason);
        if request.frame_count > 1 && request.settings.animated {
            let encoder = AnimationEncoder::new(request.dimensions, request.loop_count, quality);
            let dimensions = request.dimensions;
            return Some(match encoder {
                Ok(encoder) => Ok(Box::new(AnimationSink { encoder, dimensions })),
                Err(reason) => Err(failed(reason)),
            });
        }
        Some(Ok(StillSink::boxed(move |raster| {
            libwebp::encode(raster, quality).map_err(|reason| encoder_error(raster.dimensions(), reason))
        })))
    }

    /// An opaque picture may be averaged down by a whole power of two. With alpha the library's scaler would mix the
    /// colour of transparent pixels in.
    fn decoded_dimensions(&self, header: &ImageHeader, wish: DecodeWish) -> Dimensions {
        let stored = header.dimensions;
        let DecodeWish::AtLeast(wished) = wish else { return stored };
        if header.has_alpha || header.frame_count > 1 {
            return stored;
        }
        let divided = |by: u32| Dimensions {
            width_px: stored.width_px.div_ceil(by),
            height_px: stored.height_px.div_ceil(by),
        };
        let large_enough = |by: &u32| {
            u64::from(stored.width_px) >= u64::from(wished.width_px) * u64::from(*by)
                && u64::from(stored.height_px) >= u64::from(wished.height_px) * u64::from(*by)
        };
        [8, 4, 2].into_iter().find(large_enough).map_or(stored, divided)
    }

    /// Lossless pictures are unpacked whole; lossy ones keep a plane of alpha and a few rows.
    fn decode_extra_bytes(&self, header: &ImageHeader, _wish: DecodeWish) -> u64 {
        let per_pixel = match (header.lossless, header.has_alpha) {
            (true, _) => 5,
            (false, true) => 3,
            (false, false) => 0,
        };
        header.dimensions.pixels() * per_pixel + u64::from(header.dimensions.width_px) * 256
    }

    /// Planes of luma and chroma, tokens, and for alpha the workings of a lossless encoder, together 40 bytes a pixel as
    /// measured; an animation keeps three canvases.
    fn encode_extra_bytes(&self, request: EncodeRequest<'_>) -> u64 {
        let canvases = if request.frame_count > 1 { 16 } else { 0 };
        request.dimensions.pixels() * (44 + canvases) + (1 << 20)
    }
}

struct Animation<'a> {
    decoder: AnimationDecoder<'a>,
    canvas: Dimensions,
}

impl FrameSource for Animation<'_> {
    fn next_frame(&mut self) -> Result<Option<Frame>, ImageError> {
        let frame = self.decoder.next().map_err(unreadable)?;
        Ok(frame.map(|(samples, duration_ms)| Frame {
            raster: Raster::from_samples(self.canvas, Layout::Rgba, samples)
                .expect("a canvas has four channels"),
            duration_ms,
        }))
    }

    fn loop_count(&self) -> u32 {
        self.decoder.loop_count()
    }
}

struct AnimationSink {
    encoder: AnimationEncoder,
    dimensions: Dimensions,
}

impl FrameSink for AnimationSink {
    fn push(&mut self, raster: &Raster, duration_ms: u32) -> Result<(), ImageError> {
        self.encoder.push(raster, duration_ms).map_err(|reason| encoder_error(self.dimensions, reason))
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, ImageError> {
        let dimensions = self.dimensions;
        self.encoder.finish().map_err(|reason| encoder_error(dimensions, reason))
    }
}

fn encoder_error(dimensions: Dimensions, reason: String) -> ImageError {
    ImageError::Encoder { format: ImageFormat::WebP, dimensions, reason }
}

fn unreadable(reason: impl Into<String>) -> ImageError {
    ImageError::Unreadable { reason: reason.into() }
}

#[cfg(test)]
mod tests;
