//! `GET /<key>`: an object or a stretch of it.

use calotype_protocol::endpoint::{GetObject, Processing, refusal_of_process};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::range::ResolvedRange;
use calotype_store::{Content, StoredObject};
use http::{HeaderMap, Response, StatusCode};

use super::{Context, get_picture, objects, restore_object};
use crate::error::{self, ApiError};
use crate::picture_settings;
use crate::reply::{self, Reply};
use crate::throttle::throttled;
use crate::wire::ReplyBody;

/// Room for what most replies carry, so that the table need not grow.
const HEADERS_USUAL: usize = 16;

pub async fn handle(cx: &Context<'_>, get: GetObject) -> Result<Reply, ApiError> {
    check_overrides(cx, &get)?;
    if let Some(picture) = get_picture::handle(cx, &get).await? {
        return Ok(picture);
    }
    let reader = objects::open(cx, &get.key, get.version_id.as_ref()).await?;
    let object = reader.object();
    check_processing(&get)?;
    check_protection(cx, &get)?;
    objects::check_customer_key(object, get.customer_key.as_ref())?;
    if let Some(unchanged) = objects::check_conditions(object, &get.conditions)? {
        return Ok(unchanged);
    }
    let range = resolve_range(object, &get)?;
    let size_bytes = range.map_or(object.size_bytes, |range| range.size_bytes());
    let content = reader.read(range.map(|range| range.first..range.last + 1)).await?;
    let body = match (content, get.traffic_limit) {
        (Content::Bytes(bytes), None) => ReplyBody::from(bytes),
        (content, limit) => {
            let chunks = content.into_stream();
            let chunks = match limit {
                Some(bits_per_second) => throttled(chunks, bits_per_second),
                None => chunks,
            };
            ReplyBody::stream(chunks, size_bytes)
        }
    };
    let mut reply = head(cx, object, range, &get);
    *reply.body_mut() = body;
    Ok(reply)
}

/// Status and headers of the reply to a download or HEAD.
pub(super) fn head(
    cx: &Context<'_>,
    object: &StoredObject,
    range: Option<ResolvedRange>,
    get: &GetObject,
) -> Reply {
    let mut reply = Response::new(ReplyBody::Empty);
    *reply.headers_mut() = HeaderMap::with_capacity(HEADERS_USUAL);
    let mut description = objects::describe(cx, object);
    if let Some(range) = range {
        *reply.status_mut() = StatusCode::PARTIAL_CONTENT;
        description.content_length = Some(range.size_bytes());
        description.content_range = Some(range.content_range());
    }
    let headers = reply.headers_mut();
    description.write(headers);
    restore_object::tell_status(headers, &object.attributes, cx.app.clock.now());
    reply::encryption(headers, object);
    for (name, value) in &get.overrides {
        headers.insert(name, value.clone());
    }
    reply
}

/// Strangers may read what is public, and may not dress it up as something else.
pub(super) fn check_overrides(cx: &Context<'_>, get: &GetObject) -> Result<(), ApiError> {
    if get.overrides.is_empty() || cx.caller.account().is_some() {
        return Ok(());
    }
    let message = "Parameters that change response headers need a signed request.";
    Err(ApiError::new(ErrorCode::InvalidRequest, message))
}

/// Refuses what nobody makes here.
pub(super) fn check_processing(get: &GetObject) -> Result<(), ApiError> {
    let message = match &get.processing {
        Some(Processing::Unsupported { name, ignores_error: false }) => refusal_of_process(name),
        Some(Processing::Unsupported { ignores_error: true, .. })
        | Some(Processing::Rule(_) | Processing::AigcMetadata | Processing::Original)
        | None => return Ok(()),
    };
    Err(ApiError::new(ErrorCode::NotImplemented, message))
}

/// Protected originals are shown to those alone who ask for the original and say who they are.
fn check_protection(cx: &Context<'_>, get: &GetObject) -> Result<(), ApiError> {
    let asks_openly = get.processing == Some(Processing::Original) && cx.caller.account().is_some();
    if !asks_openly && cx.settings().pictures.protects(&get.key) {
        return Err(picture_settings::protected());
    }
    Ok(())
}

pub(super) fn resolve_range(
    object: &StoredObject,
    get: &GetObject,
) -> Result<Option<ResolvedRange>, ApiError> {
    let resolve = |range: calotype_protocol::range::ByteRange| range.resolve(object.size_bytes);
    get.range.map(resolve).transpose().map_err(|_| error::unsatisfiable_range(object.size_bytes))
}
