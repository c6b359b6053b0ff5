//! The one thread that writes. Whatever is waiting when it is free shares one transaction, and so one sync.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::BACKEND;
use crate::error::StoreError;

/// Changes that share one transaction at most. More would make the first of them wait longer than the sync it saves.
const GROUP_MAX: usize = 256;

/// Where changes are queued.
pub(super) struct Writer {
    queue: Option<Sender<Box<dyn Change>>>,
    thread: Option<JoinHandle<()>>,
}

/// A change in the queue, whatever it returns.
trait Change: Send {
    /// Carries the change out, or undoes it whole if it fails.
    fn run(&mut self, db: &Connection);
    /// Tells the caller, once it is known whether the transaction was committed.
    fn reply(self: Box<Self>, failure: Option<&Arc<rusqlite::Error>>);
}

struct Queued<W, T> {
    work: Option<W>,
    outcome: Result<T, StoreError>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl Writer {
    pub(super) fn start(db: Connection) -> Result<Self, StoreError> {
        let (queue, changes) = channel();
        let thread = std::thread::Builder::new()
            .name("metadata-writer".to_owned())
            .spawn(move || write_all(&db, &changes))
            .map_err(|error| StoreError::backend(BACKEND, "start its writer", error))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a change and waits until it is durable. It is carried out even if nobody waits any more.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (caller, answer) = oneshot::channel();
        let queued = Queued { work: Some(work), outcome: Err(stopped()), caller };
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(Box::new(queued)).map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    /// Returns when everything queued is committed and the connection is closed.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn stopped() -> StoreError {
    StoreError::backend(BACKEND, "write", "the writer has stopped")
}

impl<W, T> Change for Queued<W, T>
where
    W: FnOnce(&Connection) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(&mut self, db: &Connection) {
        if let Some(work) = self.work.take() {
            // A defect in one change must not end the thread all others depend on.
            let unwound = |_| Err(StoreError::backend(BACKEND, "write", "the change panicked"));
            self.outcome = catch_unwind(AssertUnwindSafe(|| one_change(db, work))).unwrap_or_else(unwound);
        }
    }

    fn reply(self: Box<Self>, failure: Option<&Arc<rusqlite::Error>>) {
        // What failed by itself keeps its own error; what was well, or had no turn, shares the transaction's.
        let is_shared = self.outcome.is_ok() || self.work.is_some();
        let outcome = match failure.filter(|_| is_shared) {
            Some(failure) => Err(StoreError::backend(BACKEND, "commit", Arc::clone(failure))),
            None => self.outcome,
        };
        let _ = self.caller.send(outcome);
    }
}

/// A change that fails takes back only itself: its savepoint inside the shared transaction.
fn one_change<T>(
    db: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    run(db, "SAVEPOINT change")?;
    // Dropped while armed, also by a panic, it takes the change back.
    let mut undo = Undo { db, is_armed: true };
    let outcome = work(db)?;
    run(db, "RELEASE change")?;
    undo.is_armed = false;
    Ok(outcome)
}

struct Undo<'a> {
    db: &'a Connection,
    is_armed: bool,
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        // If SQLite has already rolled the whole transaction back there is no savepoint left; the group notices.
        if self.is_armed && run(self.db, "ROLLBACK TO change").is_ok() {
            let _ = run(self.db, "RELEASE change");
        }
    }
}

fn run(db: &Connection, statement: &str) -> Result<(), rusqlite::Error> {
    db.prepare_cached(statement)?.execute([]).map(|_| ())
}

fn write_all(db: &Connection, changes: &Receiver<Box<dyn Change>>) {
    while let Ok(first) = changes.recv() {
        let mut group = Vec::new();
        let committed = run_group(db, first, changes, &mut group);
        let failure = committed.err().map(Arc::new);
        if failure.is_some() && !db.is_autocommit() {
            let _ = run(db, "ROLLBACK");
        }
        for change in group {
            change.reply(failure.as_ref());
        }
    }
}

/// Runs `first` and whatever is waiting by then in one transaction.
fn run_group(
    db: &Connection,
    first: Box<dyn Change>,
    changes: &Receiver<Box<dyn Change>>,
    group: &mut Vec<Box<dyn Change>>,
) -> Result<(), rusqlite::Error> {
    group.push(first);
    run(db, "BEGIN IMMEDIATE")?;
    let mut begun = 0;
    while begun < group.len() {
        group[begun].run(db);
        begun += 1;
        // A full disk may have ended the transaction under us. Then nothing of this group is committed, and the
        // commit below says so.
        if db.is_autocommit() {
            break;
        }
        if begun < GROUP_MAX {
            group.extend(changes.try_recv());
        }
    }
    run(db, "COMMIT")
}
