//! The socket as hyper sees it: reply heads are put right, stalled writes end, closing waits for the client.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::connection::ConnectionState;
use super::heads;

/// Most slices handed to one write; hyper queues at most 16 chunks of up to three slices.
const SLICES_MAX: usize = 64;
/// What is read away at most from a client that still sends after its reply.
const LINGER_BYTES_MAX: usize = 64 << 20;
/// How long such a client is waited for.
const LINGER_TIME_MAX: Duration = Duration::from_secs(5);

/// A client's connection, wrapped for hyper.
pub(super) struct ClientIo<T> {
    io: TokioIo<T>,
    state: Arc<ConnectionState>,
    /// Heads put right and not yet written out.
    heads: Heads,
    write_timeout: Duration,
    write_deadline: Option<Pin<Box<Sleep>>>,
    linger: Linger,
}

/// Rewritten heads, standing for the first bytes of what hyper wants written.
#[derive(Default)]
struct Heads {
    bytes: Vec<u8>,
    written: usize,
    /// Bytes of hyper's they stand for; 0 when there are none.
    source_bytes: usize,
}

/// State of a connection that is being closed while the client may still be sending.
#[derive(Default)]
struct Linger {
    is_shut: bool,
    read_bytes: usize,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<T: AsyncRead + AsyncWrite + Unpin> ClientIo<T> {
    pub(super) fn new(io: T, state: Arc<ConnectionState>, write_timeout: Duration) -> Self {
        Self {
            io: TokioIo::new(io),
            state,
            heads: Heads::default(),
            write_timeout,
            write_deadline: None,
            linger: Linger::default(),
        }
    }

    /// Puts right the heads at the start of `first`. Heads come in front of everything and never behind body bytes,
    /// because hyper encodes one only when its queue of body chunks is empty.
    fn take_heads(&mut self, first: &[u8]) {
        loop {
            let is_reply = self.state.expects_head();
            // What hyper cannot read it answers by itself, when nothing of a reply is left to be written.
            if !is_reply && !self.state.is_silent() {
                break;
            }
            let rest = first.get(self.heads.source_bytes..).unwrap_or_default();
            let Some(head) = heads::rewrite(rest, &mut self.heads.bytes) else { break };
            self.heads.source_bytes += head.size_bytes;
            if head.is_final && is_reply {
                self.state.head_was_written();
            } else if head.is_final {
                heads::sign(&mut self.heads.bytes);
            }
        }
    }

    /// Writes rewritten heads and what follows; the result counts hyper's bytes.
    fn poll_write_slices(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let first: &[u8] = slices.first().map_or(&[], |slice| slice);
        if self.heads.source_bytes == 0 {
            self.take_heads(first);
        }
        if self.heads.source_bytes == 0 {
            let written = ready!(Pin::new(self.io.inner_mut()).poll_write_vectored(cx, slices))?;
            self.state.body_was_written(written);
            return Poll::Ready(Ok(written));
        }
        loop {
            let head = self.heads.bytes.get(self.heads.written..).unwrap_or_default();
            let mut all = [IoSlice::new(&[]); SLICES_MAX];
            all[0] = IoSlice::new(head);
            let mut count = 1;
            // Bytes behind the heads in the same slice are heads of later replies; they have their own turn.
            if first.len() == self.heads.source_bytes {
                for (place, slice) in all[1..].iter_mut().zip(slices.get(1..).unwrap_or_default()) {
                    *place = IoSlice::new(slice);
                    count += 1;
                }
            }
            let head_bytes = head.len();
            let written = ready!(Pin::new(self.io.inner_mut()).poll_write_vectored(cx, &all[..count]))?;
            if written >= head_bytes {
                self.state.body_was_written(written - head_bytes);
                let done = self.heads.source_bytes + (written - head_bytes);
                self.heads.bytes.clear();
                self.heads.written = 0;
                self.heads.source_bytes = 0;
                return Poll::Ready(Ok(done));
            }
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.heads.written += written;
        }
    }

    /// Ends a write that has made no progress for too long.
    fn poll_write_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let timeout = self.write_timeout;
        let deadline =
            self.write_deadline.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + timeout)));
        deadline.as_mut().poll_future(cx).map(|()| io::ErrorKind::TimedOut.into())
    }

    /// Reads away what the client still sends, so that closing does not cut off the reply it has not read yet.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self
            .linger
            .deadline
            .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + LINGER_TIME_MAX)));
        if deadline.as_mut().poll_future(cx).is_ready() {
            return Poll::Ready(());
        }
        let mut scratch = [0; 16 << 10];
        while self.linger.read_bytes < LINGER_BYTES_MAX {
            let mut buffer = ReadBuf::new(&mut scratch);
            let read = ready!(Pin::new(self.io.inner_mut()).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
            self.linger.read_bytes += buffer.filled().len();
        }
        Poll::Ready(())
    }
}

