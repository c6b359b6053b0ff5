//! `POST /<key>?uploadId`: makes one object of the parts.

use calotype_protocol::endpoint::{
    CompleteMultipartUpload, CompleteMultipartUploadResult, CompletedParts, StoredReply,
};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::ETag;
use calotype_protocol::xml::XML_BODY_BYTES_MAX;
use calotype_store::{CompletedPart, StoredObject};

use super::{Context, objects, request_body};
use crate::error::ApiError;
use crate::kept;
use crate::processing;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

/// Note of an upload that was begun with `x-cos-forbid-overwrite`; its completion need not say it again.
pub(super) const FORBID_OVERWRITE: &str = "forbid-overwrite";

pub async fn handle(
    cx: &Context<'_>,
    complete: CompleteMultipartUpload,
    body: RequestBody,
) -> Result<Reply, ApiError> {
    // An upload that is not there is said before anything about the document.
    let upload = cx.app.store.upload(&complete.bucket, &complete.key, &complete.upload_id).await?;
    let parts = parts(cx, body).await?;
    let mut only_if = kept::precondition(&complete.only_if);
    only_if.forbid_overwrite |= upload.note.as_deref() == Some(FORBID_OVERWRITE);
    let CompleteMultipartUpload { bucket, key, upload_id, .. } = &complete;
    let (stored, result) = if let Some(operations) = &complete.pic_operations {
        let upload = (bucket, key, upload_id);
        let made = processing::complete_with_rules(
            cx.app, cx.caller, cx.target, operations, upload, parts, &only_if,
        )
        .await?;
        let location = cx.target.location(bucket, key);
        let result = CompleteMultipartUploadResult {
            image_info: made.image_info,
            results: Some(made.results),
            ..result(&made.object, location)
        };
        (made.object, result)
    } else {
        let stored = cx.app.store.complete_upload(bucket, key, upload_id, parts, &only_if).await?;
        let result = result(&stored, cx.target.location_url("http", bucket, key));
        (stored, result)
    };
    let mut reply = reply::xml(&result);
    let headers = reply.headers_mut();
    // Unlike other writes, a completion says so when the version is null.
    let version_id = objects::version_id(&cx.bucket, &stored);
    StoredReply { etag: None, crc64: Some(stored.crc64), version_id }.write(headers);
    reply::encryption(headers, &stored);
    Ok(reply)
}

/// The answer to an upload without pictures.
fn result(stored: &StoredObject, location: String) -> CompleteMultipartUploadResult {
    CompleteMultipartUploadResult {
        location,
        bucket: stored.bucket.clone(),
        key: stored.key.clone(),
        etag: stored.etag.clone(),
        image_info: None,
        results: None,
    }
}

/// The parts a completion names.
async fn parts(cx: &Context<'_>, body: RequestBody) -> Result<Vec<CompletedPart>, ApiError> {
    let headers = &cx.parts.headers;
    // Ten thousand parts with their tags take more than other documents.
    let listed = request_body::document::<CompletedParts>(body, headers, 2 * XML_BODY_BYTES_MAX).await?;
    let listed = listed.ok_or(ErrorCode::MalformedXML)?;
    if !listed.is_ascending() {
        return Err(ErrorCode::InvalidPartOrder.into());
    }
    let known = |part: calotype_protocol::endpoint::CompletedPart| {
        let number = u16::try_from(part.number).ok()?;
        Some(CompletedPart { number, etag: ETag::parse(&part.etag).ok()? })
    };
    // What cannot be a number or a tag is one that no part has.
    listed.0.into_iter().map(|part| known(part).ok_or_else(|| ErrorCode::InvalidPart.into())).collect()
}
