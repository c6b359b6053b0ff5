//! `GET /<key>?retention`: until when an object can be neither replaced nor removed.

use std::time::Duration;

use calotype_protocol::endpoint::{GetObjectRetention, Retention};
use calotype_protocol::error_code::ErrorCode;

use super::{Context, objects};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub async fn get(cx: &Context<'_>, get: GetObjectRetention) -> Result<Reply, ApiError> {
    if cx.caller.account().is_none() {
        return Err(ErrorCode::AccessDenied.into());
    }
    let object = objects::head(cx, &get.key, get.version_id.as_ref()).await?;
    let days = cx.bucket.retention_days.filter(|days| *days > 0);
    let days = days.ok_or(ErrorCode::NoSuchObjectLockConfiguration)?;
    Ok(reply::xml(&Retention { retain_until: kept::timestamp(object.last_modified + DAY * days) }))
}
