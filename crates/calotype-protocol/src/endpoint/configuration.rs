//! `PUT`, `GET` and `DELETE /?<kind>`: the documents a bucket keeps about itself.
//!
//! Spec: spec/cos/misc.md.

use http::Method;

use super::WireRequest;
use super::incoming::BucketRequest;
use crate::configuration::{ConfigurationKind, Count};
use crate::error_code::ErrorCode;
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::xml::Element;

/// Longest id of a document.
const ID_BYTES_MAX: usize = 64;

/// Asks for a document, or for all of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetConfiguration {
    /// Whose.
    pub bucket: BucketName,
    /// Of which kind.
    pub kind: &'static ConfigurationKind,
    /// Which, where there are several; none for all.
    pub id: Option<String>,
}

/// Keeps the document of its body, instead of the one that was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutConfiguration {
    /// Whose.
    pub bucket: BucketName,
    /// Of which kind.
    pub kind: &'static ConfigurationKind,
    /// Which, where there are several.
    pub id: Option<String>,
}

/// Forgets a document; one that is not there is forgotten already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteConfiguration {
    /// Whose.
    pub bucket: BucketName,
    /// Of which kind.
    pub kind: &'static ConfigurationKind,
    /// Which, where there are several.
    pub id: Option<String>,
}

impl GetConfiguration {
    pub(super) fn parse(
        request: &BucketRequest<'_>,
        kind: &'static ConfigurationKind,
    ) -> Result<Self, ParseError> {
        Ok(Self { bucket: request.bucket.clone(), kind, id: id(request, kind)? })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        wire(Method::GET, &self.bucket, self.kind, self.id.as_deref())
    }
}

impl PutConfiguration {
    pub(super) fn parse(
        request: &BucketRequest<'_>,
        kind: &'static ConfigurationKind,
    ) -> Result<Self, ParseError> {
        Ok(Self { bucket: request.bucket.clone(), kind, id: required_id(request, kind)? })
    }

    /// The request as it is sent.
    pub fn to_wire(&self, document: &Element) -> WireRequest {
        wire(Method::PUT, &self.bucket, self.kind, self.id.as_deref()).with_xml(document.to_xml())
    }
}

impl DeleteConfiguration {
    pub(super) fn parse(
        request: &BucketRequest<'_>,
        kind: &'static ConfigurationKind,
    ) -> Result<Self, ParseError> {
        if kind.is_cleared_by_empty_body {
            return Err(ErrorCode::MethodNotAllowed.into());
        }
        Ok(Self { bucket: request.bucket.clone(), kind, id: required_id(request, kind)? })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        wire(Method::DELETE, &self.bucket, self.kind, self.id.as_deref())
    }
}

fn required_id(request: &BucketRequest<'_>, kind: &ConfigurationKind) -> Result<Option<String>, ParseError> {
    match (kind.count, id(request, kind)?) {
        (Count::ById { .. }, None) => Err(ParseError::argument("id is missing")),
        (_, id) => Ok(id),
    }
}

fn id(request: &BucketRequest<'_>, kind: &ConfigurationKind) -> Result<Option<String>, ParseError> {
    let Some(id) = request.query.value("id").filter(|_| kind.count != Count::One) else { return Ok(None) };
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if id.len() > ID_BYTES_MAX || !id.bytes().all(is_allowed) {
        return Err(ParseError::argument(format!(
            "id {id:?} must be 1 to {ID_BYTES_MAX} of A-Z a-z 0-9 - _ ."
        )));
    }
    Ok(Some(id.to_owned()))
}

fn wire(method: Method, bucket: &BucketName, kind: &ConfigurationKind, id: Option<&str>) -> WireRequest {
    let mut wire = WireRequest::bucket(method, bucket);
    wire.query.push_flag(kind.word);
    wire.query.push_optional("id", id);
    wire
}
