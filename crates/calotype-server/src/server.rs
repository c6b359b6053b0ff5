//! The listening service: accepts connections, hands requests to the dispatcher, ends cleanly.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use calotype_store::{ObjectStore, StoreError};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::app::App;
use crate::config::{ConfigError, ServerConfig};
use crate::credentials::KeyFileError;
use crate::dispatch;
use crate::jobs;
use crate::lifecycle::{Lifecycle, LifecycleConfig};
use crate::wire::{self, WireConfig};

/// Pause after a failed accept: usually the process is out of file handles, and some come back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A service with its port open, not yet answering.
pub struct Server {
    listener: TcpListener,
    app: Arc<App>,
    wire: Arc<WireConfig>,
    lifecycle: Lifecycle,
    lifecycle_config: LifecycleConfig,
}

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Settings that cannot work; nothing was opened.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The port is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A font cannot be read, or the system refuses threads for pictures.
    #[error("cannot start image processing")]
    Pictures(#[source] io::Error),
    /// Kept keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// What buckets say about themselves cannot be read.
    #[error("cannot read the settings of the buckets")]
    Store(#[source] StoreError),
}

impl Server {
    /// Checks the settings and opens the port. Must be called inside a tokio runtime.
    ///
    /// Errors: all mistakes of the settings together, before the port is opened; a port that is taken.
    pub async fn bind(config: ServerConfig, store: ObjectStore) -> Result<Self, BindError> {
        config.validate()?;
        let app = Arc::new(App::new(&config, store).await?);
        let address = config.listen;
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|source| BindError::Listen { address, source })?;
        let lifecycle = Lifecycle::new(&app);
        let (wire, lifecycle_config) = (Arc::new(config.wire), config.lifecycle);
        Ok(Self { listener, app, wire, lifecycle, lifecycle_config })
    }

    /// Where it listens, with the port the system chose.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The task that carries out lifecycle rules while this service answers.
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.clone()
    }

    /// Answers requests until `shutdown` completes; then takes no more, and returns when those in flight are done
    /// or their grace is over.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let (stop, stopped) = watch::channel(false);
        let lifecycle = tokio::spawn(self.lifecycle.clone().run(self.lifecycle_config.clone()));
        let places = Arc::new(Semaphore::new(self.wire.connections_max));
        tokio::select! {
            () = self.accept_all(places, stopped) => {}
            () = jobs::run_until_stopped(Arc::clone(&self.app)) => {}
            () = shutdown => {}
        }
        let _ = stop.send(true);
        // What is due is found again at the next start.
        lifecycle.abort();
        let _ = lifecycle.await;
        let grace = Duration::from_secs(self.wire.shutdown_grace_seconds);
        drop(self.listener);
        // Every connection holds a receiver; the channel is closed once the last one is gone.
        if timeout(grace, stop.closed()).await.is_err() {
            tracing::warn!("some requests did not end within the grace period");
        }
    }

    async fn accept_all(&self, places: Arc<Semaphore>, stopped: watch::Receiver<bool>) {
        // The semaphore is never closed.
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            match self.listener.accept().await {
                Ok((stream, peer)) => self.spawn(stream, peer, place, stopped.clone()),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn spawn(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        place: OwnedSemaphorePermit,
        stopped: watch::Receiver<bool>,
    ) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot switch off the delay of small packets");
        }
        let (app, wire) = (Arc::clone(&self.app), Arc::clone(&self.wire));
        tokio::spawn(async move {
            let handle = |parts, body| dispatch::serve(Arc::clone(&app), peer, parts, body);
            wire::serve_connection(stream, &wire, stopped, handle).await;
            drop(place);
        });
    }
}
