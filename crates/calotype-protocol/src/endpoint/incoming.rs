//! A request on its way to becoming an [`Endpoint`](super::Endpoint): the values every endpoint may ask for.

use std::str::FromStr;

use http::HeaderMap;

use crate::address::Addressing;
use crate::error_code::ErrorCode;
use crate::header;
use crate::names::{BucketName, ObjectKey, UploadId, VersionId};
use crate::parse_error::ParseError;
use crate::query::Query;

/// Slowest rate a client may ask for, in bits per second.
const TRAFFIC_LIMIT_MIN: u64 = 819_200;
/// Fastest rate a client may ask for, in bits per second.
const TRAFFIC_LIMIT_MAX: u64 = 838_860_800;

/// Head of a request for a bucket.
pub(super) struct BucketRequest<'a> {
    pub(super) bucket: &'a BucketName,
    pub(super) query: &'a Query,
    pub(super) headers: &'a HeaderMap,
}

/// Head of a request for an object.
pub(super) struct ObjectRequest<'a> {
    pub(super) bucket: &'a BucketName,
    pub(super) key: &'a ObjectKey,
    pub(super) query: &'a Query,
    pub(super) headers: &'a HeaderMap,
    pub(super) addressing: &'a Addressing,
}

impl ObjectRequest<'_> {
    pub(super) fn version_id(&self) -> Option<VersionId> {
        self.query.value("versionId").map(VersionId::from)
    }

    pub(super) fn upload_id(&self) -> Result<UploadId, ParseError> {
        let missing = || ParseError::argument("uploadId is missing");
        self.query.value("uploadId").map(UploadId::from).ok_or_else(missing)
    }

    /// From the header or the parameter of that name.
    pub(super) fn traffic_limit(&self) -> Result<Option<u64>, ParseError> {
        let text = match header::text(self.headers, "x-cos-traffic-limit")? {
            Some(text) => text,
            None => match self.query.value("x-cos-traffic-limit") {
                Some(text) => text,
                None => return Ok(None),
            },
        };
        traffic_limit(text).map(Some)
    }

    /// The announced size of a body that has to be announced; none when it comes in chunks.
    pub(super) fn body_size(&self, size_bytes_max: u64) -> Result<Option<u64>, ParseError> {
        match header::parsed::<u64>(self.headers, "content-length")? {
            Some(size_bytes) if size_bytes > size_bytes_max => Err(ErrorCode::EntityTooLarge.into()),
            Some(size_bytes) => Ok(Some(size_bytes)),
            None if self.headers.contains_key("transfer-encoding") => Ok(None),
            None => Err(ErrorCode::MissingContentLength.into()),
        }
    }
}

/// A rate in bits per second. Errors: `InvalidArgument` outside of what a client may ask for.
pub(crate) fn traffic_limit(text: &str) -> Result<u64, ParseError> {
    let limit = text.parse().ok().filter(|limit| (TRAFFIC_LIMIT_MIN..=TRAFFIC_LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| {
        let range = format!("{TRAFFIC_LIMIT_MIN} to {TRAFFIC_LIMIT_MAX}");
        ParseError::argument(format!("x-cos-traffic-limit {text:?} is not a number from {range}"))
    })
}

/// Limits and switches that several listings share.
pub(super) trait QueryValues {
    fn text(&self, name: &str) -> String;
    fn count(&self, name: &str, max: u32) -> Result<u32, ParseError>;
    fn encodes_keys(&self) -> Result<bool, ParseError>;
    fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, ParseError>;
}

impl QueryValues for Query {
    /// The decoded value; empty when there is none.
    fn text(&self, name: &str) -> String {
        self.value(name).unwrap_or_default().to_owned()
    }

    /// Entries on one page: `max` when nothing is said, and never more.
    fn count(&self, name: &str, max: u32) -> Result<u32, ParseError> {
        let Some(text) = self.value(name) else { return Ok(max) };
        let is_number = text.bytes().all(|b| b.is_ascii_digit());
        // Digits that do not fit are a number above the limit.
        if is_number { Ok(text.parse().unwrap_or(max).min(max)) } else { Err(invalid(name, text)) }
    }

    fn encodes_keys(&self) -> Result<bool, ParseError> {
        match self.value("encoding-type") {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("url") => Ok(true),
            Some(text) => Err(invalid("encoding-type", text)),
        }
    }

    fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, ParseError> {
        let Some(text) = self.value(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| invalid(name, text))
    }
}

fn invalid(name: &str, text: &str) -> ParseError {
    ParseError::argument(format!("{name} has the value {text:?}, which is not valid"))
}
