//! `OPTIONS /<anything>`: a browser asks what it may send.
//!
//! Spec: spec/cos/objects.md, OPTIONS.

use http::HeaderMap;

use crate::address::Target;
use crate::header;
use crate::names::BucketName;
use crate::parse_error::ParseError;

/// Asks whether a request from another site would be answered. Never signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// The bucket whose rules decide; none on the service.
    pub bucket: Option<BucketName>,
    /// The site.
    pub origin: String,
    /// Method of the request to come.
    pub method: String,
    /// Its headers, in lower case.
    pub headers: Vec<String>,
}

impl Preflight {
    pub(super) fn parse(target: &Target, headers: &HeaderMap) -> Result<Self, ParseError> {
        let required = |name: &str| {
            let missing = || ParseError::argument(format!("header {name} is missing"));
            header::text(headers, name)?.map(str::to_owned).ok_or_else(missing)
        };
        let asked = header::text(headers, "access-control-request-headers")?.unwrap_or_default();
        let names = asked.split(',').map(|name| name.trim().to_ascii_lowercase());
        Ok(Self {
            bucket: target.bucket().cloned(),
            origin: required("origin")?,
            method: required("access-control-request-method")?,
            headers: names.filter(|name| !name.is_empty()).collect(),
        })
    }
}
