//! Bodies: bytes at hand, or a stream of known length, and the answer's bytes as they arrive.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Incoming;

use crate::checksum::RunningCrc64;
use crate::error::ClientError;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What the transport sends.
pub(crate) type WireBody = UnsyncBoxBody<Bytes, BoxError>;

/// What a request sends. Bytes and texts convert into it; files and sockets go through [`RequestBody::stream`].
pub struct RequestBody {
    /// Length, which every upload announces.
    pub(crate) size_bytes: u64,
    content: WireBody,
}

impl RequestBody {
    /// A body of exactly `size_bytes` that is read while it is sent, so memory stays constant.
    ///
    /// A stream that ends early or yields an error breaks the request; nothing is stored then.
    pub fn stream<S, E>(size_bytes: u64, stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        let frames = stream.map(|chunk| chunk.map(Frame::data).map_err(Into::into));
        Self { size_bytes, content: BodyExt::boxed_unsync(StreamBody::new(frames)) }
    }

    /// The body for the wire, and the checksum of what will have passed.
    pub(crate) fn summed(self) -> (WireBody, RunningCrc64) {
        let crc64 = RunningCrc64::new();
        let passing = crc64.clone();
        let content = self.content.map_frame(move |frame| {
            if let Some(data) = frame.data_ref() {
                passing.update(data);
            }
            frame
        });
        (content.boxed_unsync(), crc64)
    }
}

impl<T: Into<Bytes>> From<T> for RequestBody {
    fn from(content: T) -> Self {
        let content = content.into();
        Self { size_bytes: content.len() as u64, content: whole(content) }
    }
}

impl std::fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestBody").field("size_bytes", &self.size_bytes).finish_non_exhaustive()
    }
}

/// A body that is at hand.
pub(crate) fn whole(content: impl Into<Bytes>) -> WireBody {
    Full::new(content.into()).map_err(|never| match never {}).boxed_unsync()
}

/// The bytes of an answer, as a stream of chunks. Reading to the end verifies the announced checksum.
pub struct ResponseBody {
    incoming: Incoming,
    host: String,
    check: Option<(RunningCrc64, u64)>,
}

impl ResponseBody {
    pub(crate) fn new(incoming: Incoming, host: String) -> Self {
        Self { incoming, host, check: None }
    }

    /// Expects the whole content to have this CRC-64.
    pub(crate) fn expect_crc64(&mut self, announced: Option<u64>) {
        self.check = announced.map(|announced| (RunningCrc64::new(), announced));
    }

    /// Reads to the end and returns everything at once.
    pub async fn bytes(mut self) -> Result<Bytes, ClientError> {
        let mut content = BytesMut::new();
        while let Some(chunk) = self.next().await.transpose()? {
            content.extend_from_slice(&chunk);
        }
        Ok(content.freeze())
    }

    /// The next chunk, `None` after a whole and correct body.
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, ClientError>>> {
        loop {
            let Some(frame) = std::task::ready!(Pin::new(&mut self.incoming).poll_frame(context)) else {
                let check = self.check.take();
                let verdict = check.map_or(Ok(()), |(crc64, announced)| crc64.verify(Some(announced)));
                return Poll::Ready(verdict.err().map(Err));
            };
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) => {
                    if let Some((crc64, _)) = &self.check {
                        crc64.update(&data);
                    }
                    return Poll::Ready(Some(Ok(data)));
                }
                // Trailers carry nothing in this protocol.
                Ok(Err(_trailers)) => {}
                Err(error) => {
                    let host = self.host.clone();
                    return Poll::Ready(Some(Err(ClientError::Transport { host, source: error.into() })));
                }
            }
        }
    }
}

impl Stream for ResponseBody {
    type Item = Result<Bytes, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_chunk(context)
    }
}

impl std::fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseBody").field("host", &self.host).finish_non_exhaustive()
    }
}
