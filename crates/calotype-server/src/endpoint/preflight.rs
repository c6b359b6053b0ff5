//! `OPTIONS /<anything>`: a browser asks what it may send.
//!
//! Spec: spec/cos/objects.md, OPTIONS.

use calotype_protocol::endpoint::Preflight;
use calotype_protocol::error_code::ErrorCode;
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_MAX_AGE};

use crate::app::App;
use crate::cors;
use crate::error::ApiError;
use crate::reply::{self, Reply};

/// 200 with what the first fitting rule of the bucket allows; without one, 403.
pub async fn handle(app: &App, preflight: Preflight) -> Result<Reply, ApiError> {
    let bucket = preflight.bucket.as_ref().ok_or(ErrorCode::AccessForbidden)?;
    let settings = app.settings(bucket).await?;
    let fits = settings
        .cors
        .as_ref()
        .and_then(|cors| cors.rule_for(&preflight.origin, &preflight.method, &preflight.headers));
    let rule = fits.ok_or(ErrorCode::AccessForbidden)?;
    let mut reply = reply::empty(StatusCode::OK);
    let headers = reply.headers_mut();
    cors::write_rule(headers, rule, &preflight.origin);
    if !preflight.headers.is_empty() {
        reply::set(headers, ACCESS_CONTROL_ALLOW_HEADERS, preflight.headers.join(","));
    }
    if let Some(seconds) = rule.max_age_seconds {
        headers.insert(ACCESS_CONTROL_MAX_AGE, seconds.into());
    }
    Ok(reply)
}
