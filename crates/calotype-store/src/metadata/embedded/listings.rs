//! Statements that fill pages with objects and with versions.

use calotype_protocol::names::{BucketName, VersionId};
use rusqlite::{Connection, Row, params};

use super::buckets;
use super::rows::{etag, from_ms, key};
use super::versions::{KeyRows, Place};
use crate::error::StoreError;
use crate::listing::{
    ListObjects, ListVersions, ObjectPage, ObjectSummary, Step, VersionContent, VersionPage, VersionSummary,
    Walk,
};

pub(super) fn objects(
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
               WHERE bucket = ?1 AND key >= ?2 AND key < ?3 ORDER BY key";
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

/// Where the current version of a key stands: in front of all others, whose sequences count down from -1.
const CURRENT_SEQUENCE: i64 = -9_000_000_000_000_000_000;

/// Both tables in step: SQLite merges two ordered reads and holds neither in memory.
const VERSIONS: &str = "
    SELECT key, -9000000000000000000 AS sequence, COALESCE(version, 'null'), 0, modified_ms, etag, size_bytes,
        storage_class
    FROM objects WHERE bucket = ?1 AND key >= ?2 AND key < ?5
    UNION ALL
    SELECT key, sequence, version, is_marker, modified_ms, etag, size_bytes, storage_class
    FROM versions WHERE bucket = ?1 AND (key, sequence) > (?3, ?4) AND key < ?5
    ORDER BY key, sequence";

pub(super) fn versions(
    db: &Connection,
    bucket: &BucketName,
    list: &ListVersions,
) -> Result<VersionPage, StoreError> {
    // One snapshot: the marker's place belongs to these very rows.
    let db = db.unchecked_transaction()?;
    let bucket = buckets::id(&db, bucket)?;
    let mut walk = Walk::new(&list.prefix, &list.delimiter, list.entries_max);
    let mut page: Vec<VersionSummary> = Vec::new();
    if walk.is_empty() {
        return Ok(walk.into_version_page(page));
    }
    let mut statement = db.prepare_cached(VERSIONS)?;
    let marker = list.key_marker.as_bytes();
    let (mut from, end) = (walk.start(&list.key_marker, list.version_marker.is_some()), walk.end());
    let mut after = if from == marker { seen_up_to(&db, bucket, list)? } else { None };
    'seek: loop {
        let mut first_of_objects = from.clone();
        if after.is_some() {
            first_of_objects.push(0);
        }
        let values = params![bucket, first_of_objects, from, after.unwrap_or(i64::MIN), end];
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            let at = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            match walk.offer(at) {
                Step::Take => {
                    let is_first = page.last().is_none_or(|last| last.key.as_bytes() != at)
                        && !(after.is_some() && at == marker);
                    page.push(version(row, at, is_first)?);
                }
                Step::Seek(next) => {
                    (from, after) = (next, None);
                    continue 'seek;
                }
                Step::Full => break,
            }
        }
        return Ok(walk.into_version_page(page));
    }
}

/// The sequence of the marker's version: everything up to it was on an earlier page. None if it is gone.
fn seen_up_to(db: &Connection, bucket: i64, list: &ListVersions) -> Result<Option<i64>, StoreError> {
    let Some(version) = &list.version_marker else { return Ok(None) };
    let place = KeyRows::new(db, bucket, &list.key_marker).place(Some(version))?;
    Ok(place.map(|place| match place {
        Place::Current => CURRENT_SEQUENCE,
        Place::Older { sequence, .. } => sequence,
    }))
}

/// - `is_first`: nothing newer has this key.
fn version(row: &Row<'_>, at: &[u8], is_first: bool) -> Result<VersionSummary, StoreError> {
    let content = match row.get(3)? {
        true => None,
        false => Some(VersionContent {
            etag: etag(row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?)?,
            size_bytes: row.get::<_, i64>(6)? as u64,
            storage_class: row.get(7)?,
        }),
    };
    Ok(VersionSummary {
        key: key(at)?,
        version_id: VersionId::from(row.get::<_, String>(2)?),
        is_latest: is_first,
        last_modified: from_ms(row.get(4)?),
        content,
    })
}
