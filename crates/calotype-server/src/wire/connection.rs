//! One client's connection: requests in turn, silence ended, unread bodies settled, a clean end at shutdown.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{CONNECTION, EXPECT};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, Version};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::timeout;

use super::body::{ReplyBody, RequestBody};
use super::io::ClientIo;

/// How long an unread body may take to arrive before the connection is closed instead.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(5);

/// Patience with clients, and room for what they say.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WireConfig {
    /// Longest wait for a whole request head, counted from the end of the reply before it.
    pub header_timeout_seconds: u64,
    /// Longest silence inside a body, in either direction.
    pub body_idle_timeout_seconds: u64,
    /// Largest request head, with the request line.
    pub header_size_bytes_max: usize,
    /// Most bytes of an unread body that are read away to keep the connection.
    pub unread_body_bytes_max: u64,
    /// How long requests in flight may go on once the service is told to stop.
    pub shutdown_grace_seconds: u64,
    /// Connections at one time; others wait to be accepted.
    pub connections_max: usize,
}

impl Default for WireConfig {
    fn default() -> Self {
        Self {
            header_timeout_seconds: 60,
            body_idle_timeout_seconds: 60,
            header_size_bytes_max: 64 << 10,
            unread_body_bytes_max: 1 << 20,
            shutdown_grace_seconds: 60,
            connections_max: 10_000,
        }
    }
}

impl WireConfig {
    /// Adds what is wrong with these settings to `mistakes`.
    pub(crate) fn validate(&self, mistakes: &mut Vec<String>) {
        if self.header_timeout_seconds == 0 {
            mistakes.push("wire.header_timeout_seconds must be at least 1".to_owned());
        }
        if self.body_idle_timeout_seconds == 0 {
            mistakes.push("wire.body_idle_timeout_seconds must be at least 1".to_owned());
        }
        if self.connections_max == 0 {
            mistakes.push("wire.connections_max must be at least 1".to_owned());
        }
        if self.header_size_bytes_max < 8 << 10 {
            mistakes.push("wire.header_size_bytes_max must be at least 8192".to_owned());
        }
    }

    pub(crate) fn body_idle_timeout(&self) -> Duration {
        Duration::from_secs(self.body_idle_timeout_seconds)
    }

    fn http(&self) -> http1::Builder {
        let mut http = http1::Builder::new();
        // Without a timer hyper silently ignores the time-out for heads.
        http.timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(self.header_timeout_seconds))
            .max_header_size(self.header_size_bytes_max)
            .max_buf_size(self.header_size_bytes_max.max(256 << 10))
            // Heads and bodies stay in separate slices, which `ClientIo` relies on.
            .writev(true);
        http
    }
}

/// What the parts of one connection tell each other.
#[derive(Default)]
pub(crate) struct ConnectionState {
    heads_expected: AtomicUsize,
    body_bytes_due: AtomicU64,
    lingers: AtomicBool,
    unread: Mutex<Option<Incoming>>,
}

impl ConnectionState {
    /// A reply goes to hyper; its head is the next thing that is written, then so many bytes.
    pub(super) fn expect_reply(&self, body_bytes: u64) {
        self.body_bytes_due.fetch_add(body_bytes, Ordering::Relaxed);
        self.heads_expected.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether everything the service said has been written, so that what comes now is hyper's own.
    pub(super) fn is_silent(&self) -> bool {
        !self.expects_head() && self.body_bytes_due.load(Ordering::Relaxed) == 0
    }

    pub(super) fn body_was_written(&self, size_bytes: usize) {
        let left = |due: u64| Some(due.saturating_sub(size_bytes as u64));
        // Nobody else counts down, so there is nothing to try again.
        let _ = self.body_bytes_due.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
    }

    pub(super) fn expects_head(&self) -> bool {
        self.heads_expected.load(Ordering::Relaxed) > 0
    }

    pub(super) fn head_was_written(&self) {
        self.heads_expected.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether the client may still be sending when the connection is closed.
    pub(super) fn lingers(&self) -> bool {
        self.lingers.load(Ordering::Relaxed)
    }

    pub(super) fn keep_unread(&self, incoming: Incoming) {
        *self.unread.lock().unwrap_or_else(PoisonError::into_inner) = Some(incoming);
    }

    fn take_unread(&self) -> Option<Incoming> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Reads away what the handler left of the request body. False: the connection cannot be used again.
    async fn settle_body(&self, config: &WireConfig, awaits_continue: bool) -> bool {
        let Some(incoming) = self.take_unread() else { return true };
        let fits = incoming.size_hint().lower() <= config.unread_body_bytes_max;
        let drained = fits
            && !awaits_continue
            && timeout(DRAIN_TIME_MAX, drain(incoming, config.unread_body_bytes_max)).await == Ok(true);
        if !drained {
            self.lingers.store(true, Ordering::Relaxed);
        }
        drained
    }
}

async fn drain(incoming: Incoming, size_bytes_max: u64) -> bool {
    let mut incoming = pin!(incoming);
    let mut size_bytes = 0;
    while let Some(frame) = std::future::poll_fn(|cx| incoming.as_mut().poll_frame(cx)).await {
        let Ok(frame) = frame else { return false };
        size_bytes += frame.data_ref().map_or(0, |chunk| chunk.len() as u64);
        if size_bytes > size_bytes_max {
            return false;
        }
    }
    true
}

/// Serves requests from `io` until the client goes, the connection cannot go on, or `stop` turns true and the
/// request in flight is done.
pub(crate) async fn serve_connection<T, H, F>(
    io: T,
    config: &WireConfig,
    mut stop: watch::Receiver<bool>,
    handle: H,
) where
    T: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Parts, RequestBody) -> F,
    F: Future<Output = Response<ReplyBody>>,
{
    let state = Arc::new(ConnectionState::default());
    let io = ClientIo::new(io, Arc::clone(&state), config.body_idle_timeout());
    let stopping = stop.clone();
    let service = service_fn(|request: Request<Incoming>| {
        let (parts, incoming) = request.into_parts();
        let closes = wants_close(parts.version, &parts.headers);
        let awaits_continue = parts.headers.contains_key(EXPECT);
        let body = RequestBody::new(incoming, Arc::clone(&state), config.body_idle_timeout());
        // hyper moves the future of a request; on the heap that costs nothing.
        let reply = Box::pin(handle(parts, body));
        let (state, stopping) = (&state, &stopping);
        async move {
            let mut reply = reply.await;
            let settled = state.settle_body(config, awaits_continue).await;
            let closes = closes || !settled || *stopping.borrow();
            let word = HeaderValue::from_static(if closes { "close" } else { "keep-alive" });
            reply.headers_mut().insert(CONNECTION, word);
            state.expect_reply(reply.body().size_bytes());
            Ok::<_, Infallible>(reply)
        }
    });
    let mut connection = pin!(config.http().serve_connection(io, service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // The lock inside the result must not be held while waiting below.
        () = async { drop(stop.wait_for(|stop| *stop).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = &error as &dyn std::error::Error, "connection ended");
    }
}

/// Whether the client wants no further request on this connection.
fn wants_close(version: Version, headers: &HeaderMap) -> bool {
    let says = |word: &str| {
        headers
            .get_all(CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|part| part.trim().eq_ignore_ascii_case(word))
    };
    says("close") || version < Version::HTTP_11 && !says("keep-alive")
}
