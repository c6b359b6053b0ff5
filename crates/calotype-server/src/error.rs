//! The one error with a status, and the way of every lower error into it.
//!
//! Spec: spec/cos/errors.md.

use std::fmt;

use calotype_protocol::ParseError;
use calotype_protocol::address::AddressError;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::{InvalidName, VersionId};
use calotype_protocol::signature::SignatureError;
use calotype_protocol::xml::MalformedXml;
use calotype_store::{BoxError, StoreError};
use http::header::CONTENT_RANGE;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use crate::form::FormError;
use crate::reply::headers;
use crate::wire::BodyTimeout;

/// Why a request is refused, in the words of the wire. The cause is logged, not sent.
#[derive(Debug)]
pub struct ApiError {
    /// What clients branch on.
    pub code: ErrorCode,
    /// One sentence for people.
    pub message: String,
    /// What the error is about, where that is not what was asked for.
    pub resource: Option<String>,
    /// The error below.
    pub source: Option<BoxError>,
    /// What only some errors tell.
    pub details: Box<ErrorDetails>,
}

/// Elements and headers that only some errors have.
#[derive(Debug, Default)]
pub struct ErrorDetails {
    /// The server's clock, when time was the reason.
    pub server_time: Option<Timestamp>,
    /// What the server would have signed.
    pub string_to_sign: Option<String>,
    /// The canonical request behind it.
    pub format_string: Option<String>,
    /// Headers of the reply.
    pub headers: HeaderMap,
}

impl ApiError {
    /// An error with its own sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), resource: None, source: None, details: Box::default() }
    }

    /// A value that is not what it should be.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArgument, message)
    }

    /// The same error, with its cause for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same error, with a header of its reply.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.details.headers.insert(name, value);
        self
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.word(), self.message)
    }
}

impl std::error::Error for ApiError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as _)
    }
}

/// The code alone says everything.
impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code, code.default_message())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::NoSuchBucket(_) => ErrorCode::NoSuchBucket,
            StoreError::BucketExists { .. } => ErrorCode::BucketAlreadyExists,
            StoreError::BucketNotEmpty(_) => ErrorCode::BucketNotEmpty,
            StoreError::NoSuchKey(_) => ErrorCode::NoSuchKey,
            StoreError::NoSuchVersion(_) => ErrorCode::NoSuchVersion,
            StoreError::DeleteMarker { version_id, .. } => {
                let answer = hidden(version_id);
                return answer.caused_by(error);
            }
            StoreError::NoSuchUpload(_) => ErrorCode::NoSuchUpload,
            StoreError::AlreadyExists(_) => ErrorCode::FileAlreadyExists,
            StoreError::ObjectLocked(_) => ErrorCode::ObjectLocked,
            StoreError::PreconditionFailed(_) => ErrorCode::PreconditionFailed,
            StoreError::NotTheEnd { .. } => ErrorCode::AppendPositionErr,
            StoreError::NotAppendable(_) => ErrorCode::ObjectNotAppendable,
            StoreError::InvalidPart { .. } => ErrorCode::InvalidPart,
            StoreError::InvalidPartOrder => ErrorCode::InvalidPartOrder,
            StoreError::PartTooSmall { .. } => ErrorCode::EntityTooSmall,
            StoreError::DigestMismatch { .. } => ErrorCode::BadDigest,
            StoreError::IncompleteBody { source, .. } => incomplete_body(source.as_ref()),
            StoreError::BodyTooLarge { .. } => ErrorCode::EntityTooLarge,
            StoreError::InvalidRange { size_bytes } => return unsatisfiable_range(*size_bytes),
            StoreError::Conflict(_) => ErrorCode::SlowDown,
            StoreError::Locked(_) | StoreError::NewerSchema { .. } | StoreError::Backend { .. } => {
                ErrorCode::InternalError
            }
        };
        Self::from(code).caused_by(error)
    }
}

/// A body that broke off because of silence is told apart from one that ended early.
fn incomplete_body(cause: Option<&BoxError>) -> ErrorCode {
    match cause {
        Some(cause) if cause.is::<BodyTimeout>() => ErrorCode::RequestTimeout,
        Some(cause) => cause.downcast_ref().map_or(ErrorCode::IncompleteBody, FormError::code),
        None => ErrorCode::IncompleteBody,
    }
}

/// 416 tells the size, so that the client can ask again.
pub(crate) fn unsatisfiable_range(size_bytes: u64) -> ApiError {
    let error = ApiError::from(ErrorCode::InvalidRange);
    match HeaderValue::try_from(format!("bytes */{size_bytes}")) {
        Ok(value) => error.with_header(CONTENT_RANGE, value),
        Err(_) => error,
    }
}

/// 404 tells that there was an object once, and which version says that it is gone.
fn hidden(marker: &VersionId) -> ApiError {
    let error = ApiError::from(ErrorCode::NoSuchKey)
        .with_header(headers::DELETE_MARKER, HeaderValue::from_static("true"));
    match HeaderValue::try_from(marker.as_str()) {
        Ok(value) => error.with_header(headers::VERSION_ID, value),
        Err(_) => error,
    }
}

impl From<ParseError> for ApiError {
    fn from(error: ParseError) -> Self {
        Self::new(error.code, error.message)
    }
}

impl From<AddressError> for ApiError {
    fn from(error: AddressError) -> Self {
        Self::from(error.code()).caused_by(error)
    }
}

impl From<InvalidName> for ApiError {
    fn from(error: InvalidName) -> Self {
        match &error {
            InvalidName::Bucket(_) => ErrorCode::InvalidBucketName.into(),
            InvalidName::KeyEmpty | InvalidName::KeyDegenerate(_) => ErrorCode::InvalidObjectName.into(),
            InvalidName::KeyTooLong { .. } => ErrorCode::KeyTooLong.into(),
            InvalidName::ETag(_) => Self::invalid_argument(error.to_string()),
        }
    }
}

impl From<SignatureError> for ApiError {
    fn from(error: SignatureError) -> Self {
        let mut answer = Self::new(error.code(), error.to_string());
        answer.details.server_time = error.server_time();
        if let SignatureError::Mismatch { string_to_sign, format_string } = &error {
            answer.details.string_to_sign = Some(string_to_sign.clone());
            answer.details.format_string = Some(format_string.clone());
        }
        answer
    }
}

impl From<MalformedXml> for ApiError {
    fn from(error: MalformedXml) -> Self {
        Self::from(error.code()).caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_stay_inside() {
        let error = StoreError::backend("disk", "write a blob", "no space left on /srv/data");
        let error = ApiError::from(error);
        assert_eq!(error.code, ErrorCode::InternalError);
        assert_eq!(error.message, ErrorCode::InternalError.default_message());
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn an_unsatisfiable_range_tells_the_size() {
        let error = ApiError::from(StoreError::InvalidRange { size_bytes: 7 });
        assert_eq!(error.code.status(), 416);
        assert_eq!(error.details.headers[CONTENT_RANGE], "bytes */7");
    }
}
