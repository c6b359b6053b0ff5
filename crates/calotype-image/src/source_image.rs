//! A picture of which only the header has been read.

use bytes::Bytes;

use crate::{
    ImageError, ImageFormat, ImageHeader, Limits,
    codec::{self, Codec},
};

/// The bytes of a source, recognised by content, and what their header tells. Cloning shares the bytes.
#[derive(Clone)]
pub struct SourceImage {
    bytes: Bytes,
    header: ImageHeader,
    codec: &'static dyn Codec,
    result_size_bytes_max: u64,
}

impl SourceImage {
    /// Recognises the format and reads the header; no memory in proportion to the picture is asked for.
    ///
    /// Sides, pixels and frames are checked by the plan, because a rule may need less than the whole source.
    /// Errors: [`ImageError::Empty`], [`ImageError::TooManyBytes`], [`ImageError::Unreadable`] for bytes that are no
    /// picture, [`ImageError::UnsupportedSource`] for a known format without a codec.
    pub fn probe(bytes: Bytes, limits: &Limits) -> Result<Self, ImageError> {
        if bytes.is_empty() {
            return Err(ImageError::Empty);
        }
        let size_bytes = bytes.len() as u64;
        if size_bytes > limits.source_size_bytes_max {
            return Err(ImageError::TooManyBytes {
                size_bytes,
                limit: "source_size_bytes_max",
                max_bytes: limits.source_size_bytes_max,
            });
        }
        let Some(format) = ImageFormat::detect(&bytes) else {
            return Err(ImageError::Unreadable { reason: "no known picture format".to_owned() });
        };
        let Some(codec) = codec::for_format(format) else {
            return Err(ImageError::UnsupportedSource { format });
        };
        let header = codec.probe(&bytes)?;
        Ok(Self { bytes, header, codec, result_size_bytes_max: limits.result_size_bytes_max })
    }

    /// What the header tells.
    pub fn header(&self) -> &ImageHeader {
        &self.header
    }

    /// The whole file.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The codec that reads this format.
    pub(crate) fn codec(&self) -> &'static dyn Codec {
        self.codec
    }

    /// Bytes that a result made of this source may have.
    pub(crate) fn result_size_bytes_max(&self) -> u64 {
        self.result_size_bytes_max
    }
}

impl std::fmt::Debug for SourceImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceImage")
            .field("size_bytes", &self.bytes.len())
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}
