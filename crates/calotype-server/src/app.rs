//! Everything a request needs besides itself, built once.

use std::io;
use std::sync::Arc;

use calotype_protocol::address::Addressing;
use calotype_store::ObjectStore;
use jiff::Timestamp;

use crate::access::Policies;
use crate::config::{RequestLimits, ServerConfig};
use crate::credentials::Credentials;
use crate::processing::Pictures;

/// The service, as handlers see it. Passed by reference; there are no globals.
pub struct App {
    pub(crate) store: ObjectStore,
    pub(crate) pictures: Pictures,
    pub(crate) credentials: Credentials,
    pub(crate) policies: Policies,
    pub(crate) addressing: Addressing,
    pub(crate) limits: RequestLimits,
    pub(crate) clock: Clock,
}

impl App {
    /// Errors: the system refuses threads for pictures.
    pub(crate) fn new(config: &ServerConfig, store: ObjectStore) -> io::Result<Self> {
        Ok(Self {
            store,
            pictures: Pictures::start(&config.pictures)?,
            credentials: Credentials::new(&config.accounts),
            policies: Policies::new(),
            addressing: config.addressing(),
            limits: config.limits.clone(),
            clock: config.clock.clone(),
        })
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
