//! `Range: bytes=…` of a download, and the strict form a part copy uses.
//!
//! Spec: spec/cos/objects.md, GET Object.

use std::fmt;

use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;

/// One range as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRange {
    /// `a-b`, both included.
    FromTo(u64, u64),
    /// `a-`.
    From(u64),
    /// `-n`: the last bytes.
    Last(u64),
}

/// One range as it will be sent: inside the object, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolvedRange {
    /// First byte.
    pub first: u64,
    /// Last byte, included.
    pub last: u64,
    /// Size of the whole object.
    pub total_bytes: u64,
}

/// The range lies outside of the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", ErrorCode::InvalidRange.default_message())]
pub struct UnsatisfiableRange {
    /// Size of the whole object.
    pub total_bytes: u64,
}

impl ByteRange {
    /// Reads a header value. Anything but one well-formed range is no range: the whole object is meant.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
        match (number(first.trim()), number(last.trim())) {
            (Some(first), Some(last)) if first <= last => Some(Self::FromTo(first, last)),
            (Some(first), None) if last.trim().is_empty() => Some(Self::From(first)),
            (None, Some(last)) if first.trim().is_empty() => Some(Self::Last(last)),
            _ => None,
        }
    }

    /// Reads `x-cos-copy-source-range`, where only `bytes=first-last` will do.
    pub fn parse_strict(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).filter(|range| matches!(range, Self::FromTo(..))).ok_or_else(|| {
            ParseError::argument(format!("x-cos-copy-source-range {text:?} is not bytes=first-last"))
        })
    }

    /// Cuts the range to an object of that size.
    pub fn resolve(self, total_bytes: u64) -> Result<ResolvedRange, UnsatisfiableRange> {
        let end = total_bytes.checked_sub(1).ok_or(UnsatisfiableRange { total_bytes })?;
        let (first, last) = match self {
            Self::FromTo(first, last) => (first, last.min(end)),
            Self::From(first) => (first, end),
            Self::Last(0) => return Err(UnsatisfiableRange { total_bytes }),
            Self::Last(count) => (total_bytes.saturating_sub(count), end),
        };
        if first > end {
            return Err(UnsatisfiableRange { total_bytes });
        }
        Ok(ResolvedRange { first, last, total_bytes })
    }
}

/// As the header carries it.
impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromTo(first, last) => write!(f, "bytes={first}-{last}"),
            Self::From(first) => write!(f, "bytes={first}-"),
            Self::Last(count) => write!(f, "bytes=-{count}"),
        }
    }
}

impl ResolvedRange {
    /// How many bytes will be sent.
    pub fn size_bytes(&self) -> u64 {
        self.last - self.first + 1
    }

    /// Value of `Content-Range`.
    pub fn content_range(&self) -> String {
        format!("bytes {}-{}/{}", self.first, self.last, self.total_bytes)
    }
}

impl UnsatisfiableRange {
    /// Value of `Content-Range` beside the error.
    pub fn content_range(&self) -> String {
        format!("bytes */{}", self.total_bytes)
    }
}

/// Digits; a number too large for any object counts as the largest.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sent(text: &str, size: u64) -> Option<Result<(u64, u64), String>> {
        let range = ByteRange::parse(text)?;
        Some(range.resolve(size).map(|r| (r.first, r.last)).map_err(|e| e.content_range()))
    }

    #[test]
    fn ranges_are_clamped_to_the_object() {
        assert_eq!(sent("bytes=2-5", 10), Some(Ok((2, 5))));
        assert_eq!(sent("bytes=2-", 10), Some(Ok((2, 9))));
        assert_eq!(sent("bytes=-3", 10), Some(Ok((7, 9))));
        assert_eq!(sent("bytes=-30", 10), Some(Ok((0, 9))));
        assert_eq!(sent("bytes=5-99999999999999999999999", 10), Some(Ok((5, 9))));
    }

    #[test]
    fn ranges_outside_are_refused() {
        for (text, size) in [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-1", 0)] {
            assert_eq!(sent(text, size), Some(Err(format!("bytes */{size}"))), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_range_means_everything() {
        for text in ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,3-4", "items=0-1"]
        {
            assert_eq!(ByteRange::parse(text), None, "{text}");
        }
        assert!(ByteRange::parse_strict("bytes=0-").is_err());
        assert_eq!(ByteRange::parse_strict("bytes=0-0"), Ok(ByteRange::FromTo(0, 0)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(first in any::<u64>(), more in any::<u64>()) {
            for range in [ByteRange::FromTo(first, first.saturating_add(more)), ByteRange::From(first), ByteRange::Last(more)] {
                prop_assert_eq!(ByteRange::parse(&range.to_string()), Some(range));
                if let Ok(resolved) = range.resolve(1000) {
                    prop_assert!(resolved.size_bytes() <= 1000);
                }
            }
        }
    }
}
