//! Bodies in both directions: what the client sends, with a limit on silence, and what it gets back.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use calotype_store::{BoxError, ByteStream};
use futures_util::Stream;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

use super::connection::ConnectionState;

/// The client sent nothing for too long while its body was awaited.
#[derive(Debug, thiserror::Error)]
#[error("the body made no progress for {} seconds", .0.as_secs())]
pub struct BodyTimeout(Duration);

/// The body of a request: a stream of chunks. What is not read of it goes back to the connection, which decides
/// whether to drain or to close.
pub struct RequestBody {
    incoming: Option<Incoming>,
    state: Arc<ConnectionState>,
    idle_timeout: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl RequestBody {
    pub(super) fn new(incoming: Incoming, state: Arc<ConnectionState>, idle_timeout: Duration) -> Self {
        Self { incoming: Some(incoming), state, idle_timeout, deadline: None }
    }

    /// As the store takes it.
    pub fn into_stream(self) -> ByteStream {
        Box::pin(self)
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<BodyTimeout> {
        let timeout = self.idle_timeout;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + timeout)));
        deadline.as_mut().poll(cx).map(|()| BodyTimeout(timeout))
    }
}

impl Stream for RequestBody {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(incoming) = self.incoming.as_mut() else { return Poll::Ready(None) };
            match Pin::new(incoming).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.deadline = None;
                    // Trailers tell nothing that is kept.
                    let Ok(chunk) = frame.into_data() else { continue };
                    return Poll::Ready(Some(Ok(chunk)));
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error.into()))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {
                    let timeout = ready!(self.poll_deadline(cx));
                    self.deadline = None;
                    return Poll::Ready(Some(Err(timeout.into())));
                }
            }
        }
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Some(incoming) = self.incoming.take()
            && !incoming.is_end_stream()
        {
            self.state.keep_unread(incoming);
        }
    }
}

/// The body of a reply.
pub enum ReplyBody {
    /// Nothing.
    Empty,
    /// All of it, in memory.
    Whole(Bytes),
    /// Chunks of known total length, read as the client takes them.
    Stream {
        /// The chunks.
        chunks: ByteStream,
        /// How many bytes are left of them.
        left_bytes: u64,
    },
}

impl ReplyBody {
    /// A stream of `size_bytes` in total.
    pub fn stream(chunks: ByteStream, size_bytes: u64) -> Self {
        Self::Stream { chunks, left_bytes: size_bytes }
    }

    /// How many bytes are left to send.
    pub fn size_bytes(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Whole(bytes) => bytes.len() as u64,
            Self::Stream { left_bytes, .. } => *left_bytes,
        }
    }
}

impl<B: Into<Bytes>> From<B> for ReplyBody {
    fn from(bytes: B) -> Self {
        let bytes = bytes.into();
        if bytes.is_empty() { Self::Empty } else { Self::Whole(bytes) }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut *self {
            Self::Empty => Poll::Ready(None),
            Self::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Self::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Self::Stream { chunks, left_bytes } => {
                let chunk = ready!(chunks.as_mut().poll_next(cx));
                if let Some(Ok(chunk)) = &chunk {
                    *left_bytes = left_bytes.saturating_sub(chunk.len() as u64);
                }
                Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.size_bytes() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.size_bytes())
    }
}
