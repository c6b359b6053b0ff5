//! `ci-process=ImageAIGCMetadata`: the label that a stored picture bears.
//!
//! Spec: spec/ci/format.md, 7.

use calotype_image::{ImageFormat, metadata};
use calotype_protocol::error_code::ErrorCode;
use calotype_store::ObjectReader;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};

use super::failure::Failure;
use super::on_the_fly::numbered;
use crate::app::App;
use crate::error::ApiError;
use crate::reply::Reply;
use crate::wire::ReplyBody;

/// Answers with the label as text inside of JSON, empty where there is none.
///
/// Errors: `InvalidImageFormat` for what is no picture, `ImageTooLarge`.
pub(crate) async fn aigc_metadata(app: &App, source: &ObjectReader) -> Result<Reply, ApiError> {
    let _held = app.pictures.hold(Some(source.object().size_bytes), 0).await.map_err(ApiError::from)?;
    let bytes = source.bytes(app.pictures.limits.source_size_bytes_max).await?;
    let format = ImageFormat::detect(&bytes);
    let format = format.ok_or_else(|| Failure::new(ErrorCode::InvalidImageFormat, "no known picture format"));
    let format = format.map_err(|failure| numbered(failure.into()))?;
    // A packet may be packed: unpacking it is no work for a thread that serves the network.
    let read = move || metadata::read(format, &bytes).xmp.and_then(|packet| metadata::label(&packet));
    let label = tokio::task::spawn_blocking(read).await;
    let label = label.map_err(|_panicked| ErrorCode::InternalError)?.unwrap_or_default();
    let text = serde_json::json!({ "AIGC": label }).to_string();
    let mut reply = Response::new(ReplyBody::from(text));
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(reply)
}
