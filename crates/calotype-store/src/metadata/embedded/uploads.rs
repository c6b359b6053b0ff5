//! Statements on multipart uploads and their parts.

use calotype_protocol::names::{BucketName, ObjectKey, UploadId};
use rusqlite::{Connection, Row, params};

use super::buckets;
use super::rows::{
    claim, etag, from_json, from_ms, key, release, segments_from_text, segments_to_text, to_json, to_ms,
};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::listing::{ListUploads, Step, UploadPage, Walk};
use crate::metadata::UploadParts;
use crate::upload::{ListParts, PartPage, StoredPart, UploadRecord};

pub(super) fn create(db: &Connection, upload: &UploadRecord) -> Result<(), StoreError> {
    let sql = "INSERT INTO uploads (bucket, key, id, initiated_ms, initiator, note, generation, attributes)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)";
    db.prepare_cached(sql)?.execute(params![
        buckets::id(db, &upload.bucket)?,
        upload.key.as_bytes(),
        upload.upload_id.as_str(),
        to_ms(upload.initiated),
        upload.initiator,
        upload.note,
        to_json(&upload.attributes)?,
    ])?;
    Ok(())
}

const COLUMNS: &str = "key, id, initiated_ms, initiator, note, attributes, generation";

fn record(row: &Row<'_>, bucket: &BucketName) -> Result<UploadRecord, StoreError> {
    Ok(UploadRecord {
        bucket: bucket.clone(),
        key: key(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?,
        upload_id: UploadId::from(row.get::<_, String>(1)?),
        initiated: from_ms(row.get(2)?),
        initiator: row.get(3)?,
        note: row.get(4)?,
        attributes: from_json(&row.get::<_, String>(5)?)?,
    })
}

/// The upload and the generation of its parts.
pub(super) fn find(
    db: &Connection,
    bucket: &BucketName,
    key: &ObjectKey,
    id: &UploadId,
) -> Result<(UploadRecord, u64), StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM uploads WHERE bucket = ?1 AND key = ?2 AND id = ?3");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params![buckets::id(db, bucket)?, key.as_bytes(), id.as_str()])?;
    match rows.next()? {
        Some(row) => Ok((record(row, bucket)?, row.get::<_, i64>(6)? as u64)),
        None => Err(StoreError::NoSuchUpload(id.clone())),
    }
}

pub(super) fn put_part(
    db: &Connection,
    upload: &UploadRecord,
    part: &StoredPart,
    shares_blobs: bool,
) -> Result<Vec<BlobId>, StoreError> {
    let bucket = buckets::id(db, &upload.bucket)?;
    let id = upload.upload_id.as_str();
    let sql = "UPDATE uploads SET generation = generation + 1 WHERE bucket = ?1 AND key = ?2 AND id = ?3";
    if db.prepare_cached(sql)?.execute(params![bucket, upload.key.as_bytes(), id])? == 0 {
        return Err(StoreError::NoSuchUpload(upload.upload_id.clone()));
    }
    claim(db, &part.segments, if shares_blobs { part.segments.len() } else { 0 })?;
    let mut retired = Vec::new();
    for old in segments_of_parts(db, id, Some(part.number))? {
        release(db, &segments_from_text(&old)?, &mut retired)?;
    }
    let sql = "INSERT OR REPLACE INTO parts (upload, number, etag, size_bytes, crc64, modified_ms, segments)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    db.prepare_cached(sql)?.execute(params![
        id,
        part.number,
        part.etag.as_str(),
        part.size_bytes as i64,
        part.crc64 as i64,
        to_ms(part.last_modified),
        segments_to_text(&part.segments)?,
    ])?;
    Ok(retired)
}

