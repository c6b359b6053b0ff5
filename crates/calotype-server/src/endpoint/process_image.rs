//! `POST /<key>?image_process`: makes objects from a stored picture.

use calotype_protocol::endpoint::ProcessImage;

use super::{Context, objects};
use crate::error::ApiError;
use crate::processing;
use crate::reply::Reply;

pub async fn handle(cx: &Context<'_>, process: ProcessImage) -> Result<Reply, ApiError> {
    let source = objects::open(cx, &process.key, None).await?;
    objects::check_customer_key(source.object(), None)?;
    processing::process_image(cx.app, cx.caller, cx.target, &process.pic_operations, &source).await
}
