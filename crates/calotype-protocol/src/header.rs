//! Reading and writing single headers. An empty value counts as none.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;

/// The value of a header, unless it is missing or blank.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a HeaderValue> {
    headers.get(name).filter(|value| !value.as_bytes().trim_ascii().is_empty())
}

/// The value of a header as text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, ParseError> {
    value(headers, name)
        .map(|value| std::str::from_utf8(value.as_bytes().trim_ascii()))
        .transpose()
        .map_err(|_| ParseError::argument(format!("header {name} is not UTF-8")))
}

/// The value of a header as a number or another value with a text form.
pub(crate) fn parsed<T: FromStr>(headers: &HeaderMap, name: &str) -> Result<Option<T>, ParseError> {
    let Some(text) = text(headers, name)? else { return Ok(None) };
    let invalid =
        || ParseError::argument(format!("header {name} has the value {text:?}, which is not valid"));
    text.parse().map(Some).map_err(|_| invalid())
}

/// Whether a header says `true`.
pub(crate) fn flag(headers: &HeaderMap, name: &str) -> bool {
    value(headers, name).is_some_and(|value| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"true"))
}

/// The announced MD5 of the body.
pub(crate) fn content_md5(headers: &HeaderMap) -> Result<Option<[u8; 16]>, ParseError> {
    let Some(value) = value(headers, "content-md5") else { return Ok(None) };
    let digest = STANDARD.decode(value.as_bytes().trim_ascii()).ok().and_then(|bytes| bytes.try_into().ok());
    digest.map(Some).ok_or_else(|| ErrorCode::InvalidDigest.into())
}

/// Writes a value that cannot contain control characters.
pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: impl Display) {
    if let Ok(value) = HeaderValue::try_from(value.to_string()) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// As [`set`], when there is a value.
pub(crate) fn set_optional(headers: &mut HeaderMap, name: &'static str, value: Option<impl Display>) {
    if let Some(value) = value {
        set(headers, name, value);
    }
}

/// Writes the announced MD5 of a body.
pub(crate) fn set_content_md5(headers: &mut HeaderMap, digest: [u8; 16]) {
    set(headers, "content-md5", STANDARD.encode(digest));
}
