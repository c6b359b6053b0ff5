//! `OPTIONS /<anything>`: a browser asks what it may send. Without rules of the bucket: nothing.

use calotype_protocol::endpoint::Preflight;
use calotype_protocol::error_code::ErrorCode;

use crate::app::App;
use crate::error::ApiError;
use crate::reply::Reply;

pub async fn handle(app: &App, preflight: Preflight) -> Result<Reply, ApiError> {
    if let Some(bucket) = &preflight.bucket {
        app.store.bucket(bucket).await?;
    }
    Err(ErrorCode::AccessForbidden.into())
}