/// Polls a pinned sleep without naming the trait at every call.
trait PollFuture {
    fn poll_future(self, cx: &mut Context<'_>) -> Poll<()>;
}

impl PollFuture for Pin<&mut Sleep> {
    fn poll_future(self, cx: &mut Context<'_>) -> Poll<()> {
        Future::poll(self, cx)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Read for ClientIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Write for ClientIo<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.poll_write_slices(cx, slices) {
            Poll::Ready(result) => {
                self.write_deadline = None;
                Poll::Ready(result)
            }
            Poll::Pending => self.poll_write_deadline(cx).map(Err),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.io.inner_mut()).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.linger.is_shut {
            ready!(Pin::new(self.io.inner_mut()).poll_shutdown(cx))?;
            self.linger.is_shut = true;
        }
        if self.state.lingers() {
            ready!(self.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    /// Writes `slices` as hyper would, in as many turns as the narrow pipe needs.
    async fn written(pipe_bytes: usize, replies: &[u64], slices: &[&[u8]]) -> String {
        let (near, mut far) = tokio::io::duplex(pipe_bytes);
        let state = Arc::new(ConnectionState::default());
        replies.iter().for_each(|body_bytes| state.expect_reply(*body_bytes));
        let mut io = ClientIo::new(near, state, Duration::from_secs(5));
        let reader = tokio::spawn(async move {
            let mut all = String::new();
            far.read_to_string(&mut all).await.unwrap();
            all
        });
        let mut rest: Vec<Vec<u8>> = slices.iter().map(|slice| slice.to_vec()).collect();
        while rest.iter().any(|slice| !slice.is_empty()) {
            rest.retain(|slice| !slice.is_empty());
            let views: Vec<IoSlice<'_>> = rest.iter().map(|slice| IoSlice::new(slice)).collect();
            let mut done =
                std::future::poll_fn(|cx| Pin::new(&mut io).poll_write_vectored(cx, &views)).await.unwrap();
            for slice in &mut rest {
                let part = done.min(slice.len());
                slice.drain(..part);
                done -= part;
            }
        }
        drop(io);
        reader.await.unwrap()
    }

    #[tokio::test]
    async fn heads_change_and_bodies_do_not_at_any_width_of_the_pipe() {
        let head = b"HTTP/1.1 304 Not Modified\r\netag: \"x\"\r\n\r\n".as_slice();
        let other = b"HTTP/1.1 200 OK\r\netag: \"y\"\r\n\r\n".as_slice();
        let body = b"HTTP/1.1 304 Not Modified\r\netag: body\r\n\r\n".as_slice();
        let two = [head, other].concat();
        for pipe_bytes in [1, 7, 64, 4096] {
            let expected = "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 0\r\n\r\n\
                            HTTP/1.1 200 OK\r\nETag: \"y\"\r\n\r\n\
                            HTTP/1.1 304 Not Modified\r\netag: body\r\n\r\n";
            assert_eq!(
                written(pipe_bytes, &[0, body.len() as u64], &[&two, body]).await,
                expected,
                "{pipe_bytes}"
            );
        }
    }

    #[tokio::test]
    async fn what_nobody_announced_is_hypers_own_and_is_named() {
        let refusal =
            b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".as_slice();
        let named = written(4096, &[], &[refusal]).await;
        assert!(named.starts_with("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n"));
        assert!(named.contains("\r\nx-cos-request-id: ") && named.ends_with("\r\n\r\n"), "{named}");
        let waiting = b"HTTP/1.1 100 Continue\r\n\r\n".as_slice();
        assert_eq!(written(4096, &[], &[waiting]).await.as_bytes(), waiting);
    }
}
