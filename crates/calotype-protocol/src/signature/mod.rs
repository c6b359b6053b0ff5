//! The COS request signature: one canonical text, signed by the SDK and verified by the service.
//!
//! Spec: spec/cos/auth.md.

mod canonical;
mod credential;
mod post_policy;
mod sign;
mod verify;

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use crate::error_code::ErrorCode;

pub use canonical::CanonicalRequest;
pub use credential::{AuthFields, Credential};
pub use post_policy::{PostPolicySignature, post_policy_signature};
pub use sign::{Signer, is_signed_by_default};
pub use verify::{SignedRequest, verify};

/// How far the start of a signature may lie in the future.
pub const FUTURE_SECONDS_MAX: i64 = 900;

/// From when to when a signature is good, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second.
    pub start: i64,
    /// Last second.
    pub end: i64,
}

impl Validity {
    /// Refuses a moment outside, with the grace COS gives to clocks that run ahead.
    pub fn check(&self, now: Timestamp) -> Result<(), SignatureError> {
        if now.as_second() > self.end {
            return Err(SignatureError::Expired { server_time: now });
        }
        if self.start > now.as_second().saturating_add(FUTURE_SECONDS_MAX) {
            return Err(SignatureError::FromTheFuture { server_time: now });
        }
        Ok(())
    }
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};{}", self.start, self.end)
    }
}

impl FromStr for Validity {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, SignatureError> {
        let read = || {
            let (start, end) = text.split_once(';')?;
            Some(Self { start: start.trim().parse().ok()?, end: end.trim().parse().ok()? })
        };
        read()
            .filter(|validity| validity.start < validity.end)
            .ok_or_else(|| SignatureError::MalformedTime(text.to_owned()))
    }
}

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
            | Self::Mismatch { .. } => None,
        }
    }
}

/// `HMAC-SHA1` in lower-case hex: COS uses the hex text, not the digest, as the next key.
fn hmac_sha1(key: &[u8], message: &[u8]) -> String {
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    hex(&mac.finalize().into_bytes())
}

fn sha1(message: &[u8]) -> String {
    hex(&Sha1::digest(message))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares without telling by its duration how much was right.
fn same_signature(expected: &str, received: &str) -> bool {
    expected.as_bytes().ct_eq(received.as_bytes()).into()
}

#[cfg(test)]
mod tests;
