//! Statements on objects and on the blobs they lie in.

use std::time::SystemTime;

use bytes::Bytes;
use calotype_protocol::names::{BucketName, ObjectKey, VersionId};
use rusqlite::{Connection, Row, params};

use super::rows::{claim, etag, from_json, from_ms, segments_from_text, segments_to_text, to_json, to_ms};
use super::versions::{KeyRows, Place, Room, chosen};
use super::{buckets, uploads};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::metadata::{Batch, BatchObject, ObjectChange, Published, RemoveObject, Removed, RemovedObject};
use crate::record::{ObjectAttributes, ObjectBody, StoredObject, Versioning};
use crate::retention::Retained;

pub(super) fn publish(db: &Connection, batch: Batch) -> Result<Published, StoreError> {
    let mut published = Published::default();
    if let Some(finish) = &batch.finish {
        let (_, generation) = uploads::find(db, &finish.bucket, &finish.key, &finish.upload_id)?;
        if generation != finish.generation {
            return Err(StoreError::Conflict("upload"));
        }
    }
    for mut entry in batch.objects {
        put(db, &mut entry, &mut published.retired)?;
        published.objects.push(entry.object);
    }
    if let Some(finish) = &batch.finish {
        let retired = uploads::end(db, &finish.bucket, &finish.key, &finish.upload_id)?;
        published.retired.extend(retired);
    }
    Ok(published)
}

fn put(db: &Connection, entry: &mut BatchObject, retired: &mut Vec<BlobId>) -> Result<(), StoreError> {
    let object = &mut entry.object;
    let bucket = buckets::writable(db, &object.bucket)?;
    let versioning = bucket.versioning;
    let retained = Retained::at(object.last_modified, bucket.retention_days);
    let rows = KeyRows { retained, ..KeyRows::new(db, bucket.id, &object.key) };
    if !entry.only_if.is_empty() {
        entry.only_if.check(&object.key, versioning, rows.etag(None)?.as_ref())?;
    }
    // The new blobs first: one that old and new share must not be retired in between.
    claim(db, object.body.segments(), entry.shared_segments)?;
    let id = versioning.next_id();
    if rows.make_room(versioning, &id, retired)? == Room::Locked {
        return Err(StoreError::ObjectLocked(object.key.clone()));
    }
    object.version_id = Some(id).filter(|id| !id.is_null());
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
        bucket.id,
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
               WHERE b.name = ?1 AND (?3 IS NULL OR COALESCE(o.version, 'null') = ?3)";
    let mut statement = db.prepare_cached(sql)?;
    let id = version.map(VersionId::as_str);
    let mut rows = statement.query(params![bucket.as_str(), key.as_bytes(), id])?;
    match rows.next()? {
        Some(row) => record(row, bucket, key),
        None => find_older(db, bucket, key, version),
    }
}

/// A version that is not current; without an id, why nothing is.
fn find_older(
    db: &Connection,
    bucket: &BucketName,
    key: &ObjectKey,
    version: Option<&VersionId>,
) -> Result<StoredObject, StoreError> {
    let sql = format!(
        "SELECT NULLIF(version, 'null'), etag, size_bytes, crc64, modified_ms, attributes, segments, c.bytes,
             version, is_marker
         FROM versions LEFT JOIN contents c ON c.id = content
         WHERE bucket = ?1 AND key = ?2 AND {} ORDER BY sequence LIMIT 1",
        chosen(version)
    );
    let mut statement = db.prepare_cached(&sql)?;
    let id = version.map(VersionId::as_str);
    let mut rows = statement.query(params![buckets::id(db, bucket)?, key.as_bytes(), id])?;
    match rows.next()? {
        Some(row) if row.get(9)? => {
            let version_id = VersionId::from(row.get::<_, String>(8)?);
            Err(StoreError::DeleteMarker { key: key.clone(), version_id })
        }
        Some(row) => record(row, bucket, key),
        None => Err(missing(key, version)),
    }
}

