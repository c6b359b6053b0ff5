//! `GET /?ci-process=qrcode-generate`: a picture of a QR or bar code.

use calotype_protocol::endpoint::{GenerateCode, GeneratedCode};

use super::Context;
use crate::error::ApiError;
use crate::processing;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>, generate: GenerateCode) -> Result<Reply, ApiError> {
    let image = processing::generate_code(cx.app, generate).await?;
    Ok(reply::xml(&GeneratedCode { image }))
}
