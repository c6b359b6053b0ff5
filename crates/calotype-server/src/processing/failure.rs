//! Why a picture was not made, in the words of the wire.
//!
//! Every lower error arrives here once and gets its code and the number of `X-ErrNo`. Spec: spec/ci/errors.md, 2.

use calotype_image::rule::{RuleError, RuleErrorKind};
use calotype_image::{ImageError, ImageFormat};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::pic_operations::InvalidPicOperations;
use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue};

use super::workers::WorkError;
use crate::error::ApiError;

/// The number of a refusal, for clients that know the vendor's list.
pub(crate) const X_ERR_NO: HeaderName = HeaderName::from_static("x-errno");

/// A refusal that can be told to several waiting requests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What clients branch on.
    pub code: ErrorCode,
    /// The number of `X-ErrNo`, where the list has one.
    pub number: Option<i32>,
    /// What is wrong, with the value in it.
    pub message: String,
    /// Whether `ignore-error/1` turns this into the original bytes. Spec: spec/ci/README.md, 4.
    pub ignorable: bool,
}

impl Failure {
    /// A failure with the usual number of its code, not covered by `ignore-error`.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, number: code.x_err_no(), message: message.into(), ignorable: false }
    }

    /// A defect of the `Pic-Operations` header.
    pub fn pic_operations(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidPicOperations, message)
    }

    /// A source that is over the bound for pictures while it arrives, or as it is stored.
    pub(super) fn too_many_bytes(size_bytes_max: u64) -> Self {
        let message = format!("the image is larger than source_size_bytes_max of {size_bytes_max} bytes");
        Self::new(ErrorCode::ImageTooLarge, message).covered_by_ignore_error()
    }

    /// The store failed below; the cause is for the log alone.
    pub(super) fn of_store(error: calotype_store::StoreError) -> Self {
        let error = ApiError::from(error);
        tracing::error!(%error, cause = ?error.source, "a stored image cannot be read");
        Self::new(error.code, error.message)
    }

    /// The same failure with a more precise number.
    #[must_use]
    pub fn numbered(self, number: i32) -> Self {
        Self { number: Some(number), ..self }
    }

    /// Tells which rule of `Pic-Operations` it is about, counted from 0.
    #[must_use]
    pub fn in_rule(self, index: usize) -> Self {
        // Uploads have their own number for pictures with too many bytes.
        let number = if self.code == ErrorCode::ImageTooLarge { Some(-60996) } else { self.number };
        Self { number, message: format!("rule {index}: {}", self.message), ..self }
    }

    fn covered_by_ignore_error(self) -> Self {
        Self { ignorable: true, ..self }
    }

    /// A bug or a broken codec: the cause is logged, not sent.
    fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "image processing failed");
        Self::new(ErrorCode::InternalError, ErrorCode::InternalError.default_message())
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let mut error = Self::new(failure.code, failure.message);
        if let Some(number) = failure.number {
            error = error.with_header(X_ERR_NO, number.into());
        }
        if failure.code == ErrorCode::SlowDown {
            error = error.with_header(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        error
    }
}

impl From<InvalidPicOperations> for Failure {
    fn from(error: InvalidPicOperations) -> Self {
        Self::pic_operations(error.to_string())
    }
}

