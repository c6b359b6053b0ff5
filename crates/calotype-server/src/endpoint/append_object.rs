//! `POST /<key>?append&position`: adds bytes at the end of an object.

use calotype_protocol::endpoint::{AppendObject, AppendedReply};
use calotype_protocol::error_code::ErrorCode;
use calotype_store::{self as store, Versioning};
use http::StatusCode;

use super::{Context, put_object, request_body};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

pub async fn handle(cx: &Context<'_>, append: AppendObject, body: RequestBody) -> Result<Reply, ApiError> {
    if cx.bucket.versioning != Versioning::Unversioned {
        let message = "A bucket that keeps or kept versions takes no appends.";
        return Err(ApiError::new(ErrorCode::InvalidBucketState, message));
    }
    put_object::check_size(cx, append.content_length)?;
    let body = request_body::stream(body, append.traffic_limit);
    let new = store::AppendObject {
        attributes: kept::attributes(&append.attributes, &append.key),
        bucket: append.bucket,
        key: append.key,
        position: append.position,
        expected_md5: append.content_md5,
        size_bytes: append.content_length,
    };
    let store::Appended { object, md5 } = cx.app.store.append_object(new, body).await?;
    let mut reply = reply::empty(StatusCode::OK);
    let headers = reply.headers_mut();
    AppendedReply {
        etag: Some(object.etag.clone()),
        crc64: Some(object.crc64),
        next_position: Some(object.size_bytes),
        content_md5_hex: Some(calotype_protocol::names::ETag::from_md5(md5).to_string()),
    }
    .write(headers);
    reply::encryption(headers, &object);
    Ok(reply)
}
