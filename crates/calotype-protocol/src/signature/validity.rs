//! From when to when a signature is good.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::SignatureError;

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
