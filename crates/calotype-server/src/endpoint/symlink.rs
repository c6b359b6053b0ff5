//! `PUT /<key>?symlink` and `GET /<key>?symlink`: keys that stand for other keys.

use calotype_protocol::attributes::ObjectAttributes;
use calotype_protocol::endpoint::{GetSymlink, PutSymlink, SymlinkReply};
use calotype_protocol::error_code::ErrorCode;
use calotype_store as store;
use http::StatusCode;

use super::{Context, objects};
use crate::access;
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

pub async fn put(cx: &Context<'_>, put: PutSymlink) -> Result<Reply, ApiError> {
    let mut attributes = kept::attributes(&ObjectAttributes::default(), &put.key);
    attributes.symlink_target = Some(put.target);
    let only_if = kept::precondition(&put.only_if);
    let new = store::PutObject { attributes, only_if, ..store::PutObject::new(put.bucket, put.key) };
    let stored = cx.app.store.put_object(new, store::bytes_stream(Default::default())).await?;
    Ok(reply::stored(&stored))
}

pub async fn get(cx: &Context<'_>, get: GetSymlink) -> Result<Reply, ApiError> {
    let link = cx.app.store.head_object(&get.bucket, &get.key, get.version_id.as_ref()).await;
    let link = link.map_err(|error| objects::missing(cx.caller, &cx.bucket, error))?;
    access::check_object(cx.caller, &cx.bucket, &link, calotype_protocol::acl::Permission::Read)?;
    let Some(target) = link.attributes.symlink_target.clone() else {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "The object is not a symbolic link."));
    };
    let mut reply = reply::empty(StatusCode::OK);
    SymlinkReply {
        target,
        etag: link.etag.clone(),
        last_modified: kept::timestamp(link.last_modified),
        version_id: objects::version_id(&cx.bucket, &link),
    }
    .write(reply.headers_mut());
    Ok(reply)
}