/// Where the bytes of all parts are, or of one.
fn segments_of_parts(db: &Connection, id: &str, number: Option<u16>) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT segments FROM parts WHERE upload = ?1 AND (?2 IS NULL OR number = ?2)";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params![id, number], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn all_parts(
    db: &Connection,
    bucket: &BucketName,
    key: &ObjectKey,
    id: &UploadId,
) -> Result<UploadParts, StoreError> {
    // One transaction, so that the generation belongs to these very parts.
    let snapshot = db.unchecked_transaction()?;
    let (upload, generation) = find(&snapshot, bucket, key, id)?;
    let parts = parts_after(&snapshot, id, 0, usize::MAX)?;
    Ok(UploadParts { upload, parts, generation })
}

pub(super) fn list_parts(
    db: &Connection,
    bucket: &BucketName,
    key: &ObjectKey,
    id: &UploadId,
    list: &ListParts,
) -> Result<PartPage, StoreError> {
    let snapshot = db.unchecked_transaction()?;
    let (upload, _) = find(&snapshot, bucket, key, id)?;
    let parts = parts_after(&snapshot, id, list.number_marker, list.parts_max.saturating_add(1))?;
    Ok(PartPage::cut(upload, parts, list.parts_max))
}

fn parts_after(
    db: &Connection,
    id: &UploadId,
    number_marker: u16,
    parts_max: usize,
) -> Result<Vec<StoredPart>, StoreError> {
    let sql = "SELECT number, etag, size_bytes, crc64, modified_ms, segments FROM parts
               WHERE upload = ?1 AND number > ?2 ORDER BY number LIMIT ?3";
    let limit = i64::try_from(parts_max).unwrap_or(i64::MAX);
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params![id.as_str(), number_marker, limit])?;
    let mut parts = Vec::new();
    while let Some(row) = rows.next()? {
        parts.push(StoredPart {
            number: row.get(0)?,
            etag: etag(&row.get::<_, String>(1)?)?,
            size_bytes: row.get::<_, i64>(2)? as u64,
            crc64: row.get::<_, i64>(3)? as u64,
            last_modified: from_ms(row.get(4)?),
            segments: segments_from_text(&row.get::<_, String>(5)?)?,
        });
    }
    Ok(parts)
}

pub(super) fn list(
    db: &Connection,
    bucket: &BucketName,
    list: &ListUploads,
) -> Result<UploadPage, StoreError> {
    let id = buckets::id(db, bucket)?;
    let mut walk = Walk::new(&list.prefix, &list.delimiter, list.entries_max);
    let mut page = Vec::new();
    if walk.is_empty() {
        return Ok(walk.into_upload_page(page));
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM uploads
         WHERE bucket = ?1 AND key >= ?2 AND key < ?3 ORDER BY key, id"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut from = walk.start(&list.key_marker, list.upload_id_marker.is_some());
    let end = walk.end();
    'seek: loop {
        let mut rows = statement.query(params![id, from, end])?;
        while let Some(row) = rows.next()? {
            let upload = record(row, bucket)?;
            if list.is_seen(&upload) {
                continue;
            }
            match walk.offer(upload.key.as_bytes()) {
                Step::Take => page.push(upload),
                Step::Seek(next) => {
                    from = next;
                    continue 'seek;
                }
                Step::Full => break,
            }
        }
        return Ok(walk.into_upload_page(page));
    }
}

/// Removes an upload and its parts, and returns blobs no record points to any more.
pub(super) fn end(
    db: &Connection,
    bucket: &BucketName,
    key: &ObjectKey,
    id: &UploadId,
) -> Result<Vec<BlobId>, StoreError> {
    let bucket = buckets::id(db, bucket)?;
    let sql = "DELETE FROM uploads WHERE bucket = ?1 AND key = ?2 AND id = ?3";
    if db.prepare_cached(sql)?.execute(params![bucket, key.as_bytes(), id.as_str()])? == 0 {
        return Err(StoreError::NoSuchUpload(id.clone()));
    }
    let mut retired = Vec::new();
    for segments in segments_of_parts(db, id.as_str(), None)? {
        release(db, &segments_from_text(&segments)?, &mut retired)?;
    }
    db.prepare_cached("DELETE FROM parts WHERE upload = ?1")?.execute([id.as_str()])?;
    Ok(retired)
}
