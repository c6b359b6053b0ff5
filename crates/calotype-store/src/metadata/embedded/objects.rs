//! Statements on objects and on the blobs they lie in.

use bytes::Bytes;
use calotype_protocol::names::{BucketName, ObjectKey, VersionId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{
    claim, etag, from_json, from_ms, key, release, segments_from_text, segments_to_text, to_json, to_ms,
};
use super::{buckets, uploads};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::listing::{ListObjects, ObjectPage, ObjectSummary, Step, Walk};
use crate::metadata::{Batch, BatchObject, ObjectChange, Published, Removed};
use crate::record::{ObjectAttributes, ObjectBody, StoredObject};

pub(super) fn publish(db: &Connection, batch: Batch) -> Result<Published, StoreError> {
    let mut published = Published::default();
    if let Some(finish) = &batch.finish {
        let (_, generation) = uploads::find(db, &finish.bucket, &finish.key, &finish.upload_id)?;
        if generation != finish.generation {
            return Err(StoreError::Conflict("upload"));
        }
    }
    for entry in batch.objects {
        put(db, &entry, &mut published.retired)?;
        published.objects.push(entry.object);
    }
    if let Some(finish) = &batch.finish {
        let retired = uploads::end(db, &finish.bucket, &finish.key, &finish.upload_id)?;
        published.retired.extend(retired);
    }
    Ok(published)
}

fn put(db: &Connection, entry: &BatchObject, retired: &mut Vec<BlobId>) -> Result<(), StoreError> {
    let object = &entry.object;
    let bucket = buckets::id(db, &object.bucket)?;
    // The new blobs first: one that old and new share must not be retired in between.
    claim(db, object.body.segments(), entry.shares_blobs)?;
    let is_replaced = take_out(db, bucket, &object.key, retired)?;
    if is_replaced && entry.forbid_overwrite {
        return Err(StoreError::AlreadyExists(object.key.clone()));
    }
    let content = match &object.body {
        ObjectBody::Inline(bytes) => {
            db.prepare_cached("INSERT INTO contents (bytes) VALUES (?1)")?.execute([bytes.as_ref()])?;
            Some(db.last_insert_rowid())
        }
        ObjectBody::Segments(_) => None,
    };
    let sql =
        "INSERT INTO objects (bucket, key, version, etag, size_bytes, crc64, modified_ms, storage_class,
                   content, attributes, segments) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    db.prepare_cached(sql)?.execute(params![
        bucket,
        object.key.as_bytes(),
        object.version_id.as_ref().map(VersionId::as_str),
        object.etag.as_str(),
        object.size_bytes as i64,
        object.crc64 as i64,
        to_ms(object.last_modified),
        object.attributes.storage_class,
        content,
        to_json(&object.attributes)?,
        segments_to_text(object.body.segments())?,
    ])?;
    Ok(())
}

/// Removes an object's record and inline content; says whether there was one.
fn take_out(
    db: &Connection,
    bucket: i64,
    key: &ObjectKey,
    retired: &mut Vec<BlobId>,
) -> Result<bool, StoreError> {
    let sql = "SELECT content, segments FROM objects WHERE bucket = ?1 AND key = ?2";
    let found = |row: &Row<'_>| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, String>(1)?));
    let old = db.prepare_cached(sql)?.query_row(params![bucket, key.as_bytes()], found).optional()?;
    let Some((content, segments)) = old else { return Ok(false) };
    if let Some(content) = content {
        db.prepare_cached("DELETE FROM contents WHERE id = ?1")?.execute([content])?;
    }
    release(db, &segments_from_text(&segments)?, retired)?;
    let sql = "DELETE FROM objects WHERE bucket = ?1 AND key = ?2";
    db.prepare_cached(sql)?.execute(params![bucket, key.as_bytes()])?;
    Ok(true)
}

pub(super) fn find(
    db: &Connection,
    bucket: &BucketName,
    key: &ObjectKey,
    version: Option<&VersionId>,
) -> Result<StoredObject, StoreError> {
    let sql =
        "SELECT o.version, o.etag, o.size_bytes, o.crc64, o.modified_ms, o.attributes, o.segments, c.bytes
               FROM buckets b
               JOIN objects o ON o.bucket = b.id AND o.key = ?2
               LEFT JOIN contents c ON c.id = o.content
               WHERE b.name = ?1";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params![bucket.as_str(), key.as_bytes()])?;
    let found = rows.next()?;
    if let (Some(row), true) = (&found, is_current(version)) {
        return record(row, bucket, key);
    }
    // Nothing there: which part of the address was wrong?
    buckets::id(db, bucket)?;
    match version {
        Some(version) if !version.is_null() => Err(StoreError::NoSuchVersion(version.clone())),
        _ => Err(StoreError::NoSuchKey(key.clone())),
    }
}

