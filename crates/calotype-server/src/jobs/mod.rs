//! Pictures made later: jobs wait in the store, are begun one after the other, and survive the process.
//!
//! The store is the truth about every job: whoever changes one says which state it must still be in, so that a job that is
//! cancelled while it is begun is either cancelled or begun. What is in memory here is only the order in which jobs wait. A
//! job that was begun when the process ended is begun again at the next start; its results take the place of what an earlier
//! attempt may have stored. Spec: spec/ci/extras.md, A7.

mod callback;
mod config;
mod detail;
mod queue;
mod run;
mod submit;
mod waiting;

use tokio::sync::Notify;

pub use config::JobsConfig;
pub use detail::{describe, wire_state};
pub use queue::{queue, queue_id, update_queue};
pub use run::run_until_stopped;
pub use submit::{TEMPLATE_PREFIX, submit};
use waiting::Waiting;

/// What jobs share: settings, and which of them wait.
#[derive(Debug)]
pub struct Jobs {
    config: JobsConfig,
    waiting: Waiting,
    /// Rung when a job was added, a queue changed, or a job may be tried again.
    bell: Notify,
}

impl Jobs {
    /// Nothing waits until [`run_until_stopped`] has looked into the store.
    pub fn new(config: JobsConfig) -> Self {
        Self { config, waiting: Waiting::default(), bell: Notify::new() }
    }

    /// Begins a job no more.
    pub fn forget_waiting(&self, id: &str) {
        self.waiting.remove(id);
    }

    /// Looks again at what waits.
    pub fn ring(&self) {
        self.bell.notify_one();
    }
}
