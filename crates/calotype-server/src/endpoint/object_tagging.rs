//! `GET`, `PUT` and `DELETE` of `/<key>?tagging`: the tags of an object.

use calotype_protocol::endpoint::ObjectTagging;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::tagging::{OBJECT_TAGS_MAX, TagSet};
use calotype_protocol::xml::XML_BODY_BYTES_MAX;
use calotype_store::StoredObject;
use http::StatusCode;

use super::{Context, objects, request_body};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply, headers};
use crate::wire::RequestBody;

pub async fn get(cx: &Context<'_>, asked: ObjectTagging) -> Result<Reply, ApiError> {
    if cx.caller.account().is_none() {
        return Err(ErrorCode::AccessDenied.into());
    }
    let object = objects::head(cx, &asked.key, asked.version_id.as_ref()).await?;
    Ok(told(cx, &object, reply::xml(&kept::tags(&object.attributes))))
}

pub async fn put(cx: &Context<'_>, asked: ObjectTagging, body: RequestBody) -> Result<Reply, ApiError> {
    let headers = &cx.parts.headers;
    let tags = request_body::document::<TagSet>(body, headers, XML_BODY_BYTES_MAX).await?;
    let tags = tags.ok_or(ErrorCode::MissingRequestBodyError)?.checked(OBJECT_TAGS_MAX)?;
    set(cx, asked, tags, StatusCode::OK).await
}

pub async fn delete(cx: &Context<'_>, asked: ObjectTagging) -> Result<Reply, ApiError> {
    set(cx, asked, TagSet::default(), StatusCode::NO_CONTENT).await
}

async fn set(
    cx: &Context<'_>,
    asked: ObjectTagging,
    tags: TagSet,
    status: StatusCode,
) -> Result<Reply, ApiError> {
    let store = &cx.app.store;
    let object = store.head_object(&asked.bucket, &asked.key, asked.version_id.as_ref()).await?;
    // The version that was found, so that the reply names the one that was changed.
    let version = objects::version_id(&cx.bucket, &object);
    store.set_object_tags(&asked.bucket, &asked.key, version.as_ref(), kept::tag_pairs(&tags)).await?;
    Ok(told(cx, &object, reply::empty(status)))
}

fn told(cx: &Context<'_>, object: &StoredObject, mut reply: Reply) -> Reply {
    if let Some(version) = objects::version_id(&cx.bucket, object) {
        reply::set(reply.headers_mut(), headers::VERSION_ID, version.as_str());
    }
    reply
}
