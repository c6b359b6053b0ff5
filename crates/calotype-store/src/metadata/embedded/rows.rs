//! Values on their way into columns and out of them.

use std::time::{Duration, SystemTime};

use calotype_protocol::names::{ETag, ObjectKey};
use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::BACKEND;
use crate::blob::BlobId;
use crate::error::{BoxError, StoreError};
use crate::record::Segment;

/// A record that cannot be what was written.
pub(super) fn corrupt(error: impl Into<BoxError>) -> StoreError {
    StoreError::backend(BACKEND, "understand a record", error)
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::backend(BACKEND, "write a record", error))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(corrupt)
}

pub(super) fn to_ms(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

pub(super) fn from_ms(ms: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(ms.max(0) as u64)
}

pub(super) fn key(bytes: &[u8]) -> Result<ObjectKey, StoreError> {
    let text = std::str::from_utf8(bytes).map_err(corrupt)?;
    text.parse().map_err(|error| corrupt(BoxError::from(error)))
}

pub(super) fn etag(text: &str) -> Result<ETag, StoreError> {
    text.parse().map_err(|error| corrupt(BoxError::from(error)))
}

pub(super) fn segments_to_text(segments: &[Segment]) -> Result<String, StoreError> {
    if segments.is_empty() { Ok(String::new()) } else { to_json(&segments) }
}

pub(super) fn segments_from_text(text: &str) -> Result<Vec<Segment>, StoreError> {
    if text.is_empty() { Ok(Vec::new()) } else { from_json(text) }
}

/// Counts one more record that points to these blobs. The first `shared` ones must be known already.
pub(super) fn claim(db: &Connection, segments: &[Segment], shared: usize) -> Result<(), StoreError> {
    for (place, segment) in segments.iter().enumerate() {
        let id = segment.blob.as_bytes().as_slice();
        if place < shared {
            let known =
                db.prepare_cached("UPDATE blobs SET claims = claims + 1 WHERE id = ?1")?.execute([id])?;
            if known == 0 {
                return Err(StoreError::Conflict("object"));
            }
        } else {
            let sql = "INSERT INTO blobs (id, claims) VALUES (?1, 1) ON CONFLICT (id) DO UPDATE SET claims = claims + 1";
            db.prepare_cached(sql)?.execute([id])?;
        }
    }
    Ok(())
}

/// Counts one record less and adds the blobs no record points to any more to `retired`.
pub(super) fn release(
    db: &Connection,
    segments: &[Segment],
    retired: &mut Vec<BlobId>,
) -> Result<(), StoreError> {
    for segment in segments {
        let id = segment.blob.as_bytes().as_slice();
        db.prepare_cached("UPDATE blobs SET claims = claims - 1 WHERE id = ?1")?.execute([id])?;
        let gone = db.prepare_cached("DELETE FROM blobs WHERE id = ?1 AND claims <= 0")?.execute([id])?;
        if gone > 0 {
            retired.push(segment.blob);
        }
    }
    Ok(())
}
