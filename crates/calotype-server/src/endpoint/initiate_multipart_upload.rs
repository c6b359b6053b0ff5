//! `POST /<key>?uploads`: begins an object that arrives in parts.

use calotype_protocol::endpoint::{InitiateMultipartUpload, InitiateMultipartUploadResult};
use calotype_protocol::error_code::ErrorCode;
use calotype_store::{NewUpload, Versioning};

use super::complete_multipart_upload::FORBID_OVERWRITE;
use super::{Context, objects};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

/// Who began an upload without saying so.
const ANYONE: &str = "qcs::cam::anyone:anyone";

pub async fn handle(cx: &Context<'_>, begin: InitiateMultipartUpload) -> Result<Reply, ApiError> {
    // The completion decides; whoever would be refused then is spared the upload.
    let is_kept = cx.bucket.versioning == Versioning::Enabled;
    if begin.forbid_overwrite && !is_kept && objects::exists(cx, &begin.key).await? {
        return Err(ErrorCode::FileAlreadyExists.into());
    }
    let initiator = cx.caller.principal().map_or(ANYONE, |principal| principal.as_str());
    let mut attributes = kept::attributes(&begin.attributes, &begin.key);
    cx.settings().complete(&mut attributes);
    let new = NewUpload {
        attributes,
        bucket: begin.bucket,
        key: begin.key,
        initiator: initiator.to_owned(),
        note: begin.forbid_overwrite.then(|| FORBID_OVERWRITE.to_owned()),
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
