//! `DELETE /<key>?uploadId`: forgets an upload and its parts.

use calotype_protocol::endpoint::AbortMultipartUpload;
use http::StatusCode;

use super::Context;
use crate::error::ApiError;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>, abort: AbortMultipartUpload) -> Result<Reply, ApiError> {
    cx.app.store.abort_upload(&abort.bucket, &abort.key, &abort.upload_id).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
