//! `POST /<key>?uploads`: begins an object that arrives in parts.

use calotype_protocol::endpoint::{InitiateMultipartUpload, InitiateMultipartUploadResult};
use calotype_store::NewUpload;

use super::Context;
use super::complete_multipart_upload::check_overwrite;
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

/// Who began an upload without saying so.
const ANYONE: &str = "qcs::cam::anyone:anyone";

pub async fn handle(cx: &Context<'_>, begin: InitiateMultipartUpload) -> Result<Reply, ApiError> {
    check_overwrite(cx, &begin.key, begin.forbid_overwrite).await?;
    let initiator = cx.caller.principal().map_or(ANYONE, |principal| principal.as_str());
    let new = NewUpload {
        attributes: kept::attributes(&begin.attributes, &begin.key),
        bucket: begin.bucket,
        key: begin.key,
        initiator: initiator.to_owned(),
        note: None,
    };
    let upload = cx.app.store.initiate_upload(new).await?;
    let mut reply = reply::xml(&InitiateMultipartUploadResult {
        bucket: upload.bucket,
        key: upload.key,
        upload_id: upload.upload_id,
    });
    begin.attributes.encryption.write_reply(reply.headers_mut());
    Ok(reply)
}
