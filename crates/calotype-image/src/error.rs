//! What can go wrong with a picture.

use crate::{Dimensions, ImageFormat};

/// Everything a caller of this crate can be told about a picture. Text mistakes of rules are [`RuleError`]s instead.
///
/// [`RuleError`]: crate::rule::RuleError
#[derive(Debug, Clone, thiserror::Error)]
pub enum ImageError {
    /// The bytes are no picture of a known format, or are damaged or cut off.
    #[error("the image cannot be read: {reason}")]
    Unreadable {
        /// What the decoder missed, without host paths.
        reason: String,
    },

    /// The object has no bytes at all.
    #[error("the image is empty")]
    Empty,

    /// The format is known, but this operation or this build does not read it.
    #[error("{format} images are not supported here")]
    UnsupportedSource {
        /// The format that was found.
        format: ImageFormat,
    },

    /// The rule asks for a format, codec or feature that is not built in.
    #[error("{feature} is not offered by this server")]
    NotOffered {
        /// Format or feature, in the words of the rule.
        feature: String,
    },

    /// A value that is wrong for this very picture, such as a window outside of it.
    #[error("{operation}: {message}")]
    InvalidForImage {
        /// The rule's word.
        operation: &'static str,
        /// What is wrong, with the value.
        message: String,
    },

    /// A picture the rule refers to is missing, damaged, too large, animated, or not one that may be used.
    #[error("the image {asset} cannot be used: {reason}")]
    UnusableAsset {
        /// How the rule names it.
        asset: String,
        /// What is wrong with it.
        reason: String,
    },

    /// More bytes than a picture may have.
    #[error("the image has {size_bytes} bytes, the limit {limit} is {max_bytes}")]
    TooManyBytes {
        /// Bytes found.
        size_bytes: u64,
        /// Name of the field in [`crate::Limits`].
        limit: &'static str,
        /// Its value.
        max_bytes: u64,
    },

    /// A side, the pixel count or the frame count is over a limit.
    #[error("{what} {value} is over the limit {limit} of {max}")]
    TooLarge {
        /// What was measured: `source width`, `result pixels`, `frames`, ...
        what: &'static str,
        /// The value found.
        value: u64,
        /// Name of the field in [`crate::Limits`].
        limit: &'static str,
        /// Its value.
        max: u64,
    },

    /// A format that other rules read and this one does not.
    #[error("{operation} does not read {format} images")]
    NotForFormat {
        /// The rule's word.
        operation: &'static str,
        /// The format that was found.
        format: ImageFormat,
    },

    /// Too few pixels for what is asked.
    #[error("{operation}: the image is {dimensions}, both sides must be at least {side_px_min}")]
    TooSmall {
        /// The rule's word.
        operation: &'static str,
        /// Size found.
        dimensions: Dimensions,
        /// The shortest side that will do.
        side_px_min: u32,
    },

    /// The encoder refused pixels that passed all checks: a bug of ours or of the codec.
    #[error("encoding {format} at {dimensions} failed: {reason}")]
    Encoder {
        /// Target format.
        format: ImageFormat,
        /// Size of the picture.
        dimensions: Dimensions,
        /// The codec's own words.
        reason: String,
    },

    /// The caller withdrew the job, for example because its time was up.
    #[error("the work was cancelled")]
    Cancelled,
}
