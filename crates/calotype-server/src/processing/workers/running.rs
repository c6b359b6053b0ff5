//! One piece of work from queue to outcome, shared by the threads that carry it out.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use calotype_image::{Cancel, ImageError};
use tokio::sync::oneshot;

use super::queue::Entry;
use super::{Work, WorkError};

pub(super) struct Running<W: Work> {
    /// Taken out when the work has ended, so that pixels are gone before their memory counts as free.
    work: Mutex<Option<Arc<W>>>,
    memory_bytes: u64,
    parts: usize,
    next_part: AtomicUsize,
    parts_unfinished: AtomicUsize,
    cancel: Cancel,
    outcome: Mutex<Outcome<W::Output>>,
}

struct Outcome<T> {
    made: Vec<Option<T>>,
    failed: Option<WorkError>,
    reply: Option<oneshot::Sender<Result<Vec<T>, WorkError>>>,
}

impl<W: Work> Running<W> {
    pub(super) fn new(work: W, reply: oneshot::Sender<Result<Vec<W::Output>, WorkError>>) -> Self {
        let parts = work.parts();
        Self {
            memory_bytes: work.memory_bytes(),
            work: Mutex::new(Some(Arc::new(work))),
            parts,
            next_part: AtomicUsize::new(0),
            parts_unfinished: AtomicUsize::new(parts),
            cancel: Cancel::new(),
            outcome: Mutex::new(Outcome {
                made: std::iter::repeat_with(|| None).take(parts).collect(),
                failed: None,
                reply: Some(reply),
            }),
        }
    }

    /// Runs a step of the work; a panic or a withdrawn work becomes an error.
    fn step<T>(
        &self,
        run: impl FnOnce(&W, &Cancel) -> Result<T, ImageError>,
        wrap: impl FnOnce(ImageError) -> WorkError,
    ) -> Result<T, WorkError> {
        let work = lock(&self.work).as_ref().map(Arc::clone);
        let Some(work) = work.filter(|_| !self.cancel.is_cancelled()) else {
            return Err(wrap(ImageError::Cancelled));
        };
        match catch_unwind(AssertUnwindSafe(|| run(&work, &self.cancel))) {
            Ok(result) => result.map_err(wrap),
            Err(panic) => Err(WorkError::Panicked(panic_message(panic.as_ref()))),
        }
    }

    fn record(&self, number: usize, result: Result<W::Output, WorkError>) {
        let mut outcome = lock(&self.outcome);
        match result {
            Ok(output) => outcome.made[number] = Some(output),
            Err(error) => {
                // One failure fails all, so the other parts may stop.
                self.cancel.cancel();
                if outcome.failed.as_ref().is_none_or(|earlier| tells_more(&error, earlier)) {
                    outcome.failed = Some(error);
                }
            }
        }
    }

    fn finish(&self) {
        drop(lock(&self.work).take());
        let mut outcome = lock(&self.outcome);
        let made = std::mem::take(&mut outcome.made);
        let result = match outcome.failed.take() {
            Some(error) => Err(error),
            None => Ok(made.into_iter().flatten().collect()),
        };
        if let Some(reply) = outcome.reply.take() {
            // Nobody listens any more when the request is gone; then the outcome is dropped here.
            let _ = reply.send(result);
        }
    }
}

impl<W: Work> Entry for Running<W> {
    fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    fn cancel(&self) {
        self.cancel.cancel();
    }

    fn turn_away(&self) {
        lock(&self.outcome).failed = Some(WorkError::Stopped);
        self.finish();
    }

    fn prepare(&self) -> bool {
        if let Err(error) = self.step(|work, cancel| work.prepare(cancel), WorkError::Prepare) {
            lock(&self.outcome).failed = Some(error);
            self.finish();
            return false;
        }
        if self.parts == 0 {
            self.finish();
        }
        self.parts > 0
    }

    fn has_parts_left(&self) -> bool {
        self.next_part.load(Ordering::Relaxed) < self.parts
    }

    fn run_parts(&self) -> bool {
        let mut ended = false;
        while let Some(number) = self.claim_part() {
            let result = self.step(
                |work, cancel| work.run_part(number, cancel),
                |error| WorkError::Part { number, error },
            );
            self.record(number, result);
            ended = self.parts_unfinished.fetch_sub(1, Ordering::AcqRel) == 1;
        }
        if ended {
            self.finish();
        }
        ended
    }
}

impl<W: Work> Running<W> {
    fn claim_part(&self) -> Option<usize> {
        self.next_part
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
                (next < self.parts).then_some(next + 1)
            })
            .ok()
    }
}

/// Of two failures the one to report: a cause before its consequence, then the lower number.
fn tells_more(error: &WorkError, earlier: &WorkError) -> bool {
    fn rank(error: &WorkError) -> (bool, usize) {
        match error {
            WorkError::Part { error: ImageError::Cancelled, number } => (true, *number),
            WorkError::Part { number, .. } => (false, *number),
            _ => (false, 0),
        }
    }
    rank(error) < rank(earlier)
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
