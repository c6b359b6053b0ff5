//! Everything a request needs besides itself, built once.

use std::sync::Arc;

use calotype_protocol::address::Addressing;
use calotype_protocol::names::BucketName;
use calotype_store::{ObjectStore, StoreError};
use jiff::Timestamp;

use crate::bucket_settings::{BucketSettings, SettingsCache};
use crate::config::{RequestLimits, ServerConfig};
use crate::credentials::{Credentials, KeyFile};
use crate::domains::Domains;
use crate::jobs::Jobs;
use crate::processing::Pictures;
use crate::server::BindError;

/// The service, as handlers see it. Passed by reference; there are no globals.
pub struct App {
    pub(crate) store: ObjectStore,
    pub(crate) pictures: Pictures,
    pub(crate) jobs: Jobs,
    pub(crate) credentials: Credentials,
    pub(crate) domains: Domains,
    pub(crate) bucket_settings: SettingsCache,
    pub(crate) limits: RequestLimits,
    pub(crate) clock: Clock,
    pub(crate) restore_delay_s: i64,
}

impl App {
    /// Errors: a font cannot be read; the system refuses threads for pictures; kept keys or the store cannot be read.
    pub(crate) async fn new(config: &ServerConfig, store: ObjectStore) -> Result<Self, BindError> {
        let kept_keys = config.key_folder.as_deref().map(KeyFile::open).transpose()?;
        let domains = Domains::load(config.addressing(), &store).await.map_err(BindError::Store)?;
        Ok(Self {
            store,
            pictures: Pictures::start(&config.pictures).map_err(BindError::Pictures)?,
            jobs: Jobs::new(config.jobs.clone()),
            credentials: Credentials::new(&config.accounts, kept_keys)?,
            domains,
            bucket_settings: SettingsCache::new(),
            limits: config.limits.clone(),
            clock: config.clock.clone(),
            restore_delay_s: i64::from(config.restore_delay_seconds),
        })
    }

    /// What hosts and paths mean now.
    pub(crate) fn addressing(&self) -> Arc<Addressing> {
        self.domains.addressing()
    }

    /// What the documents of a bucket say now. Errors: [`StoreError::NoSuchBucket`].
    pub(crate) async fn settings(&self, bucket: &BucketName) -> Result<Arc<BucketSettings>, StoreError> {
        self.bucket_settings.of(&self.store, bucket).await
    }
}

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The clock of the system.
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock that stands still, for requests that were signed long ago.
    pub fn fixed(moment: Timestamp) -> Self {
        Self(Arc::new(move || moment))
    }

    /// A clock that says what `moment` returns.
    pub fn from_fn(moment: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(moment))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}
