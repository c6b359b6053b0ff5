//! Statements on buckets and the texts they keep.

use calotype_protocol::names::BucketName;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{corrupt, from_json, from_ms, to_json, to_ms};
use crate::error::StoreError;
use crate::metadata::{BucketChange, TextKind};
use crate::record::{BucketRecord, Versioning};

/// The row number of a bucket, which is its name in all other tables.
pub(super) fn id(db: &Connection, name: &BucketName) -> Result<i64, StoreError> {
    let mut statement = db.prepare_cached("SELECT id FROM buckets WHERE name = ?1")?;
    let id = statement.query_row([name.as_str()], |row| row.get(0)).optional()?;
    id.ok_or_else(|| StoreError::NoSuchBucket(name.clone()))
}

/// What a change to a bucket's objects has to know of the bucket.
pub(super) struct WritableBucket {
    pub(super) id: i64,
    pub(super) versioning: Versioning,
    pub(super) retention_days: Option<u32>,
}

pub(super) fn writable(db: &Connection, name: &BucketName) -> Result<WritableBucket, StoreError> {
    let sql = "SELECT id, versioning, retention_days FROM buckets WHERE name = ?1";
    let mut statement = db.prepare_cached(sql)?;
    let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found = statement.query_row([name.as_str()], columns).optional()?;
    let (id, number, retention_days) = found.ok_or_else(|| StoreError::NoSuchBucket(name.clone()))?;
    Ok(WritableBucket { id, versioning: versioning(number)?, retention_days })
}

fn versioning(number: i64) -> Result<Versioning, StoreError> {
    match number {
        0 => Ok(Versioning::Unversioned),
        1 => Ok(Versioning::Enabled),
        2 => Ok(Versioning::Suspended),
        _ => Err(corrupt(format!("versioning {number}"))),
    }
}

fn number_of(versioning: Versioning) -> i64 {
    match versioning {
        Versioning::Unversioned => 0,
        Versioning::Enabled => 1,
        Versioning::Suspended => 2,
    }
}

pub(super) fn change(db: &Connection, name: &BucketName, change: &BucketChange) -> Result<(), StoreError> {
    let bucket = id(db, name)?;
    match change {
        BucketChange::Acl(acl) => {
            let sql = "UPDATE buckets SET acl = ?2 WHERE id = ?1";
            db.prepare_cached(sql)?.execute(params![bucket, to_json(acl)?])?;
        }
        BucketChange::Versioning(versioning) => {
            let sql = "UPDATE buckets SET versioning = ?2 WHERE id = ?1";
            db.prepare_cached(sql)?.execute([bucket, number_of(*versioning)])?;
        }
        BucketChange::RetentionDays(days) => {
            let sql = "UPDATE buckets SET retention_days = ?2 WHERE id = ?1";
            db.prepare_cached(sql)?.execute([bucket, i64::from(*days)])?;
        }
    }
    Ok(())
}

pub(super) fn create(db: &Connection, bucket: &BucketRecord) -> Result<(), StoreError> {
    let mut taken = db.prepare_cached("SELECT owner FROM buckets WHERE name = ?1")?;
    if let Some(owner) = taken.query_row([bucket.name.as_str()], |row| row.get(0)).optional()? {
        return Err(StoreError::BucketExists { bucket: bucket.name.clone(), owner });
    }
    let sql = "INSERT INTO buckets (name, owner, region, created_ms, acl, traits, versioning, retention_days)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    db.prepare_cached(sql)?.execute(params![
        bucket.name.as_str(),
        bucket.owner,
        bucket.region,
        to_ms(bucket.created),
        to_json(&bucket.acl)?,
        to_json(&bucket.traits)?,
        number_of(bucket.versioning),
        bucket.retention_days,
    ])?;
    Ok(())
}

const COLUMNS: &str = "name, owner, region, created_ms, acl, traits, versioning, retention_days";

fn record(row: &Row<'_>) -> Result<BucketRecord, StoreError> {
    let name: String = row.get(0)?;
    Ok(BucketRecord {
        name: name.parse().map_err(|_| corrupt(format!("bucket name {name:?}")))?,
        owner: row.get(1)?,
        region: row.get(2)?,
        created: from_ms(row.get(3)?),
        acl: from_json(&row.get::<_, String>(4)?)?,
        traits: from_json(&row.get::<_, String>(5)?)?,
        versioning: versioning(row.get(6)?)?,
        retention_days: row.get(7)?,
    })
}

pub(super) fn find(db: &Connection, name: &BucketName) -> Result<BucketRecord, StoreError> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM buckets WHERE name = ?1"))?;
    let mut rows = statement.query([name.as_str()])?;
    match rows.next()? {
        Some(row) => record(row),
        None => Err(StoreError::NoSuchBucket(name.clone())),
    }
}

pub(super) fn list(db: &Connection, owner: Option<&str>) -> Result<Vec<BucketRecord>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM buckets WHERE ?1 IS NULL OR owner = ?1 ORDER BY name");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([owner])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(record(row)?);
    }
    Ok(records)
}

pub(super) fn delete(db: &Connection, name: &BucketName) -> Result<(), StoreError> {
    let bucket = id(db, name)?;
    let sql = "SELECT EXISTS (SELECT 1 FROM objects WHERE bucket = ?1)
                   OR EXISTS (SELECT 1 FROM versions WHERE bucket = ?1)
                   OR EXISTS (SELECT 1 FROM uploads WHERE bucket = ?1)";
    if db.prepare_cached(sql)?.query_row([bucket], |row| row.get(0))? {
        return Err(StoreError::BucketNotEmpty(name.clone()));
    }
    db.prepare_cached("DELETE FROM bucket_texts WHERE bucket = ?1")?.execute([bucket])?;
    super::jobs::delete_all(db, bucket)?;
    db.prepare_cached("DELETE FROM buckets WHERE id = ?1")?.execute([bucket])?;
    Ok(())
}

fn number(kind: TextKind) -> i64 {
    match kind {
        TextKind::Document => 1,
        TextKind::Style => 2,
        TextKind::NumerousDocument => 3,
    }
}

pub(super) fn put_text(
    db: &Connection,
    bucket: &BucketName,
    kind: TextKind,
    name: &str,
    text: &str,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO bucket_texts (bucket, kind, name, text) VALUES (?1, ?2, ?3, ?4)";
    db.prepare_cached(sql)?.execute(params![id(db, bucket)?, number(kind), name, text])?;
    Ok(())
}

pub(super) fn text(
    db: &Connection,
    bucket: &BucketName,
    kind: TextKind,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT text FROM bucket_texts WHERE bucket = ?1 AND kind = ?2 AND name = ?3";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_row(params![id(db, bucket)?, number(kind), name], |row| row.get(0));
    Ok(found.optional()?)
}

pub(super) fn texts(
    db: &Connection,
    bucket: &BucketName,
    kind: TextKind,
) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT name, text FROM bucket_texts WHERE bucket = ?1 AND kind = ?2 ORDER BY name";
    let mut statement = db.prepare_cached(sql)?;
    let rows =
        statement.query_map(params![id(db, bucket)?, number(kind)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn delete_text(
    db: &Connection,
    bucket: &BucketName,
    kind: TextKind,
    name: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM bucket_texts WHERE bucket = ?1 AND kind = ?2 AND name = ?3";
    Ok(db.prepare_cached(sql)?.execute(params![id(db, bucket)?, number(kind), name])? > 0)
}
