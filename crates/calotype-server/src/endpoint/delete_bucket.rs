//! `DELETE /`: removes an empty bucket.

use http::StatusCode;

use super::Context;
use crate::error::ApiError;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>) -> Result<Reply, ApiError> {
    cx.app.store.delete_bucket(&cx.bucket.name).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
