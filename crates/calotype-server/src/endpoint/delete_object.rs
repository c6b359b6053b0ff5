//! `DELETE /<key>`: removes an object; one that is not there counts as removed.

use calotype_protocol::endpoint::{DeleteObject, DeletedReply};
use calotype_protocol::error_code::ErrorCode;
use calotype_store::RemoveObject;
use http::StatusCode;

use super::Context;
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>, delete: DeleteObject) -> Result<Reply, ApiError> {
    let DeleteObject { bucket, key, version_id: version, if_match } = delete;
    let if_match = if_match.as_ref().map(kept::tag_demand);
    let object = RemoveObject { if_match, ..RemoveObject::new(key, version) };
    let deleted = cx.app.store.delete_objects(&bucket, vec![object]).await?.pop().unwrap_or_default();
    if deleted.is_locked {
        return Err(ErrorCode::ObjectLocked.into());
    }
    let mut reply = reply::empty(StatusCode::NO_CONTENT);
    DeletedReply { delete_marker: deleted.is_delete_marker, version_id: deleted.version_id }
        .write(reply.headers_mut());
    Ok(reply)
}
