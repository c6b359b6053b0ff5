//! `DELETE /<key>`: removes an object; one that is not there counts as removed.

use calotype_protocol::endpoint::{DeleteObject, DeletedReply};
use http::StatusCode;

use super::Context;
use crate::error::ApiError;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>, delete: DeleteObject) -> Result<Reply, ApiError> {
    let version = delete.version_id.as_ref();
    let deleted = cx.app.store.delete_object(&delete.bucket, &delete.key, version).await?;
    let mut reply = reply::empty(StatusCode::NO_CONTENT);
    DeletedReply { delete_marker: deleted.is_delete_marker, version_id: deleted.version_id }
        .write(reply.headers_mut());
    Ok(reply)
}
