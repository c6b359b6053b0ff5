//! Pictures made from pictures: stored results of `Pic-Operations`, and results made on download.
//!
//! [`rules`] decides what may be made and where it goes, [`make_results`] makes it, [`on_the_fly`] answers downloads
//! with an instruction, [`workers`] is where pixels run. Endpoint handlers call the functions re-exported here.

mod assets;
mod config;
mod faces;
mod failure;
mod fonts;
mod generate_code;
mod inspect;
mod labels;
mod make_results;
mod new_results;
mod on_the_fly;
mod persistent;
mod renditions;
mod rules;
mod styles;
pub mod workers;

use std::time::Duration;

use calotype_image::{Fonts, Limits};
use calotype_protocol::error_code::ErrorCode;
use tokio::sync::{Semaphore, SemaphorePermit};

pub(crate) use assets::Request;
pub use config::{LimitsConfig, PicturesConfig};
pub use failure::Failure;
pub(crate) use failure::X_ERR_NO;
pub(crate) use generate_code::generate_code;
pub(crate) use labels::aigc_metadata;
pub(crate) use on_the_fly::{Download, numbered, on_the_fly};
pub(crate) use persistent::{complete_with_rules, process_image, process_stored, put_with_rules};
use renditions::Renditions;
pub(crate) use rules::{check_rule, check_rules};
pub(crate) use styles::{check_style, is_style_name};
use workers::Workers;

/// What all picture requests share: threads, limits, and what was made before.
#[derive(Debug)]
pub struct Pictures {
    workers: Workers,
    limits: Limits,
    fonts: Fonts,
    renditions: Renditions,
    /// One permit for each KiB of a source that is held in memory.
    sources: Semaphore,
    sources_kib: u64,
}

impl Pictures {
    /// Reads the fonts and starts the threads.
    ///
    /// Errors: a font that cannot be read; the system refuses to start a thread.
    pub fn start(config: &PicturesConfig) -> std::io::Result<Self> {
        let permits = usize::try_from(config.sources_size_bytes / 1024).unwrap_or(usize::MAX);
        let permits = permits.min(Semaphore::MAX_PERMITS);
        Ok(Self {
            workers: Workers::start(config.workers.clone())?,
            limits: config.limits.limits(),
            fonts: config.fonts_folder.as_deref().map(fonts::load).transpose()?.unwrap_or_default(),
            renditions: Renditions::new(config.cache_size_bytes),
            sources: Semaphore::new(permits),
            sources_kib: permits as u64,
        })
    }

    /// Waits until a source of this size may be held in memory; it may as long as the permit lives.
    ///
    /// - `size_bytes`: as announced; without it the largest is assumed.
    /// - `beside_bytes`: of pictures that are drawn on it. All is waited for at once, so that two requests never wait
    ///   for each other.
    /// - Errors: `ImageTooLarge` at once, `SlowDown` after the time a picture may take.
    async fn hold(&self, size_bytes: Option<u64>, beside_bytes: u64) -> Result<SemaphorePermit<'_>, Failure> {
        let size_bytes_max = self.limits.source_size_bytes_max;
        let size_bytes = size_bytes.unwrap_or(size_bytes_max);
        if size_bytes > size_bytes_max {
            return Err(Failure::too_many_bytes(size_bytes_max));
        }
        let permits = (size_bytes + beside_bytes).div_ceil(1024).min(self.sources_kib);
        let permits = u32::try_from(permits).unwrap_or(u32::MAX);
        let patience = Duration::from_millis(self.workers.config().timeout_ms);
        match tokio::time::timeout(patience, self.sources.acquire_many(permits)).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Failure::new(ErrorCode::SlowDown, "too many images are in memory at once")),
        }
    }
}
