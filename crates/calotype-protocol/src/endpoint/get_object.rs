//! `GET /<key>`: an object, a part of it, or a picture made from it on the way.
//!
//! Spec: spec/cos/objects.md, GET Object; spec/ci/README.md, 1 and 2.

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, EXPIRES,
};
use http::{HeaderName, HeaderValue, Method};

use super::incoming::ObjectRequest;
use super::{Processing, WireRequest, recognize_codes};
use crate::conditions::{ConditionHeaders, Conditions};
use crate::encryption::CustomerKey;
use crate::header;
use crate::names::{BucketName, ObjectKey, VersionId};
use crate::parse_error::ParseError;
use crate::query::Query;
use crate::range::ByteRange;

/// Downloads an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetObject {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
    /// Which bytes; none for all.
    pub range: Option<ByteRange>,
    /// Demands on the object.
    pub conditions: Conditions,
    /// Headers of the answer that the `response-…` parameters replace.
    pub overrides: Vec<(HeaderName, HeaderValue)>,
    /// How fast the body may go, in bits per second.
    pub traffic_limit: Option<u64>,
    /// Opens an object that was stored with a key of the client.
    pub customer_key: Option<CustomerKey>,
    /// What to make of the object.
    pub processing: Option<Processing>,
    /// Names without a value that nobody knows; one may be the name of a style.
    pub unknown_flags: Vec<String>,
}

/// `response-…` parameters and the headers they replace.
const OVERRIDES: [(&str, HeaderName); 6] = [
    ("response-content-type", CONTENT_TYPE),
    ("response-content-language", CONTENT_LANGUAGE),
    ("response-expires", EXPIRES),
    ("response-cache-control", CACHE_CONTROL),
    ("response-content-disposition", CONTENT_DISPOSITION),
    ("response-content-encoding", CONTENT_ENCODING),
];

impl GetObject {
    /// Downloads a whole object as it is.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
            range: None,
            conditions: Conditions::default(),
            overrides: Vec::new(),
            traffic_limit: None,
            customer_key: None,
            processing: None,
            unknown_flags: Vec::new(),
        }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        let query = request.query;
        let instructions: Vec<String> = query.instructions().collect();
        let is_unknown = |name: &&str| !super::subresource::is_modifier(name) && instructions.is_empty();
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            version_id: request.version_id(),
            range: header::text(request.headers, "range").ok().flatten().and_then(ByteRange::parse),
            conditions: Conditions::from_headers(request.headers, &ConditionHeaders::OBJECT),
            overrides: parse_overrides(query)?,
            traffic_limit: request.traffic_limit()?,
            customer_key: CustomerKey::from_headers(request.headers)?,
            processing: Processing::find(query)?,
            unknown_flags: query.flags().filter(is_unknown).map(str::to_owned).collect(),
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::GET, &self.bucket, &self.key);
        match &self.processing {
            Some(Processing::Rule(rule)) if recognize_codes::write(rule, &mut wire.query) => {}
            Some(Processing::Rule(instruction)) => wire.query.push_flag(instruction),
            Some(Processing::AigcMetadata) => wire.query.push("ci-process", Some("ImageAIGCMetadata".into())),
            Some(Processing::Original) => wire.query.push("ci-process", Some("originImage".into())),
            Some(Processing::Unsupported { name, ignores_error }) => {
                wire.query.push("ci-process", Some(name.clone()));
                if *ignores_error {
                    wire.query.push("ignore-error", Some("1".into()));
                }
            }
            None => {}
        }
        self.unknown_flags.iter().for_each(|flag| wire.query.push_flag(flag));
        wire.query.push_optional("versionId", self.version_id.as_ref());
        for (parameter, name) in OVERRIDES {
            let value = self.overrides.iter().find(|(other, _)| *other == name).map(|(_, value)| value);
            wire.query.push_optional(parameter, value.map(|value| String::from_utf8_lossy(value.as_bytes())));
        }
        header::set_optional(&mut wire.headers, "range", self.range);
        self.conditions.write(&mut wire.headers, &ConditionHeaders::OBJECT);
        header::set_optional(&mut wire.headers, "x-cos-traffic-limit", self.traffic_limit);
        if let Some(key) = &self.customer_key {
            key.write(&mut wire.headers, &crate::encryption::KEY);
        }
        wire
    }
}

fn parse_overrides(query: &Query) -> Result<Vec<(HeaderName, HeaderValue)>, ParseError> {
    let given = OVERRIDES
        .into_iter()
        .filter_map(|(parameter, name)| Some((parameter, name, query.value(parameter)?)));
    given
        .map(|(parameter, name, text)| {
            let value = HeaderValue::from_bytes(text.as_bytes());
            let value = value
                .map_err(|_| ParseError::argument(format!("{parameter} {text:?} is not a header value")))?;
            Ok((name, value))
        })
        .collect()
}
