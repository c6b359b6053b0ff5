//! Why a proof of identity is not accepted.

use jiff::Timestamp;

use crate::error_code::ErrorCode;

/// Why a proof of identity is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// One of the seven fields is not there.
    #[error("the signature has no {0}")]
    MissingField(&'static str),
    /// Only `sha1` exists.
    #[error("signature algorithm {0:?} is not supported")]
    UnsupportedAlgorithm(String),
    /// Not two Unix seconds in ascending order.
    #[error("signature time {0:?} is not valid")]
    MalformedTime(String),
    /// More names under one signature than any client signs.
    #[error("{0} has too many names")]
    ListTooLong(&'static str),
    /// The end has passed. Clients look for exactly this sentence.
    #[error("Request has expired")]
    Expired {
        /// The clock that decided.
        server_time: Timestamp,
    },
    /// The start is too far ahead.
    #[error("{}", ErrorCode::RequestTimeTooSkewed.default_message())]
    FromTheFuture {
        /// The clock that decided.
        server_time: Timestamp,
    },
    /// The signature belongs to another request or another secret.
    #[error("{}", ErrorCode::SignatureDoesNotMatch.default_message())]
    Mismatch {
        /// What the server would have signed.
        string_to_sign: String,
        /// The canonical request behind it.
        format_string: String,
    },
}

impl SignatureError {
    /// The word for the answer; the message is the error's own sentence.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::MissingField(_)
            | Self::UnsupportedAlgorithm(_)
            | Self::MalformedTime(_)
            | Self::ListTooLong(_)
            | Self::Expired { .. } => ErrorCode::AccessDenied,
            Self::FromTheFuture { .. } => ErrorCode::RequestTimeTooSkewed,
            Self::Mismatch { .. } => ErrorCode::SignatureDoesNotMatch,
        }
    }

    /// The server's clock, to be told to the client when time was the reason.
    pub fn server_time(&self) -> Option<Timestamp> {
        match self {
            Self::Expired { server_time } | Self::FromTheFuture { server_time } => Some(*server_time),
            Self::MissingField(_)
            | Self::UnsupportedAlgorithm(_)
            | Self::MalformedTime(_)
            | Self::ListTooLong(_)
            | Self::Mismatch { .. } => None,
        }
    }
}
