//! Why a request cannot be understood, in the words of its answer.

use crate::address::AddressError;
use crate::error_code::ErrorCode;
use crate::names::InvalidName;
use crate::query::TwoInstructions;
use crate::xml::MalformedXml;

/// A request that is refused before anything is looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// The word for the answer.
    pub code: ErrorCode,
    /// What is wrong, with the value in it.
    pub message: String,
}

impl ParseError {
    /// An error with its own sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A header or parameter that has no such value.
    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArgument, message)
    }
}

/// With the usual sentence of the code.
impl From<ErrorCode> for ParseError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code, code.default_message())
    }
}

impl From<InvalidName> for ParseError {
    fn from(error: InvalidName) -> Self {
        let code = match &error {
            InvalidName::Bucket(_) => ErrorCode::InvalidBucketName,
            InvalidName::KeyTooLong { .. } => ErrorCode::KeyTooLong,
            InvalidName::KeyEmpty | InvalidName::KeyDegenerate(_) => ErrorCode::InvalidObjectName,
            InvalidName::ETag(_) => ErrorCode::InvalidArgument,
        };
        Self::new(code, error.to_string())
    }
}

impl From<AddressError> for ParseError {
    fn from(error: AddressError) -> Self {
        Self::from(error.code())
    }
}

impl From<TwoInstructions> for ParseError {
    fn from(error: TwoInstructions) -> Self {
        Self::argument(error.to_string())
    }
}

impl From<MalformedXml> for ParseError {
    fn from(error: MalformedXml) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
