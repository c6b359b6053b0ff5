//! Pictures made from pictures: stored results of `Pic-Operations`, and results made on download.
//!
//! [`rules`] decides what may be made and where it goes, [`make_results`] makes it, [`on_the_fly`] answers downloads
//! with an instruction, [`workers`] is where pixels run. Endpoint handlers call the functions re-exported here.

mod config;
mod failure;
mod make_results;
mod renditions;
pub mod workers;

use calotype_image::Limits;
use tokio::sync::Semaphore;

pub use config::{LimitsConfig, PicturesConfig};
pub use failure::Failure;
use renditions::Renditions;
use workers::Workers;

/// What all picture requests share: threads, limits, and what was made before.
#[derive(Debug)]
pub struct Pictures {
    workers: Workers,
    limits: Limits,
    renditions: Renditions,
    /// One permit for each KiB of an upload that is held in memory.
    uploads: Semaphore,
}

impl Pictures {
    /// Starts the threads.
    ///
    /// Errors: the system refuses to start a thread.
    pub fn start(config: &PicturesConfig) -> std::io::Result<Self> {
        let upload_permits = usize::try_from(config.uploads_size_bytes / 1024).unwrap_or(usize::MAX);
        Ok(Self {
            workers: Workers::start(config.workers.clone())?,
            limits: config.limits.limits(),
            renditions: Renditions::new(config.cache_size_bytes),
            uploads: Semaphore::new(upload_permits.min(Semaphore::MAX_PERMITS)),
        })
    }
}
