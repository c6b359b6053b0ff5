//! Where bytes are kept: immutable blobs by opaque id.

mod disk;
mod leases;
mod memory;

#[cfg(test)]
pub(crate) mod conformance;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::body::{ByteStream, collect};
use crate::error::StoreError;

pub use disk::DiskBlobs;
pub(crate) use leases::{BlobLease, Leases};
pub use memory::MemoryBlobs;

/// Names a blob. Ids are made here, never from what users choose, and are never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobId(Uuid);

impl BlobId {
    /// An id nobody has.
    pub fn unique() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id as 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The id that has these 16 bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for BlobId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::try_parse(text).map(Self)
    }
}

impl TryFrom<String> for BlobId {
    type Error = uuid::Error;

    fn try_from(text: String) -> Result<Self, uuid::Error> {
        text.parse()
    }
}

impl From<BlobId> for String {
    fn from(id: BlobId) -> Self {
        id.to_string()
    }
}

/// Keeps immutable byte strings by id. It knows ids, never bucket names or keys.
///
/// What callers may rely on, and what `conformance.rs` checks:
///
/// - An id is written once. What was written is never changed, only deleted.
/// - When `write` has returned, the blob survives a crash of the process and of the machine.
/// - A reader sees the whole blob or none of it, also after a crash in the middle of a write.
/// - A read that has begun on one blob ends well although the blob is deleted meanwhile, or fails with an error; it
///   never returns other bytes.
#[async_trait]
pub trait BlobStore: Send + Sync + 'static {
    /// Stores `body` under `id` and returns its length.
    ///
    /// Errors: whatever `body` reports, unchanged if it is a [`StoreError`]; nothing is left behind then.
    async fn write(&self, id: BlobId, body: ByteStream) -> Result<u64, StoreError>;

    /// Reads a stretch of a blob, which must lie inside it.
    async fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError>;

    /// Reads a short stretch of a blob into memory.
    async fn read_bytes(&self, id: BlobId, range: Range<u64>) -> Result<Bytes, StoreError> {
        let size_bytes = range.end - range.start;
        collect(self.read(id, range).await?, size_bytes).await
    }

    /// Removes the blob; removing one that is gone succeeds.
    async fn delete(&self, id: BlobId) -> Result<(), StoreError>;

    /// All blobs there are, in no order. A blob written or deleted meanwhile may be listed or not.
    fn list(&self) -> BoxStream<'static, Result<BlobId, StoreError>>;

    /// Removes what writes of earlier processes left unfinished, and returns how many there were. Writes of this
    /// process are not touched.
    async fn remove_unfinished(&self) -> Result<u64, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_text_and_bytes() {
        let id = BlobId::unique();
        assert_eq!(id.to_string().parse::<BlobId>().unwrap(), id);
        assert_eq!(BlobId::from_bytes(*id.as_bytes()), id);
        assert!("nonsense".parse::<BlobId>().is_err());
    }
}
