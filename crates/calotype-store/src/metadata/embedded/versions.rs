//! Statements on the versions of one key. What it shows now is in `objects`, everything before in `versions`.

use std::time::SystemTime;

use calotype_protocol::names::{ETag, VersionId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{etag, from_ms, release, segments_from_text, to_ms};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::metadata::{AsListed, RemovedObject};
use crate::record::Versioning;
use crate::retention::Retained;

/// Columns that both tables have beside those that name the version.
const CONTENT: &str = "etag, size_bytes, crc64, modified_ms, storage_class, content, attributes, segments";

/// The versions of one key, in a change.
pub(super) struct KeyRows<'a> {
    pub(super) db: &'a Connection,
    pub(super) bucket: i64,
    pub(super) key: &'a [u8],
    /// What may not be taken out.
    pub(super) retained: Retained,
}

/// Where a version is.
pub(super) enum Place {
    Current,
    Older { sequence: i64, version: VersionId, is_marker: bool },
}

/// What had to be done to make room for a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Nothing: the key showed nothing.
    WasThere,
    /// What the key showed is gone, or an older version.
    Made,
    /// What is in the way has to stay. Nothing was changed.
    Locked,
}

/// What became of a version that was to be taken out.
enum Taken {
    From(Place),
    /// There is no such version.
    Nothing,
    /// It has to stay.
    Locked,
}

impl<'a> KeyRows<'a> {
    /// The versions of a key in a bucket that retains nothing.
    pub(super) fn new(db: &'a Connection, bucket: i64, key: &'a impl AsRef<str>) -> Self {
        Self { db, bucket, key: key.as_ref().as_bytes(), retained: Retained::default() }
    }

