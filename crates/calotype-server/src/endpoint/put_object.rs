//! `PUT /<key>`: stores a body.

use calotype_protocol::endpoint::PutObject;
use calotype_protocol::error_code::ErrorCode;
use calotype_store::{self as store, ByteStream};

use super::{Context, request_body};
use crate::auth::Caller;
use crate::error::ApiError;
use crate::kept;
use crate::processing;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

pub async fn handle(cx: &Context<'_>, put: PutObject, body: RequestBody) -> Result<Reply, ApiError> {
    let body = request_body::stream(body, put.traffic_limit);
    store(cx, cx.caller, put, body).await
}

/// Stores a body for a caller who may, and carries out the rules that came with it.
pub(super) async fn store(
    cx: &Context<'_>,
    caller: &Caller<'_>,
    put: PutObject,
    body: ByteStream,
) -> Result<Reply, ApiError> {
    check_size(cx, put.content_length)?;
    let mut attributes = kept::attributes(&put.attributes, &put.key);
    cx.settings().complete(&mut attributes);
    let new = store::PutObject {
        attributes,
        bucket: put.bucket,
        key: put.key,
        expected_md5: put.content_md5,
        size_bytes: put.content_length,
        only_if: kept::precondition(&put.only_if),
    };
    if let Some(operations) = &put.pic_operations {
        return processing::put_with_rules(cx.app, caller, cx.target, operations, new, body).await;
    }
    let stored = cx.app.store.put_object(new, body).await?;
    Ok(reply::stored(&stored))
}

/// Refuses a body that is announced to be too large, before any of it is read.
pub(super) fn check_size(cx: &Context<'_>, announced_bytes: Option<u64>) -> Result<(), ApiError> {
    let size_bytes_max = cx.app.store.config().object_bytes_max;
    if announced_bytes.is_some_and(|bytes| bytes > size_bytes_max) {
        return Err(ErrorCode::EntityTooLarge.into());
    }
    Ok(())
}
