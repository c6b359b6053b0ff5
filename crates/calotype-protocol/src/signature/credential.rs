//! Finds the proof of identity in a request.

use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::query::Query;

use super::{SignatureError, Validity};

/// Most headers, and most parameters, under one signature.
pub const SIGNED_NAMES_MAX: usize = 512;

/// How a request says who sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Not at all.
    Anonymous,
    /// With the COS signature, in a header or in the query.
    Cos(AuthFields),
    /// With a signature of the S3 family.
    Aws,
    /// With an `Authorization` nobody here understands.
    Unknown,
}

/// The seven fields of a COS signature, and the session token that may travel beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthFields {
    /// Names the key pair.
    pub secret_id: String,
    /// When the request may be used.
    pub sign_time: Validity,
    /// When the derived key may be used; usually the same.
    pub key_time: Validity,
    /// Signed headers, lower case, as listed.
    pub headers: Vec<String>,
    /// Signed parameters, encoded and lower case, as listed.
    pub parameters: Vec<String>,
    /// 40 hex digits.
    pub signature: String,
    /// `x-cos-security-token` of temporary keys, from header or query.
    pub security_token: Option<String>,
    pub(super) sign_time_text: String,
    pub(super) key_time_text: String,
}

impl Credential {
    /// Looks at the `Authorization` header, then at the query.
    pub fn find(parts: &Parts) -> Result<Self, SignatureError> {
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        let header = parts.headers.get(AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let header = header.as_deref().map(str::trim).unwrap_or_default();
        let fields = if header.contains("q-sign-algorithm") {
            AuthFields::from_text(header)?
        } else if header.starts_with("AWS4-HMAC-SHA256") || header.starts_with("AWS ") {
            return Ok(Self::Aws);
        } else if query.has("q-sign-algorithm") {
            AuthFields::read(|name| query_value(&query, name))?
        } else if let Some(sign) = query.value("sign").filter(|sign| sign.contains("q-sign-algorithm")) {
            AuthFields::from_text(sign)?
        } else if !header.is_empty() {
            return Ok(Self::Unknown);
        } else if query.has("X-Amz-Algorithm") {
            return Ok(Self::Aws);
        } else {
            return Ok(Self::Anonymous);
        };
        Ok(Self::Cos(AuthFields { security_token: security_token(parts, &query), ..fields }))
    }
}

impl AuthFields {
    fn from_text(text: &str) -> Result<Self, SignatureError> {
        // A space at the end belongs to the value: an id that was copied with one is no key's id.
        let fields: Vec<(&str, &str)> =
            text.split('&').filter_map(|piece| piece.trim_start().split_once('=')).collect();
        Self::read(|name| fields.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    fn read(field: impl Fn(&str) -> Option<String>) -> Result<Self, SignatureError> {
        let required = |name| field(name).ok_or(SignatureError::MissingField(name));
        let algorithm = required("q-sign-algorithm")?;
        if algorithm != "sha1" {
            return Err(SignatureError::UnsupportedAlgorithm(algorithm));
        }
        let (sign_time_text, key_time_text) = (required("q-sign-time")?, required("q-key-time")?);
        Ok(Self {
            secret_id: required("q-ak")?,
            sign_time: sign_time_text.parse()?,
            key_time: key_time_text.parse()?,
            headers: list("q-header-list", &required("q-header-list")?)?,
            parameters: list("q-url-param-list", &required("q-url-param-list")?)?,
            signature: required("q-signature")?,
            security_token: None,
            sign_time_text,
            key_time_text,
        })
    }
}

/// As [`Query::value`], but an empty list is a value too.
fn query_value(query: &Query, name: &str) -> Option<String> {
    let parameter = query.parameters().iter().find(|parameter| parameter.name == name)?;
    Some(parameter.value.clone().unwrap_or_default())
}

fn list(field: &'static str, text: &str) -> Result<Vec<String>, SignatureError> {
    let names = text.split(';').filter(|name| !name.is_empty());
    let names: Vec<String> = names.take(SIGNED_NAMES_MAX + 1).map(str::to_ascii_lowercase).collect();
    if names.len() > SIGNED_NAMES_MAX { Err(SignatureError::ListTooLong(field)) } else { Ok(names) }
}

fn security_token(parts: &Parts, query: &Query) -> Option<String> {
    ["x-cos-security-token", "x-ci-security-token"].into_iter().find_map(|name| {
        let header =
            parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        header.filter(|token| !token.is_empty()).or_else(|| query.value(name).map(str::to_owned))
    })
}