    /// Where a version is; without an id the current one, or else the delete marker in front of all others.
    pub(super) fn place(&self, version: Option<&VersionId>) -> Result<Option<Place>, StoreError> {
        let sql = "SELECT 1 FROM objects
                   WHERE bucket = ?1 AND key = ?2 AND (?3 IS NULL OR COALESCE(version, 'null') = ?3)";
        let id = version.map(VersionId::as_str);
        if self.db.prepare_cached(sql)?.exists(params![self.bucket, self.key, id])? {
            return Ok(Some(Place::Current));
        }
        let sql = format!(
            "SELECT sequence, version, is_marker FROM versions
             WHERE bucket = ?1 AND key = ?2 AND {} ORDER BY sequence LIMIT 1",
            chosen(version)
        );
        let place = |row: &Row<'_>| {
            let version = VersionId::from(row.get::<_, String>(1)?);
            Ok(Place::Older { sequence: row.get(0)?, version, is_marker: row.get(2)? })
        };
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row(params![self.bucket, self.key, id], place).optional()?)
    }

    /// Tag of what the key shows, or of one version, if it is there and no delete marker.
    pub(super) fn etag(&self, version: Option<&VersionId>) -> Result<Option<ETag>, StoreError> {
        let sql = "SELECT etag FROM objects
                       WHERE bucket = ?1 AND key = ?2 AND (?3 IS NULL OR COALESCE(version, 'null') = ?3)
                   UNION ALL SELECT etag FROM versions
                       WHERE bucket = ?1 AND key = ?2 AND version = ?3 AND NOT is_marker";
        let mut statement = self.db.prepare_cached(sql)?;
        let values = params![self.bucket, self.key, version.map(VersionId::as_str)];
        let found: Option<String> = statement.query_row(values, |row| row.get(0)).optional()?;
        found.as_deref().map(etag).transpose()
    }

    /// Whether a version, or what the key shows, is still as a listing showed it.
    pub(super) fn is_as_listed(
        &self,
        version: Option<&VersionId>,
        as_listed: AsListed,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "SELECT modified_ms, 1 FROM objects
                 WHERE bucket = ?1 AND key = ?2 AND (?3 IS NULL OR COALESCE(version, 'null') = ?3)
             UNION ALL SELECT modified_ms, sequence = {NEWEST_SEQUENCE}
                     AND NOT EXISTS (SELECT 1 FROM objects WHERE bucket = ?1 AND key = ?2) FROM versions
                 WHERE bucket = ?1 AND key = ?2 AND version = ?3"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let values = params![self.bucket, self.key, version.map(VersionId::as_str)];
        let found: Option<(i64, bool)> =
            statement.query_row(values, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(found == Some((to_ms(as_listed.last_modified), as_listed.is_latest)))
    }

    /// Takes what a new version replaces out of its way: what has its id is gone, what is current becomes older.
    pub(super) fn make_room(
        &self,
        versioning: Versioning,
        id: &VersionId,
        retired: &mut Vec<BlobId>,
    ) -> Result<Room, StoreError> {
        let mut existed = false;
        if id.is_null() {
            existed = match self.take_out(id, retired)? {
                Taken::From(place) => matches!(place, Place::Current),
                Taken::Nothing => false,
                Taken::Locked => return Ok(Room::Locked),
            };
        }
        if versioning != Versioning::Unversioned {
            existed |= self.set_aside()?;
        }
        Ok(if existed { Room::Made } else { Room::WasThere })
    }

    /// The current object becomes the newest of the older versions; says whether there was one.
    fn set_aside(&self) -> Result<bool, StoreError> {
        let sql = format!(
            "INSERT INTO versions (bucket, key, sequence, version, is_marker, {CONTENT})
             SELECT bucket, key, {NEXT_SEQUENCE}, COALESCE(version, 'null'), 0, {CONTENT}
             FROM objects WHERE bucket = ?1 AND key = ?2"
        );
        if self.db.prepare_cached(&sql)?.execute(params![self.bucket, self.key])? == 0 {
            return Ok(false);
        }
        self.forget_current()?;
        Ok(true)
    }

    /// Puts a delete marker in front of all other versions. Nothing may be current.
    pub(super) fn add_marker(&self, id: &VersionId, made: SystemTime) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO versions (bucket, key, sequence, version, is_marker, modified_ms)
             VALUES (?1, ?2, {NEXT_SEQUENCE}, ?3, 1, ?4)"
        );
        let values = params![self.bucket, self.key, id.as_str(), to_ms(made)];
        self.db.prepare_cached(&sql)?.execute(values)?;
        Ok(())
    }

    /// Removes one version. If the key shows nothing then, the newest version that is left becomes current, unless it is
    /// a delete marker.
    pub(super) fn remove(
        &self,
        version: &VersionId,
        retired: &mut Vec<BlobId>,
    ) -> Result<RemovedObject, StoreError> {
        let taken = self.take_out(version, retired)?;
        if matches!(taken, Taken::From(_)) {
            self.promote()?;
        }
        Ok(RemovedObject {
            existed: !matches!(taken, Taken::Nothing),
            version_id: Some(version.clone()),
            is_delete_marker: matches!(taken, Taken::From(Place::Older { is_marker: true, .. })),
            is_locked: matches!(taken, Taken::Locked),
        })
    }

    /// Removes a version's record and inline content, unless it is retained; says where it was.
    fn take_out(&self, version: &VersionId, retired: &mut Vec<BlobId>) -> Result<Taken, StoreError> {
        let sql = "SELECT content, segments, modified_ms FROM objects
                   WHERE bucket = ?1 AND key = ?2 AND COALESCE(version, 'null') = ?3";
        let found = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?));
        let values = params![self.bucket, self.key, version.as_str()];
        let current = self.db.prepare_cached(sql)?.query_row(values, found).optional()?;
        if let Some((content, segments, modified_ms)) = current {
            if self.retained.includes(from_ms(modified_ms)) {
                return Ok(Taken::Locked);
            }
            self.let_go(content, &segments, retired)?;
            self.forget_current()?;
            return Ok(Taken::From(Place::Current));
        }
        let Some(place) = self.place(Some(version))? else { return Ok(Taken::Nothing) };
        if let Place::Older { sequence, is_marker, .. } = &place {
            let sql = "SELECT content, COALESCE(segments, ''), modified_ms FROM versions
                       WHERE bucket = ?1 AND key = ?2 AND sequence = ?3";
            let values = params![self.bucket, self.key, sequence];
            let (content, segments, modified_ms) = self.db.prepare_cached(sql)?.query_row(values, found)?;
            if !is_marker && self.retained.includes(from_ms(modified_ms)) {
                return Ok(Taken::Locked);
            }
            self.let_go(content, &segments, retired)?;
            let sql = "DELETE FROM versions WHERE bucket = ?1 AND key = ?2 AND sequence = ?3";
            self.db.prepare_cached(sql)?.execute(params![self.bucket, self.key, sequence])?;
        }
        Ok(Taken::From(place))
    }

    fn let_go(
        &self,
        content: Option<i64>,
        segments: &str,
        retired: &mut Vec<BlobId>,
    ) -> Result<(), StoreError> {
        if let Some(content) = content {
            self.db.prepare_cached("DELETE FROM contents WHERE id = ?1")?.execute([content])?;
        }
        release(self.db, &segments_from_text(segments)?, retired)
    }

    fn forget_current(&self) -> Result<(), StoreError> {
        let sql = "DELETE FROM objects WHERE bucket = ?1 AND key = ?2";
        self.db.prepare_cached(sql)?.execute(params![self.bucket, self.key])?;
        Ok(())
    }

    fn promote(&self) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO objects (bucket, key, version, {CONTENT})
             SELECT bucket, key, NULLIF(version, 'null'), {CONTENT} FROM versions
             WHERE bucket = ?1 AND key = ?2 AND sequence = {NEWEST_SEQUENCE} AND NOT is_marker
                 AND NOT EXISTS (SELECT 1 FROM objects WHERE bucket = ?1 AND key = ?2)"
        );
        if self.db.prepare_cached(&sql)?.execute(params![self.bucket, self.key])? > 0 {
            let sql = format!(
                "DELETE FROM versions WHERE bucket = ?1 AND key = ?2 AND sequence = {NEWEST_SEQUENCE}"
            );
            self.db.prepare_cached(&sql)?.execute(params![self.bucket, self.key])?;
        }
        Ok(())
    }
}

/// Sequences fall, so that the newest version comes first.
const NEXT_SEQUENCE: &str =
    "(SELECT COALESCE(MIN(sequence), 0) - 1 FROM versions WHERE bucket = ?1 AND key = ?2)";
const NEWEST_SEQUENCE: &str = "(SELECT MIN(sequence) FROM versions WHERE bucket = ?1 AND key = ?2)";

/// The condition on an older version: the id in the third parameter, if there is one.
pub(super) fn chosen(version: Option<&VersionId>) -> &'static str {
    if version.is_some() { "version = ?3" } else { "?3 IS NULL" }
}
