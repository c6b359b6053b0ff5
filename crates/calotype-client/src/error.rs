//! What a caller of the SDK can be told.

use calotype_protocol::error_code::ErrorCode;

/// Everything that can go wrong with one call.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused; nothing was changed.
    #[error("{0}")]
    Service(Box<ServiceError>),

    /// A name or address that cannot be sent.
    #[error("{0}")]
    Invalid(String),

    /// No connection, or it broke before the answer was complete. Whether the server acted is not known.
    #[error("no answer from {host}")]
    Transport {
        /// Host and port that were tried.
        host: String,
        /// What the network said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The answer is not what the interface promises.
    #[error("the answer cannot be understood: {0}")]
    UnexpectedAnswer(String),

    /// The content that arrived is not the content that is stored.
    #[error("{what} of the content is {received}, the server announced {announced}")]
    Corrupted {
        /// Which checksum.
        what: &'static str,
        /// What the server said.
        announced: String,
        /// What was computed here.
        received: String,
    },
}

/// The server's own words. Source: spec/cos/errors.md.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// HTTP status.
    pub status: u16,
    /// The word, also where this SDK does not know it.
    pub code: String,
    /// Text for people.
    pub message: String,
    /// What the request was about.
    pub resource: String,
    /// Names the request in the server's log.
    pub request_id: String,
    /// The vendor's number of an image error, from `X-ErrNo`.
    pub x_err_no: Option<i32>,
}

impl ServiceError {
    /// The word as a type; `None` for words this SDK does not know.
    pub fn error_code(&self) -> Option<ErrorCode> {
        ErrorCode::from_word(&self.code)
    }
}

impl std::fmt::Display for ServiceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}, request {}): {}", self.code, self.status, self.request_id, self.message)
    }
}

impl ClientError {
    /// The server's words, if it answered.
    pub fn service(&self) -> Option<&ServiceError> {
        match self {
            Self::Service(error) => Some(error),
            _ => None,
        }
    }

    /// The word of the server's refusal as a type.
    pub fn code(&self) -> Option<ErrorCode> {
        self.service().and_then(ServiceError::error_code)
    }
}
