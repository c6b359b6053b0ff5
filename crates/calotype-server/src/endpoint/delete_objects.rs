//! `POST /?delete`: removes up to a thousand objects at once.

use calotype_protocol::endpoint::{
    DeleteError, DeleteList, DeleteObjects, DeleteResult, DeletedObject, ObjectIdentifier,
};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::DELETE_BODY_BYTES_MAX;
use calotype_store as store;

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
    let objects = objects.into_iter().map(|object| (object.key, object.version_id)).collect();
    let deleted = cx.app.store.delete_objects(&delete.bucket, objects).await?;
    let deleted = if list.quiet { Vec::new() } else { deleted.into_iter().map(told).collect() };
    Ok(reply::xml(&DeleteResult { deleted, errors: refused.into_iter().map(denied).collect() }))
}

fn denied(object: ObjectIdentifier) -> DeleteError {
    let code = ErrorCode::AccessDenied;
    let message = code.default_message().to_owned();
    DeleteError { key: object.key, version_id: object.version_id, code: code.word().to_owned(), message }
}

fn told(deleted: store::DeletedObject) -> DeletedObject {
    let store::DeletedObject { key, version_id, is_delete_marker, .. } = deleted;
    if is_delete_marker {
        DeletedObject { key, delete_marker_version_id: version_id, version_id: None }
    } else {
        DeletedObject { key, delete_marker_version_id: None, version_id }
    }
}
