//! `PUT`, `GET` and `DELETE /?policy`: who may do what with a bucket, as statements.
//!
//! Spec: spec/cos/misc.md, policy.

use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::policy::{self, POLICY_BYTES_MAX, Policy};
use calotype_store::TextKind;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use super::{Context, request_body};
use crate::bucket_settings::POLICY;
use crate::error::ApiError;
use crate::reply::{self, Reply};
use crate::wire::{ReplyBody, RequestBody};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Keeps a policy, instead of the one that was there.
pub async fn put(cx: &Context<'_>, body: RequestBody) -> Result<Reply, ApiError> {
    let body = request_body::whole(body, &cx.parts.headers, POLICY_BYTES_MAX).await.map_err(too_long)?;
    let text = str::from_utf8(&body).map_err(|_| ErrorCode::MalformedPolicy)?;
    Policy::of_bucket(text, &cx.bucket.name)?;
    let (store, kept) = (&cx.app.store, policy::kept_text(text)?);
    store.put_text(&cx.bucket.name, TextKind::Document, POLICY, kept).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// The policy, as JSON.
pub async fn get(cx: &Context<'_>) -> Result<Reply, ApiError> {
    let text = cx.app.store.text(&cx.bucket.name, TextKind::Document, POLICY).await?;
    let text = text.ok_or(ErrorCode::NoSuchBucketPolicy)?;
    let mut reply = Reply::new(ReplyBody::from(text));
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    Ok(reply)
}

/// Forgets the policy; one that is not there is forgotten already.
pub async fn delete(cx: &Context<'_>) -> Result<Reply, ApiError> {
    cx.app.store.delete_text(&cx.bucket.name, TextKind::Document, POLICY).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

fn too_long(error: ApiError) -> ApiError {
    match error.code {
        ErrorCode::XMLSizeLimit => {
            let message = format!("The policy is longer than {POLICY_BYTES_MAX} bytes.");
            ApiError::new(ErrorCode::MalformedPolicy, message)
        }
        _ => error,
    }
}