fn record(row: &Row<'_>, bucket: &BucketName, key: &ObjectKey) -> Result<StoredObject, StoreError> {
    let body = match row.get::<_, Option<Vec<u8>>>(7)? {
        Some(bytes) => ObjectBody::Inline(Bytes::from(bytes)),
        None => ObjectBody::Segments(segments_from_text(
            row.get_ref(6)?.as_str().map_err(rusqlite::Error::from)?,
        )?),
    };
    Ok(StoredObject {
        bucket: bucket.clone(),
        key: key.clone(),
        version_id: row.get::<_, Option<String>>(0)?.map(VersionId::from),
        etag: etag(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?,
        size_bytes: row.get::<_, i64>(2)? as u64,
        crc64: row.get::<_, i64>(3)? as u64,
        last_modified: from_ms(row.get(4)?),
        attributes: from_json(row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?)?,
        body,
    })
}

/// Without versions there is one version of each key, and its name is null.
fn is_current(version: Option<&VersionId>) -> bool {
    version.is_none_or(VersionId::is_null)
}

pub(super) fn change(
    db: &Connection,
    bucket: &BucketName,
    key: &ObjectKey,
    version: Option<&VersionId>,
    change: ObjectChange,
) -> Result<(), StoreError> {
    let bucket = buckets::id(db, bucket)?;
    if let Some(version) = version.filter(|version| !version.is_null()) {
        return Err(StoreError::NoSuchVersion(version.clone()));
    }
    let sql = "SELECT attributes FROM objects WHERE bucket = ?1 AND key = ?2";
    let found: Option<String> =
        db.prepare_cached(sql)?.query_row(params![bucket, key.as_bytes()], |row| row.get(0)).optional()?;
    let found = found.ok_or_else(|| StoreError::NoSuchKey(key.clone()))?;
    let mut attributes: ObjectAttributes = from_json(&found)?;
    change.apply(&mut attributes);
    let sql = "UPDATE objects SET attributes = ?3 WHERE bucket = ?1 AND key = ?2";
    db.prepare_cached(sql)?.execute(params![bucket, key.as_bytes(), to_json(&attributes)?])?;
    Ok(())
}

pub(super) fn remove(
    db: &Connection,
    bucket: &BucketName,
    keys: &[ObjectKey],
) -> Result<Removed, StoreError> {
    let bucket = buckets::id(db, bucket)?;
    let mut removed = Removed::default();
    for key in keys {
        removed.existed.push(take_out(db, bucket, key, &mut removed.retired)?);
    }
    Ok(removed)
}

pub(super) fn list(
    db: &Connection,
    bucket: &BucketName,
    list: &ListObjects,
) -> Result<ObjectPage, StoreError> {
    let bucket = buckets::id(db, bucket)?;
    let mut walk = Walk::new(&list.prefix, &list.delimiter, list.entries_max);
    let mut page = Vec::new();
    if walk.is_empty() {
        return Ok(walk.into_object_page(page));
    }
    let sql = "SELECT key, etag, size_bytes, modified_ms, storage_class FROM objects
               WHERE bucket = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) ORDER BY key";
    let mut statement = db.prepare_cached(sql)?;
    let (mut from, end) = (walk.start(&list.marker, false), walk.end());
    'seek: loop {
        let mut rows = statement.query(params![bucket, from, end])?;
        while let Some(row) = rows.next()? {
            let at = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            match walk.offer(at) {
                Step::Take => page.push(summary(row, at)?),
                Step::Seek(next) => {
                    from = next;
                    continue 'seek;
                }
                Step::Full => break,
            }
        }
        return Ok(walk.into_object_page(page));
    }
}

fn summary(row: &Row<'_>, at: &[u8]) -> Result<ObjectSummary, StoreError> {
    Ok(ObjectSummary {
        key: key(at)?,
        etag: etag(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?,
        size_bytes: row.get::<_, i64>(2)? as u64,
        last_modified: from_ms(row.get(3)?),
        storage_class: row.get(4)?,
    })
}

pub(super) fn known_blobs(db: &Connection, ids: &[BlobId]) -> Result<Vec<bool>, StoreError> {
    let mut statement = db.prepare_cached("SELECT 1 FROM blobs WHERE id = ?1")?;
    let known: Result<_, _> = ids.iter().map(|id| statement.exists([id.as_bytes().as_slice()])).collect();
    Ok(known?)
}
