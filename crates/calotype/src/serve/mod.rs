//! `calotype serve`: settings, keys, start, clean end.

mod greeting;
mod keys;
mod settings;

use anyhow::Context;
use calotype_server::{ObjectStore, Server};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

pub use settings::ServeArgs;
use settings::Settings;

/// Runs the service until SIGTERM or SIGINT, then finishes the requests in flight.
pub fn run(args: ServeArgs) -> anyhow::Result<()> {
    let settings = Settings::load(args)?;
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("CALOTYPE_LOG").unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(std::io::stderr)
        .init();
    tokio::runtime::Runtime::new().context("cannot start the runtime")?.block_on(serve(settings))
}

async fn serve(mut settings: Settings) -> anyhow::Result<()> {
    let store = if settings.ephemeral {
        ObjectStore::in_memory_with(settings.store.clone())
    } else {
        ObjectStore::open(&settings.data, settings.store.clone()).await?
    };
    let fresh_keys = keys::ensure(&mut settings)?;
    let server = Server::bind(settings.server.clone(), store).await?;
    greeting::print(&settings, server.local_addr()?, fresh_keys.as_ref());
    server.serve(stop_signal()?).await;
    Ok(())
}

/// Completes at the first SIGTERM or SIGINT.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot watch for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot watch for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
