//! The tables, and how older ones become today's.

use rusqlite::Connection;

use crate::error::StoreError;

/// One step a version. Steps that have left this house are never changed, only followed by others.
const MIGRATIONS: &[&str] = &[FIRST, VERSIONS_BY_ID, JOBS, RETENTION];

/// - Keys are bytes, so that they sort by their bytes.
/// - `objects` holds what a key shows now; `versions` is for what it showed before, delete markers included. Sequences
///   fall, so that of one key the newest comes first.
/// - Bytes of small objects are in `contents`, apart from the records, so that listings read dense pages.
/// - `blobs` counts the records that point to each blob.
const FIRST: &str = "
CREATE TABLE accounts (
    uin         TEXT PRIMARY KEY,
    app_id      TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE access_keys (
    secret_id   TEXT PRIMARY KEY,
    secret_key  TEXT NOT NULL,
    uin         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE buckets (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    owner       TEXT NOT NULL,
    region      TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    acl         TEXT NOT NULL,
    traits      TEXT NOT NULL,
    versioning  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE bucket_texts (
    bucket      INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    name        TEXT NOT NULL,
    text        TEXT NOT NULL,
    PRIMARY KEY (bucket, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE objects (
    bucket        INTEGER NOT NULL,
    key           BLOB NOT NULL,
    version       TEXT,
    etag          TEXT NOT NULL,
    size_bytes    INTEGER NOT NULL,
    crc64         INTEGER NOT NULL,
    modified_ms   INTEGER NOT NULL,
    storage_class TEXT NOT NULL,
    content       INTEGER,
    attributes    TEXT NOT NULL,
    segments      TEXT NOT NULL,
    PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
    bucket        INTEGER NOT NULL,
    key           BLOB NOT NULL,
    sequence      INTEGER NOT NULL,
    version       TEXT NOT NULL,
    is_marker     INTEGER NOT NULL,
    etag          TEXT,
    size_bytes    INTEGER,
    crc64         INTEGER,
    modified_ms   INTEGER NOT NULL,
    storage_class TEXT,
    content       INTEGER,
    attributes    TEXT,
    segments      TEXT,
    PRIMARY KEY (bucket, key, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE contents (
    id          INTEGER PRIMARY KEY,
    bytes       BLOB NOT NULL
) STRICT;

CREATE TABLE blobs (
    id          BLOB PRIMARY KEY,
    claims      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE uploads (
    bucket       INTEGER NOT NULL,
    key          BLOB NOT NULL,
    id           TEXT NOT NULL,
    initiated_ms INTEGER NOT NULL,
    initiator    TEXT NOT NULL,
    note         TEXT,
    generation   INTEGER NOT NULL,
    attributes   TEXT NOT NULL,
    PRIMARY KEY (bucket, key, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE parts (
    upload      TEXT NOT NULL,
    number      INTEGER NOT NULL,
    etag        TEXT NOT NULL,
    size_bytes  INTEGER NOT NULL,
    crc64       INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    segments    TEXT NOT NULL,
    PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;
";

/// Keys with many versions are asked for one of them by its id.
const VERSIONS_BY_ID: &str = "CREATE INDEX versions_by_id ON versions (bucket, key, version);";

/// `state` is 1 submitted, 2 running, 3 success, 4 failed, 5 cancelled.
const JOBS: &str = "
CREATE TABLE jobs (
    bucket      INTEGER NOT NULL,
    id          TEXT NOT NULL,
    queue       TEXT NOT NULL,
    tag         TEXT NOT NULL,
    state       INTEGER NOT NULL,
    created_ms  INTEGER NOT NULL,
    started_ms  INTEGER,
    ended_ms    INTEGER,
    attempts    INTEGER NOT NULL,
    task        TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    PRIMARY KEY (bucket, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX pending_jobs ON jobs (created_ms, id) WHERE state IN (1, 2);
";

/// For how many days a bucket retains what is written; null if it was never told to.
const RETENTION: &str = "ALTER TABLE buckets ADD COLUMN retention_days INTEGER;";

/// Runs the migrations a database has not seen, each in its own transaction.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<(), StoreError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for (version, migration) in (1..).zip(MIGRATIONS).skip(found.max(0) as usize) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_database_is_made_once_and_found_again() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up_to_date(&mut connection).unwrap();
        bring_up_to_date(&mut connection).unwrap();
    }

    #[test]
    fn a_database_of_a_newer_program_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let refused = bring_up_to_date(&mut connection).unwrap_err();
        assert!(matches!(refused, StoreError::NewerSchema { found: 99, .. }));
    }
}