impl From<RuleError> for Failure {
    fn from(error: RuleError) -> Self {
        let code = match error.kind {
            RuleErrorKind::Syntax | RuleErrorKind::OutOfRange => ErrorCode::InvalidArgument,
            RuleErrorKind::NotOffered => ErrorCode::NotImplemented,
        };
        Self { ignorable: error.ignorable, ..Self::new(code, error.to_string()) }
    }
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        let message = error.to_string();
        match error {
            ImageError::Unreadable { .. } | ImageError::TooSmall { .. } => {
                Self::new(ErrorCode::InvalidImageFormat, message)
            }
            ImageError::Empty => Self::new(ErrorCode::InvalidImageFormat, message).numbered(-40168),
            ImageError::UnsupportedSource { format: ImageFormat::Avif | ImageFormat::Heif } => {
                Self::new(ErrorCode::NotImplemented, message)
            }
            ImageError::UnsupportedSource { .. } | ImageError::NotForFormat { .. } => {
                Self::new(ErrorCode::InvalidImageFormat, message).numbered(-443)
            }
            ImageError::NotOffered { .. } => Self::new(ErrorCode::NotImplemented, message),
            ImageError::InvalidForImage { .. } => Self::new(ErrorCode::InvalidArgument, message),
            ImageError::UnusableAsset { .. } => return Self::new(ErrorCode::InvalidImageSource, message),
            ImageError::TooManyBytes { .. } => Self::new(ErrorCode::ImageTooLarge, message),
            ImageError::TooLarge { what, .. } => {
                let failure = Self::new(ErrorCode::ImageResolutionExceed, message);
                let is_result_side =
                    what.starts_with("result") && (what.ends_with("width") || what.ends_with("height"));
                if is_result_side { failure.numbered(-442) } else { failure }
            }
            ImageError::Encoder { .. } => return Self::internal(&message),
            ImageError::Cancelled => return Self::new(ErrorCode::ServiceUnavailable, message),
        }
        .covered_by_ignore_error()
    }
}

impl From<WorkError> for Failure {
    fn from(error: WorkError) -> Self {
        let message = error.to_string();
        match error {
            WorkError::QueueFull { .. } => Self::new(ErrorCode::SlowDown, message),
            WorkError::OverBudget { .. } => {
                Self::new(ErrorCode::ImageResolutionExceed, message).covered_by_ignore_error()
            }
            WorkError::TimedOut(_) | WorkError::Stopped => Self::new(ErrorCode::ServiceUnavailable, message),
            WorkError::Panicked(_) => Self::internal(&message),
            WorkError::Prepare(error) => error.into(),
            WorkError::Part { error, .. } => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(failure: impl Into<Failure>) -> (ErrorCode, Option<i32>, bool) {
        let failure = failure.into();
        (failure.code, failure.number, failure.ignorable)
    }

    fn too_large(what: &'static str) -> ImageError {
        ImageError::TooLarge { what, value: 9, limit: "side_px_max", max: 8 }
    }

    #[test]
    fn numbers_follow_the_table() {
        use ErrorCode::*;
        let unreadable = ImageError::Unreadable { reason: "it ends early".into() };
        assert_eq!(codes(unreadable), (InvalidImageFormat, Some(-441), true));
        assert_eq!(codes(ImageError::Empty), (InvalidImageFormat, Some(-40168), true));
        let svg = ImageError::UnsupportedSource { format: ImageFormat::Svg };
        assert_eq!(codes(svg), (InvalidImageFormat, Some(-443), true));
        let heif = ImageError::UnsupportedSource { format: ImageFormat::Heif };
        assert_eq!(codes(heif), (NotImplemented, None, true));
        assert_eq!(codes(too_large("source width")), (ImageResolutionExceed, Some(-447), true));
        assert_eq!(codes(too_large("result width")), (ImageResolutionExceed, Some(-442), true));
        assert_eq!(codes(WorkError::QueueFull { places: 1 }), (SlowDown, Some(-164), false));
        assert_eq!(codes(WorkError::Panicked("x".into())), (InternalError, None, false));
    }

    #[test]
    fn a_rule_is_named_and_uploads_have_their_own_number() {
        let failure = Failure::from(ImageError::TooManyBytes { size_bytes: 9, limit: "x", max_bytes: 8 });
        assert_eq!(failure.number, Some(-167));
        let in_rule = failure.in_rule(1);
        assert_eq!(in_rule.number, Some(-60996));
        assert!(in_rule.message.starts_with("rule 1: "), "{in_rule}");
    }

    #[test]
    fn causes_inside_the_server_are_not_told() {
        let failure = Failure::from(WorkError::Panicked("at /build/src/png.rs".into()));
        assert!(!failure.message.contains("png.rs"), "{failure}");
    }
}