fn missing(key: &ObjectKey, version: Option<&VersionId>) -> StoreError {
    match version {
        Some(version) => StoreError::NoSuchVersion(version.clone()),
        None => StoreError::NoSuchKey(key.clone()),
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

pub(super) fn change(
    db: &Connection,
    bucket: &BucketName,
    key: &ObjectKey,
    version: Option<&VersionId>,
    change: ObjectChange,
) -> Result<(), StoreError> {
    let bucket = buckets::id(db, bucket)?;
    let place = KeyRows::new(db, bucket, key).place(version)?;
    let (table, sequence) = match place.ok_or_else(|| missing(key, version))? {
        Place::Current => ("objects", None),
        Place::Older { sequence, is_marker: false, .. } => ("versions", Some(sequence)),
        Place::Older { version: version_id, .. } => {
            return Err(StoreError::DeleteMarker { key: key.clone(), version_id });
        }
    };
    let chosen = if sequence.is_some() { "sequence = ?3" } else { "?3 IS NULL" };
    let (found, modified_ms): (String, i64) = db
        .prepare_cached(&format!(
            "SELECT attributes, modified_ms FROM {table} WHERE bucket = ?1 AND key = ?2 AND {chosen}"
        ))?
        .query_row(params![bucket, key.as_bytes(), sequence], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut attributes: ObjectAttributes = from_json(&found)?;
    change.apply(&mut attributes, from_ms(modified_ms))?;
    let (json, class) = (to_json(&attributes)?, &attributes.storage_class);
    db.prepare_cached(&format!(
        "UPDATE {table} SET attributes = ?4, storage_class = ?5 WHERE bucket = ?1 AND key = ?2 AND {chosen}"
    ))?
    .execute(params![bucket, key.as_bytes(), sequence, json, class])?;
    Ok(())
}

pub(super) fn remove(
    db: &Connection,
    bucket: &BucketName,
    objects: &[RemoveObject],
    now: SystemTime,
) -> Result<Removed, StoreError> {
    let bucket = buckets::writable(db, bucket)?;
    let retained = Retained::at(now, bucket.retention_days);
    let mut removed = Removed::default();
    for object in objects {
        let rows = KeyRows { retained, ..KeyRows::new(db, bucket.id, &object.key) };
        if object.if_match.is_some() {
            object.check(rows.etag(object.version.as_ref())?.as_ref())?;
        }
        if let Some(as_listed) = object.as_listed
            && !rows.is_as_listed(object.version.as_ref(), as_listed)?
        {
            removed.objects.push(RemovedObject::default());
            continue;
        }
        let outcome = match &object.version {
            Some(version) => rows.remove(version, &mut removed.retired)?,
            None => hide(&rows, bucket.versioning, now, &mut removed.retired)?,
        };
        removed.objects.push(outcome);
    }
    Ok(removed)
}

/// Removes what a key shows; where versions are kept a delete marker takes its place.
fn hide(
    rows: &KeyRows<'_>,
    versioning: Versioning,
    now: SystemTime,
    retired: &mut Vec<BlobId>,
) -> Result<RemovedObject, StoreError> {
    let id = versioning.next_id();
    let room = rows.make_room(versioning, &id, retired)?;
    let (existed, is_locked) = (room != Room::WasThere, room == Room::Locked);
    if is_locked || versioning == Versioning::Unversioned {
        return Ok(RemovedObject { existed, is_locked, ..RemovedObject::default() });
    }
    rows.add_marker(&id, now)?;
    Ok(RemovedObject { existed, version_id: Some(id), is_delete_marker: true, is_locked })
}

pub(super) fn known_blobs(db: &Connection, ids: &[BlobId]) -> Result<Vec<bool>, StoreError> {
    let mut statement = db.prepare_cached("SELECT 1 FROM blobs WHERE id = ?1")?;
    let known: Result<_, _> = ids.iter().map(|id| statement.exists([id.as_bytes().as_slice()])).collect();
    Ok(known?)
}
