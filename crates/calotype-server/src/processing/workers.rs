//! A fixed pool of threads for pixels: bounded queue, bounded memory, bounded time.
//!
//! Pictures never run on the threads that serve the network. A piece of [`Work`] waits in a bounded queue until a thread
//! and its memory are free, strictly in order of arrival, so that a large picture is not overtaken for ever. Its parts
//! (one for each rule) run one after the other, and side by side only where a thread would otherwise idle.

mod config;
mod queue;
mod running;

use std::sync::Arc;
use std::time::Duration;

use calotype_image::{Cancel, ImageError};
use tokio::sync::oneshot;

pub use config::WorkersConfig;
use queue::{Entry, Queue};
use running::Running;

/// What the pool carries out: a shared first step, then parts that do not depend on each other.
pub trait Work: Send + Sync + 'static {
    /// What each part makes.
    type Output: Send + 'static;

    /// Bytes to reserve from the budget before [`Work::prepare`] and until the last part has ended.
    fn memory_bytes(&self) -> u64;

    /// Number of parts; they are begun in the order 0, 1, 2, ...
    fn parts(&self) -> usize;

    /// Runs once before all parts. `cancel` is raised when nobody waits for the outcome any more.
    fn prepare(&self, cancel: &Cancel) -> Result<(), ImageError>;

    /// Carries out one part, perhaps while others run.
    fn run_part(&self, number: usize, cancel: &Cancel) -> Result<Self::Output, ImageError>;
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Every thread is busy and every place in the queue is taken.
    #[error("all {places} places in the queue for image work are taken")]
    QueueFull {
        /// [`WorkersConfig::queue_places`].
        places: usize,
    },

    /// The work can never run here, however long it waits.
    #[error("the image needs {needed_bytes} bytes of memory, the limit memory_bytes is {budget_bytes}")]
    OverBudget {
        /// What the work asks for.
        needed_bytes: u64,
        /// [`WorkersConfig::memory_bytes`].
        budget_bytes: u64,
    },

    /// Waiting and working together took longer than allowed.
    #[error("the image work did not end within {} ms", .0.as_millis())]
    TimedOut(Duration),

    /// A bug: the work panicked. The thread lives on.
    #[error("the image work panicked: {0}")]
    Panicked(String),

    /// The pool is shutting down.
    #[error("the image workers have stopped")]
    Stopped,

    /// The shared first step failed.
    #[error(transparent)]
    Prepare(ImageError),

    /// One part failed; of several, the one with the lowest number.
    #[error("{error}")]
    Part {
        /// Number of the part.
        number: usize,
        /// Its error.
        #[source]
        error: ImageError,
    },
}

/// The pool. Dropping it lets running work end and turns away what waits.
#[derive(Debug)]
pub struct Workers {
    queue: Arc<Queue>,
    config: WorkersConfig,
}

impl Workers {
    /// Starts the threads.
    ///
    /// Errors: the system refuses to start a thread.
    pub fn start(config: WorkersConfig) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::new(config.queue_places, config.memory_bytes));
        for number in 0..config.threads.max(1) {
            let queue = Arc::clone(&queue);
            let thread = std::thread::Builder::new().name(format!("picture-{number}"));
            thread.stack_size(STACK_BYTES).spawn(move || {
                yield_to_the_network();
                queue.serve();
            })?;
        }
        Ok(Self { queue, config })
    }

    /// Runs the work and returns what its parts made, by part number.
    ///
    /// Dropping the future withdraws the work: it leaves the queue, or is told by its `cancel` flag.
    pub async fn run<W: Work>(&self, work: W) -> Result<Vec<W::Output>, WorkError> {
        let needed_bytes = work.memory_bytes();
        if needed_bytes > self.config.memory_bytes {
            return Err(WorkError::OverBudget { needed_bytes, budget_bytes: self.config.memory_bytes });
        }
        let (reply, outcome) = oneshot::channel();
        let entry: Arc<dyn Entry> = Arc::new(Running::new(work, reply));
        if !self.queue.push(Arc::clone(&entry)) {
            return Err(WorkError::QueueFull { places: self.config.queue_places });
        }
        let _withdraw = WithdrawOnDrop { queue: &self.queue, entry };
        let limit = Duration::from_millis(self.config.timeout_ms);
        match tokio::time::timeout(limit, outcome).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_sender_gone)) => Err(WorkError::Stopped),
            Err(_elapsed) => Err(WorkError::TimedOut(limit)),
        }
    }

    /// The settings it was started with.
    pub fn config(&self) -> &WorkersConfig {
        &self.config
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.queue.stop();
    }
}

/// Nobody waits for the entry once this is gone.
struct WithdrawOnDrop<'a> {
    queue: &'a Queue,
    entry: Arc<dyn Entry>,
}

impl Drop for WithdrawOnDrop<'_> {
    fn drop(&mut self) {
        self.entry.cancel();
        self.queue.withdraw(&self.entry);
    }
}

/// Room for drawings that go as deep as is allowed: each level takes several calls.
const STACK_BYTES: usize = 16 << 20;

/// Small requests stay quick while pictures are made: on Linux priorities belong to threads, so this one steps back.
fn yield_to_the_network() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "image workers keep the normal priority");
    }
}

/// How far image threads step back, on the usual scale of 0 to 19.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

#[cfg(test)]
mod tests;
