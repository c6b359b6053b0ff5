//! Statements on jobs.

use std::time::SystemTime;

use calotype_protocol::names::BucketName;
use rusqlite::{Connection, Row, params};

use super::buckets;
use super::rows::{corrupt, from_ms, to_ms};
use crate::error::StoreError;
use crate::job::{JobPage, JobRecord, JobState, ListJobs};

const COLUMNS: &str = "jobs.id, buckets.name, queue, tag, state, jobs.created_ms, started_ms, ended_ms, attempts, \
                       task, outcome";
const TABLES: &str = "jobs JOIN buckets ON buckets.id = jobs.bucket";

fn number(state: JobState) -> i64 {
    match state {
        JobState::Submitted => 1,
        JobState::Running => 2,
        JobState::Success => 3,
        JobState::Failed => 4,
        JobState::Cancelled => 5,
    }
}

fn state(found: i64) -> Result<JobState, StoreError> {
    let known = JobState::ALL.into_iter().find(|state| number(*state) == found);
    known.ok_or_else(|| corrupt(format!("job state {found}")))
}

fn record(row: &Row<'_>) -> Result<JobRecord, StoreError> {
    let name: String = row.get(1)?;
    Ok(JobRecord {
        id: row.get(0)?,
        bucket: name.parse().map_err(|_| corrupt(format!("bucket name {name:?}")))?,
        queue: row.get(2)?,
        tag: row.get(3)?,
        state: state(row.get(4)?)?,
        created: from_ms(row.get(5)?),
        started: row.get::<_, Option<i64>>(6)?.map(from_ms),
        ended: row.get::<_, Option<i64>>(7)?.map(from_ms),
        attempts: row.get(8)?,
        task: row.get(9)?,
        outcome: row.get(10)?,
    })
}

pub(super) fn create(db: &Connection, job: &JobRecord) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO jobs (bucket, id, queue, tag, state, created_ms, started_ms, ended_ms, attempts, task,
                                 outcome)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    db.prepare_cached(sql)?.execute(params![
        buckets::id(db, &job.bucket)?,
        job.id,
        job.queue,
        job.tag,
        number(job.state),
        to_ms(job.created),
        job.started.map(to_ms),
        job.ended.map(to_ms),
        job.attempts,
        job.task,
        job.outcome,
    ])?;
    Ok(())
}

pub(super) fn change(db: &Connection, job: &JobRecord, from: JobState) -> Result<bool, StoreError> {
    let sql = "UPDATE jobs SET state = ?4, started_ms = ?5, ended_ms = ?6, attempts = ?7, outcome = ?8
               WHERE bucket = ?1 AND id = ?2 AND state = ?3";
    let changed = db.prepare_cached(sql)?.execute(params![
        buckets::id(db, &job.bucket)?,
        job.id,
        number(from),
        number(job.state),
        job.started.map(to_ms),
        job.ended.map(to_ms),
        job.attempts,
        job.outcome,
    ])?;
    Ok(changed > 0)
}

pub(super) fn find(db: &Connection, bucket: &BucketName, id: &str) -> Result<Option<JobRecord>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE jobs.bucket = ?1 AND jobs.id = ?2");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params![buckets::id(db, bucket)?, id])?;
    rows.next()?.map(record).transpose()
}

pub(super) fn list(db: &Connection, bucket: &BucketName, list: &ListJobs) -> Result<JobPage, StoreError> {
    let (past, order) = if list.newest_first { ("<", "DESC") } else { (">", "ASC") };
    let states: Vec<String> = list.states.iter().map(|state| number(*state).to_string()).collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE jobs.bucket = ?1 AND (?2 IS NULL OR jobs.id {past} ?2) AND (?3 IS NULL OR queue = ?3)
           AND (?4 IS NULL OR tag = ?4) AND (?5 IS NULL OR jobs.created_ms >= ?5)
           AND (?6 IS NULL OR jobs.created_ms <= ?6) AND state IN ({})
         ORDER BY jobs.id {order} LIMIT ?7",
        states.join(", ")
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params![
        buckets::id(db, bucket)?,
        list.marker,
        list.queue,
        list.tag,
        list.created_from.map(to_ms),
        list.created_to.map(to_ms),
        (list.jobs_max + 1) as i64,
    ])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        jobs.push(record(row)?);
    }
    Ok(JobPage::cut(jobs, list.jobs_max))
}

pub(super) fn pending(db: &Connection, jobs_max: usize) -> Result<Vec<JobRecord>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE state IN (1, 2) ORDER BY jobs.created_ms, jobs.id LIMIT ?1"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([jobs_max as i64])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        jobs.push(record(row)?);
    }
    Ok(jobs)
}

pub(super) fn count_pending(db: &Connection, bucket: &BucketName) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM jobs WHERE bucket = ?1 AND state IN (1, 2)";
    let count: i64 = db.prepare_cached(sql)?.query_row([buckets::id(db, bucket)?], |row| row.get(0))?;
    Ok(count.max(0) as u64)
}

pub(super) fn forget(db: &Connection, ended_before: SystemTime) -> Result<u64, StoreError> {
    let sql = "DELETE FROM jobs WHERE state IN (3, 4, 5) AND ended_ms < ?1";
    Ok(db.prepare_cached(sql)?.execute([to_ms(ended_before)])? as u64)
}

/// Removes the jobs of a bucket that is being removed.
pub(super) fn delete_all(db: &Connection, bucket: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM jobs WHERE bucket = ?1")?.execute([bucket])?;
    Ok(())
}
