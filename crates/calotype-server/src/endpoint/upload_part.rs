//! `PUT /<key>?partNumber&uploadId`: one part of an upload.

use calotype_protocol::endpoint::{StoredReply, UploadPart};
use calotype_store::{self as store, StoredPart};
use http::{HeaderMap, StatusCode};

use super::{Context, put_object, request_body};
use crate::error::ApiError;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

pub async fn handle(cx: &Context<'_>, part: UploadPart, body: RequestBody) -> Result<Reply, ApiError> {
    put_object::check_size(cx, part.content_length)?;
    let put = store::PutPart {
        bucket: part.bucket,
        key: part.key,
        upload_id: part.upload_id,
        number: number(part.part_number)?,
        expected_md5: part.content_md5,
        size_bytes: part.content_length,
    };
    let stored = cx.app.store.put_part(put, request_body::stream(body, part.traffic_limit)).await?;
    let mut reply = reply::empty(StatusCode::OK);
    tell(reply.headers_mut(), &stored);
    Ok(reply)
}

/// Numbers were checked when the request was read; the store counts in fewer bits.
pub(super) fn number(part_number: u32) -> Result<u16, ApiError> {
    let too_large = |_| ApiError::invalid_argument(format!("partNumber {part_number} is too large"));
    u16::try_from(part_number).map_err(too_large)
}

/// Headers that tell what part was stored.
pub(super) fn tell(headers: &mut HeaderMap, part: &StoredPart) {
    let told = StoredReply { etag: Some(part.etag.clone()), crc64: Some(part.crc64), version_id: None };
    told.write(headers);
}
