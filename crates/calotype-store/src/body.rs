//! Bodies on their way: streams of chunks, read once.

use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream, StreamExt};

use crate::error::{BoxError, StoreError};

/// A body on its way in or out: chunks of any size, an error once at most, as the last item.
///
/// An error that is a [`StoreError`] reaches the caller of the store unchanged, every other becomes the source of
/// [`StoreError::IncompleteBody`].
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send + 'static>>;

/// A stream of one chunk (or none, if there is nothing in it).
pub fn bytes_stream(bytes: Bytes) -> ByteStream {
    let chunks = (!bytes.is_empty()).then_some(Ok(bytes));
    Box::pin(stream::iter(chunks))
}

/// Reads a stream to its end into one piece of memory.
///
/// - Errors: [`StoreError::BodyTooLarge`] as soon as there are more than `size_bytes_max`, and what the stream reports.
pub async fn collect(mut body: ByteStream, size_bytes_max: u64) -> Result<Bytes, StoreError> {
    let mut chunks = Chunks::default();
    while let Some(chunk) = body.next().await {
        chunks.push(chunk.map_err(|error| broken_body(error, chunks.size_bytes))?);
        if chunks.size_bytes > size_bytes_max {
            return Err(StoreError::BodyTooLarge { size_bytes_max });
        }
    }
    Ok(chunks.into_bytes())
}

/// What a broken body stream means to the caller.
pub(crate) fn broken_body(error: BoxError, received_bytes: u64) -> StoreError {
    match error.downcast::<StoreError>() {
        Ok(own) => *own,
        Err(foreign) => StoreError::IncompleteBody { received_bytes, source: Some(foreign) },
    }
}

/// Chunks held in memory, joined only if there is more than one.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    pub(crate) chunks: Vec<Bytes>,
    pub(crate) size_bytes: u64,
}

impl Chunks {
    pub(crate) fn push(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.size_bytes += chunk.len() as u64;
            self.chunks.push(chunk);
        }
    }

    pub(crate) fn into_bytes(mut self) -> Bytes {
        if self.chunks.len() <= 1 {
            return self.chunks.pop().unwrap_or_default();
        }
        let mut joined = BytesMut::with_capacity(self.size_bytes as usize);
        for chunk in &self.chunks {
            joined.extend_from_slice(chunk);
        }
        joined.freeze()
    }
}
