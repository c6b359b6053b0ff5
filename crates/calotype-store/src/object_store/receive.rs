//! Receiving a body: into memory, or past a hasher on its way to a blob.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;

use super::ObjectStore;
use crate::body::{ByteStream, Chunks, broken_body};
use crate::checksums::{Checksums, Hasher};
use crate::error::{BoxError, StoreError};

/// A whole body in memory, with its checksums.
#[derive(Debug, Clone)]
pub struct ReceivedBody {
    bytes: Bytes,
    checksums: Checksums,
}

impl ReceivedBody {
    /// The body.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Its checksums.
    pub fn checksums(&self) -> &Checksums {
        &self.checksums
    }
}

impl From<Bytes> for ReceivedBody {
    /// Hashes `bytes` on the spot: about 1 ms per MiB.
    fn from(bytes: Bytes) -> Self {
        let checksums = Checksums::of(&bytes);
        Self { bytes, checksums }
    }
}

impl ObjectStore {
    /// Receives a body into memory and hashes it while it arrives.
    ///
    /// - `expected_md5`: what the client announced.
    /// - Errors: [`StoreError::BodyTooLarge`] at the first byte above `size_bytes_max`,
    ///   [`StoreError::IncompleteBody`], [`StoreError::DigestMismatch`].
    pub async fn receive(
        &self,
        body: ByteStream,
        expected_md5: Option<[u8; 16]>,
        size_bytes_max: u64,
    ) -> Result<ReceivedBody, StoreError> {
        let mut incoming = Incoming::new(body, None, size_bytes_max);
        let mut chunks = Chunks::default();
        while let Some(chunk) = incoming.next().await? {
            chunks.push(chunk);
        }
        let checksums = incoming.finish();
        checksums.check(expected_md5)?;
        Ok(ReceivedBody { bytes: chunks.into_bytes(), checksums })
    }
}

/// A body on its way in: hashed, measured and held to its limits chunk by chunk.
pub(super) struct Incoming {
    body: ByteStream,
    hasher: Hasher,
    received_bytes: u64,
    announced_bytes: Option<u64>,
    size_bytes_max: u64,
}

/// Where the checksums of a body appear once the last chunk has passed.
#[derive(Clone, Default)]
pub(super) struct LaterChecksums(Arc<Mutex<Option<Checksums>>>);

impl LaterChecksums {
    /// The checksums; none if the body was not read to its end.
    pub(super) fn take(&self) -> Option<Checksums> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, checksums: Checksums) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(checksums);
    }
}

impl Incoming {
    /// - `announced_bytes`: a body that ends earlier is incomplete.
    pub(super) fn new(body: ByteStream, announced_bytes: Option<u64>, size_bytes_max: u64) -> Self {
        Self { body, hasher: Hasher::default(), received_bytes: 0, announced_bytes, size_bytes_max }
    }

    /// The next chunk; none at the end of a whole body.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        let Some(chunk) = self.body.next().await else {
            let received_bytes = self.received_bytes;
            return match self.announced_bytes {
                Some(announced) if received_bytes < announced => {
                    Err(StoreError::IncompleteBody { received_bytes, source: None })
                }
                _ => Ok(None),
            };
        };
        let chunk = chunk.map_err(|error| broken_body(error, self.received_bytes))?;
        self.received_bytes += chunk.len() as u64;
        if self.received_bytes > self.size_bytes_max {
            return Err(StoreError::BodyTooLarge { size_bytes_max: self.size_bytes_max });
        }
        self.hasher.update(&chunk);
        Ok(Some(chunk))
    }

    pub(super) fn finish(self) -> Checksums {
        self.hasher.finish()
    }

    /// `head` (already taken from this body) and all that is still to come, as a stream for a blob.
    pub(super) fn into_stream(self, head: Vec<Bytes>) -> (ByteStream, LaterChecksums) {
        let later = LaterChecksums::default();
        let rest = stream::unfold(Some((self, later.clone())), |state| async move {
            let (mut incoming, later) = state?;
            match incoming.next().await {
                Ok(Some(chunk)) => Some((Ok(chunk), Some((incoming, later)))),
                Ok(None) => {
                    later.set(incoming.finish());
                    None
                }
                Err(error) => Some((Err(BoxError::from(error)), None)),
            }
        });
        let head = stream::iter(head.into_iter().map(Ok));
        (Box::pin(head.chain(rest)), later)
    }
}
