//! `GET /<key>?acl` and `PUT /<key>?acl`: the rights of an object.

use calotype_protocol::acl::{AclSubject, CannedAcl, Permission};
use calotype_protocol::endpoint::{GetObjectAcl, PutObjectAcl};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::{ObjectKey, VersionId};
use calotype_store::StoredObject;
use http::StatusCode;

use super::{Context, bucket_acl};
use crate::access;
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply, headers};
use crate::wire::RequestBody;

pub async fn get(cx: &Context<'_>, get: GetObjectAcl) -> Result<Reply, ApiError> {
    let object = object(cx, &get.key, get.version_id.as_ref(), Permission::ReadAcp).await?;
    let acl = kept::object_acl(&object.attributes.acl);
    if !acl.is_inherited() {
        return bucket_acl::told(&cx.bucket, &acl);
    }
    let mut reply = bucket_acl::told(&cx.bucket, &kept::bucket_acl(&cx.bucket.acl))?;
    reply::set(reply.headers_mut(), headers::ACL, CannedAcl::Default.to_string());
    Ok(reply)
}

pub async fn put(cx: &Context<'_>, put: PutObjectAcl, body: RequestBody) -> Result<Reply, ApiError> {
    let version = put.version_id.as_ref();
    object(cx, &put.key, version, Permission::WriteAcp).await?;
    let acl = bucket_acl::wanted(cx, put.acl, AclSubject::Object, body).await?;
    cx.app.store.set_object_acl(&put.bucket, &put.key, version, kept::acl(&acl)).await?;
    Ok(reply::empty(StatusCode::OK))
}

/// The object, for callers who say who they are and may see or change its list.
async fn object(
    cx: &Context<'_>,
    key: &ObjectKey,
    version: Option<&VersionId>,
    right: Permission,
) -> Result<std::sync::Arc<StoredObject>, ApiError> {
    if cx.caller.account().is_none() {
        return Err(ErrorCode::AccessDenied.into());
    }
    let object = cx.app.store.head_object(&cx.bucket.name, key, version).await?;
    access::check_object(cx.caller, &cx.bucket, &object, right)?;
    Ok(object)
}
