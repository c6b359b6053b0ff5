//! Headers that tell a browser what a page of another site may do with an answer.
//!
//! Spec: spec/cos/objects.md, OPTIONS.

use calotype_protocol::configuration::CorsRule;
use calotype_protocol::names::BucketName;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use crate::app::App;
use crate::reply::{self, Reply};

/// Adds to any answer, also to an error, what the rules of the bucket say about the page that asked.
pub async fn mark(app: &App, bucket: &BucketName, parts: &Parts, reply: &mut Reply) {
    let origin = parts.headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if origin.is_none() && !reply.status().is_success() {
        return;
    }
    // Without the bucket, or without its documents, there are no rules.
    let Ok(settings) = app.settings(bucket).await else { return };
    let Some(cors) = &settings.cors else { return };
    let headers = reply.headers_mut();
    if let Some(origin) = origin
        && let Some(rule) = cors.rule_for(origin, parts.method.as_str(), &[])
    {
        write_rule(headers, rule, origin);
    }
    if cors.always_varies {
        headers.insert(VARY, HeaderValue::from_static("Origin"));
    }
}

/// What a rule says about the pages of `origin`.
pub fn write_rule(headers: &mut HeaderMap, rule: &CorsRule, origin: &str) {
    if rule.is_for_everybody() {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    } else {
        reply::set(headers, ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(VARY, HeaderValue::from_static("Origin"));
    }
    reply::set(headers, ACCESS_CONTROL_ALLOW_METHODS, rule.methods.join(","));
    if !rule.exposed.is_empty() {
        reply::set(headers, ACCESS_CONTROL_EXPOSE_HEADERS, rule.exposed.join(","));
    }
}
