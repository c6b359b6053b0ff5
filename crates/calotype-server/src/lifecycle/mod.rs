//! Objects, versions and uploads whose time has come, found and dealt with in the background.
//!
//! Spec: spec/cos/misc.md, lifecycle.

mod scan;

use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{Mutex, watch};
use tokio::time::sleep;

use crate::app::App;

pub use scan::Scanned;

/// Pause between the start of the service and the first scan.
const FIRST_PAUSE: Duration = Duration::from_secs(60);

/// When lifecycle rules are carried out.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LifecycleConfig {
    /// Pause between two scans of all buckets that have rules. Default: an hour; 0 never scans.
    pub scan_interval_seconds: u64,
}

impl Default for LifecycleConfig {
    fn default() -> Self {
        Self { scan_interval_seconds: 3600 }
    }
}

/// The task that carries out lifecycle rules: it can be watched, and told to scan at once. Clones are the same task.
#[derive(Clone)]
pub struct Lifecycle {
    /// Whoever watches does not keep the service from ending.
    app: Weak<App>,
    progress: watch::Sender<LifecycleProgress>,
    /// Held while scanning: two scans at once would do everything twice.
    turn: Arc<Mutex<()>>,
}

/// What the task has done so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LifecycleProgress {
    /// Scans that have ended.
    pub scans: u64,
    /// Whether one is under way.
    pub is_scanning: bool,
    /// What the scan under way, or else the last one, has done.
    pub scanned: Scanned,
}

impl Lifecycle {
    pub(crate) fn new(app: &Arc<App>) -> Self {
        Self { app: Arc::downgrade(app), progress: watch::Sender::default(), turn: Arc::default() }
    }

    /// What has been done, now and whenever it changes.
    pub fn progress(&self) -> watch::Receiver<LifecycleProgress> {
        self.progress.subscribe()
    }

    /// Scans all buckets once, after a scan under way. A bucket that fails is logged and counted; a service that has
    /// ended has none.
    pub async fn scan(&self) -> Scanned {
        let _turn = self.turn.lock().await;
        let Some(app) = self.app.upgrade() else { return Scanned::default() };
        let tell = |scanned: &Scanned| {
            self.progress.send_modify(|progress| {
                progress.is_scanning = true;
                progress.scanned = scanned.clone();
            });
        };
        tell(&Scanned::default());
        let scanned = scan::scan(&app, tell).await;
        self.progress.send_modify(|progress| {
            *progress =
                LifecycleProgress { scans: progress.scans + 1, is_scanning: false, scanned: scanned.clone() };
        });
        if scanned != Scanned::default() {
            tracing::info!(?scanned, "carried out lifecycle rules");
        }
        scanned
    }

    /// Scans again and again, for ever.
    pub(crate) async fn run(self, config: LifecycleConfig) {
        if config.scan_interval_seconds == 0 {
            return;
        }
        let interval = Duration::from_secs(config.scan_interval_seconds);
        sleep(interval.min(FIRST_PAUSE)).await;
        loop {
            self.scan().await;
            sleep(interval).await;
        }
    }
}
