//! `POST /?delete`: removes up to a thousand objects at once.

use calotype_protocol::endpoint::{
    DeleteError, DeleteList, DeleteObjects, DeleteResult, DeletedObject, ObjectIdentifier,
};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::DELETE_BODY_BYTES_MAX;
use calotype_store::{RemoveObject, RemovedObject};

use super::{Context, request_body};
use crate::access;
use crate::error::ApiError;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

pub async fn handle(cx: &Context<'_>, delete: DeleteObjects, body: RequestBody) -> Result<Reply, ApiError> {
    let list = request_body::document::<DeleteList>(body, &cx.parts.headers, DELETE_BODY_BYTES_MAX).await?;
    let list = list.ok_or(ErrorCode::MalformedXML)?;
    let may = |object: &ObjectIdentifier| {
        access::may(cx.caller, &cx.bucket, access::DELETE_OBJECTS, Some(&object.key))
    };
    let (objects, refused): (Vec<_>, Vec<_>) = list.objects.into_iter().partition(may);
    if objects.is_empty() && !refused.is_empty() {
        return Err(ErrorCode::AccessDenied.into());
    }
    let named = objects.iter().map(|object| RemoveObject::new(object.key.clone(), object.version_id.clone()));
    let outcomes = cx.app.store.delete_objects(&delete.bucket, named.collect()).await?;
    let (locked, gone): (Vec<_>, Vec<_>) =
        objects.into_iter().zip(outcomes).partition(|(_, outcome)| outcome.is_locked);
    let deleted = if list.quiet { Vec::new() } else { gone.into_iter().map(told).collect() };
    let refused = refused.into_iter().map(|object| still_there(object, ErrorCode::AccessDenied));
    let locked = locked.into_iter().map(|(object, _)| still_there(object, ErrorCode::ObjectLocked));
    Ok(reply::xml(&DeleteResult { deleted, errors: refused.chain(locked).collect() }))
}

fn still_there(object: ObjectIdentifier, code: ErrorCode) -> DeleteError {
    let message = code.default_message().to_owned();
    DeleteError { key: object.key, version_id: object.version_id, code: code.word().to_owned(), message }
}

/// The version as the request named it, and the delete marker that was made or removed.
fn told((named, outcome): (ObjectIdentifier, RemovedObject)) -> DeletedObject {
    DeletedObject {
        key: named.key,
        delete_marker_version_id: outcome.version_id.filter(|_| outcome.is_delete_marker),
        version_id: named.version_id,
    }
}
