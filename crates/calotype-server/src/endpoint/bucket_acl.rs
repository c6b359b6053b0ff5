//! `GET /?acl` and `PUT /?acl`: the rights of a bucket.

use calotype_protocol::acl::{AccessControlPolicy, Acl, AclSubject, CannedAcl, Principal};
use calotype_protocol::endpoint::PutBucketAcl;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::XML_BODY_BYTES_MAX;
use calotype_store::{BucketChange, BucketRecord};
use http::StatusCode;

use super::{Context, request_body};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply, headers};
use crate::wire::RequestBody;

pub fn get(cx: &Context<'_>) -> Result<Reply, ApiError> {
    told(&cx.bucket, &kept::bucket_acl(&cx.bucket.acl))
}

pub async fn put(cx: &Context<'_>, put: PutBucketAcl, body: RequestBody) -> Result<Reply, ApiError> {
    let acl = wanted(cx, put.acl, AclSubject::Bucket, body).await?;
    cx.app.store.change_bucket(&put.bucket, BucketChange::Acl(kept::acl(&acl))).await?;
    Ok(reply::empty(StatusCode::OK))
}

/// The list a request sets: that of its headers, or else that of its body.
pub(super) async fn wanted(
    cx: &Context<'_>,
    given: Acl,
    subject: AclSubject,
    body: RequestBody,
) -> Result<Acl, ApiError> {
    if !given.is_unset() {
        return Ok(given);
    }
    let headers = &cx.parts.headers;
    let policy = request_body::document::<AccessControlPolicy>(body, headers, XML_BODY_BYTES_MAX).await?;
    let acl = policy.ok_or(ErrorCode::MissingRequestBodyError)?.into_acl();
    // A list of nobody leaves the owner, and that has a name.
    let acl = if acl.is_unset() { CannedAcl::Private.into() } else { acl };
    Ok(acl.checked(subject)?)
}

/// The reply that shows a list. Its header names it, if it has a name.
pub(super) fn told(bucket: &BucketRecord, acl: &Acl) -> Result<Reply, ApiError> {
    let owner: Principal = bucket.owner.parse()?;
    let grants = acl.listed(&owner);
    let mut reply = reply::xml(&AccessControlPolicy { owner: Some(owner), grants });
    if let Some(canned) = acl.canned {
        reply::set(reply.headers_mut(), headers::ACL, canned.to_string());
    }
    Ok(reply)
}
