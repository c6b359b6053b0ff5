//! `GET /?versioning` and `PUT /?versioning`: whether a bucket keeps versions.

use calotype_protocol::endpoint::{VersioningConfiguration, VersioningStatus};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::XML_BODY_BYTES_MAX;
use calotype_store::{BucketChange, Versioning};
use http::StatusCode;

use super::{Context, request_body};
use crate::error::ApiError;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

pub fn get(cx: &Context<'_>) -> Reply {
    let status = match cx.bucket.versioning {
        Versioning::Unversioned => None,
        Versioning::Enabled => Some(VersioningStatus::Enabled),
        Versioning::Suspended => Some(VersioningStatus::Suspended),
    };
    reply::xml(&VersioningConfiguration { status })
}

pub async fn put(cx: &Context<'_>, body: RequestBody) -> Result<Reply, ApiError> {
    let headers = &cx.parts.headers;
    let wanted = request_body::document::<VersioningConfiguration>(body, headers, XML_BODY_BYTES_MAX).await?;
    let wanted = wanted.ok_or(ErrorCode::MissingRequestBodyError)?;
    let versioning = match wanted.status.ok_or(ErrorCode::MalformedXML)? {
        VersioningStatus::Enabled => Versioning::Enabled,
        VersioningStatus::Suspended => Versioning::Suspended,
    };
    cx.app.store.change_bucket(&cx.bucket.name, BucketChange::Versioning(versioning)).await?;
    Ok(reply::empty(StatusCode::OK))
}
