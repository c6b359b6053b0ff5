//! Bodies of requests, as handlers take them: whole documents, or streams at the client's pace.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::XmlBody;
use calotype_store::{ByteStream, Checksums, StoreError, collect};
use http::HeaderMap;

use crate::error::ApiError;
use crate::throttle::throttled;
use crate::wire::RequestBody;

/// The body as the store takes it, not faster than the client wishes.
pub fn stream(body: RequestBody, bits_per_second: Option<u64>) -> ByteStream {
    match bits_per_second {
        Some(limit) => throttled(body.into_stream(), limit),
        None => body.into_stream(),
    }
}

/// A document from the body; none if there is no body.
///
/// Errors: `XMLSizeLimit`, `BadDigest` for another body than announced, `MalformedXML`.
pub async fn document<T: XmlBody>(
    body: RequestBody,
    headers: &HeaderMap,
    size_bytes_max: usize,
) -> Result<Option<T>, ApiError> {
    let text = whole(body, headers, size_bytes_max).await?;
    if text.is_empty() { Ok(None) } else { Ok(Some(T::from_xml(&text)?)) }
}

/// The whole body in memory.
///
/// Errors: `XMLSizeLimit`, `BadDigest` for another body than announced.
pub async fn whole(body: RequestBody, headers: &HeaderMap, size_bytes_max: usize) -> Result<Bytes, ApiError> {
    let announced = announced_md5(headers)?;
    let bytes = match collect(body.into_stream(), size_bytes_max as u64).await {
        Err(StoreError::BodyTooLarge { .. }) => return Err(ErrorCode::XMLSizeLimit.into()),
        collected => collected?,
    };
    match announced {
        Some(announced) if announced != Checksums::of(&bytes).md5 => Err(ErrorCode::BadDigest.into()),
        _ => Ok(bytes),
    }
}

fn announced_md5(headers: &HeaderMap) -> Result<Option<[u8; 16]>, ApiError> {
    let Some(value) = headers.get("content-md5").filter(|value| !value.is_empty()) else { return Ok(None) };
    let digest = STANDARD.decode(value.as_bytes().trim_ascii()).ok().and_then(|bytes| bytes.try_into().ok());
    digest.map(Some).ok_or_else(|| ErrorCode::InvalidDigest.into())
}
