//! `POST /` with a browser form: stores the file in it.
//!
//! Spec: spec/cos/objects.md, POST Object.

use calotype_protocol::endpoint::{Endpoint, PostResponse};
use calotype_protocol::names::{ETag, ObjectKey};
use calotype_protocol::post_form::{PostForm, SuccessAction, redirect_address};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, LOCATION};

use super::{Context, put_object};
use crate::error::ApiError;
use crate::reply::{self, Reply};
use crate::throttle::throttled;
use crate::wire::{ReplyBody, RequestBody};
use crate::{access, auth, form};

pub async fn handle(cx: &Context<'_>, body: RequestBody) -> Result<Reply, ApiError> {
    let (form, file) = form::read(&cx.parts.headers, body).await?;
    let caller = auth::verify_form(cx.app, cx.target, cx.caller, &form)?;
    let put = form.to_put(&cx.bucket.name, &file.name)?;
    // Whoever may put an object may post one.
    access::allow(&caller, &cx.bucket, &Endpoint::PutObject(put.clone()))?;
    let size_bytes = form.check_policy(&put, cx.app.clock.now())?;
    let key = put.key.clone();
    let content = match put.traffic_limit {
        Some(bits_per_second) => throttled(file.into_stream(size_bytes), bits_per_second),
        None => file.into_stream(size_bytes),
    };
    let has_rules = put.pic_operations.is_some();
    let stored = put_object::store(cx, &caller, put, content).await?;
    answer(cx, &form, &key, stored, has_rules)
}

/// What the form asks to be told. An upload with rules tells what came of them, unless the browser is sent elsewhere.
fn answer(
    cx: &Context<'_>,
    form: &PostForm,
    key: &ObjectKey,
    mut stored: Reply,
    has_rules: bool,
) -> Result<Reply, ApiError> {
    let bucket = &cx.bucket.name;
    let etag = stored.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).unwrap_or_default();
    let etag: ETag = etag.parse()?;
    let location = cx.target.location_url("http", bucket, key);
    let (status, location) = match form.success_action() {
        SuccessAction::Redirect(address) => {
            (StatusCode::SEE_OTHER, redirect_address(&address, bucket, key, &etag))
        }
        SuccessAction::Status(_) if has_rules => {
            reply::set(stored.headers_mut(), LOCATION, location);
            return Ok(stored);
        }
        SuccessAction::Status(201) => {
            let document =
                PostResponse { location: location.clone(), bucket: bucket.clone(), key: key.clone(), etag };
            *stored.body_mut() = reply::xml(&document).into_body();
            stored.headers_mut().insert(CONTENT_TYPE, reply::XML);
            (StatusCode::CREATED, location)
        }
        SuccessAction::Status(status) => {
            (StatusCode::from_u16(status).unwrap_or(StatusCode::NO_CONTENT), location)
        }
    };
    if status != StatusCode::CREATED {
        *stored.body_mut() = ReplyBody::Empty;
        stored.headers_mut().remove(CONTENT_TYPE);
        stored.headers_mut().remove(CONTENT_LENGTH);
    }
    *stored.status_mut() = status;
    reply::set(stored.headers_mut(), LOCATION, location);
    Ok(stored)
}
