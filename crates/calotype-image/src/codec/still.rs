//! Sources and sinks of pictures with one frame, for formats without animation.

use super::{FrameSink, FrameSource};
use crate::{Frame, ImageError, Raster};

/// Yields one frame.
pub(super) struct StillSource(Option<Raster>);

impl StillSource {
    pub(super) fn new(raster: Raster) -> Self {
        Self(Some(raster))
    }
}

impl FrameSource for StillSource {
    fn next_frame(&mut self) -> Result<Option<Frame>, ImageError> {
        Ok(self.0.take().map(|raster| Frame { raster, duration_ms: 0 }))
    }

    fn loop_count(&self) -> u32 {
        0
    }
}

/// Encodes the first frame it is given and lets others go.
pub(super) struct StillSink<E> {
    encode: E,
    file: Option<Vec<u8>>,
}

impl<E> StillSink<E>
where
    E: Fn(&Raster) -> Result<Vec<u8>, ImageError> + 'static,
{
    pub(super) fn boxed(encode: E) -> Box<dyn FrameSink> {
        Box::new(Self { encode, file: None })
    }
}

impl<E> FrameSink for StillSink<E>
where
    E: Fn(&Raster) -> Result<Vec<u8>, ImageError>,
{
    fn push(&mut self, raster: &Raster, _duration_ms: u32) -> Result<(), ImageError> {
        if self.file.is_none() {
            self.file = Some((self.encode)(raster)?);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, ImageError> {
        self.file.ok_or_else(|| ImageError::Unreadable { reason: "the picture has no frame".to_owned() })
    }
}
