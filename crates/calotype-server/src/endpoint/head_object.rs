//! `HEAD /<key>`: what a download would say.

use calotype_protocol::endpoint::HeadObject;

use super::{Context, get_object, get_picture, objects};
use crate::error::ApiError;
use crate::reply::Reply;

pub async fn handle(cx: &Context<'_>, head: HeadObject) -> Result<Reply, ApiError> {
    let get = head.0;
    get_object::check_overrides(cx, &get)?;
    if let Some(picture) = get_picture::handle(cx, &get).await? {
        return Ok(picture);
    }
    let object = objects::head(cx, &get.key, get.version_id.as_ref()).await?;
    get_object::check_processing(&get)?;
    objects::check_customer_key(&object, get.customer_key.as_ref())?;
    if let Some(unchanged) = objects::check_conditions(&object, &get.conditions)? {
        return Ok(unchanged);
    }
    let range = get_object::resolve_range(&object, &get)?;
    Ok(get_object::head(cx, &object, range, &get))
}
