//! What an object holds, as far as it can be compared, and the blobs it should lie in.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};
use md5::{Digest, Md5};

use crate::http_client::{Client, Request};

/// Objects up to here live in the database; the store's default.
const INLINE_BYTES_MAX: u64 = 64 << 10;
/// All parts but the last have this size, so that a tag can be computed from the whole.
pub(super) const PART_BYTES: usize = 1 << 20;

/// Size and tag of an object. Two are equal if these are.
#[derive(Debug, Clone)]
pub(super) struct Content {
    size_bytes: u64,
    tag: String,
    blobs: Vec<Blob>,
}

/// A file that has to be there as long as any object lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Blob {
    id: u64,
    pub(super) size_bytes: u64,
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        (self.size_bytes, &self.tag) == (other.size_bytes, &other.tag)
    }
}

impl Content {
    /// An object that is stored in one piece. Copies of the value share its blob, as copies of the object do.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let size_bytes = bytes.len() as u64;
        let blobs = (size_bytes > INLINE_BYTES_MAX).then(|| Blob::new(size_bytes)).into_iter().collect();
        Self { size_bytes, tag: hex(&Md5::digest(bytes)), blobs }
    }

    /// An object that is uploaded in parts, each of which is a blob.
    pub(super) fn of_parts(bytes: &[u8]) -> Self {
        let parts = bytes.chunks(PART_BYTES);
        let blobs = parts.map(|part| Blob::new(part.len() as u64)).collect();
        Self { size_bytes: bytes.len() as u64, tag: tag_of_parts(bytes), blobs }
    }

    /// The same, stored once more.
    pub(super) fn again(&self) -> Self {
        let blobs = self.blobs.iter().map(|blob| Blob::new(blob.size_bytes)).collect();
        Self { blobs, ..self.clone() }
    }

    pub(super) fn blobs(&self) -> &[Blob] {
        &self.blobs
    }

    /// Reads an object whole and compares it with its own tag; none if it is not there.
    pub(super) fn read(
        client: &mut Client,
        bucket: &str,
        key: &str,
        query: &[(&str, &str)],
    ) -> Result<Option<Self>> {
        let answer = client.send(&Request { bucket, key, query, ..Request::default() })?;
        if answer.status == 404 {
            return Ok(None);
        }
        let answer = answer.expect_success()?;
        let tag = answer.header("ETag").unwrap_or_default().trim_matches('"').to_owned();
        let found = match tag.contains('-') {
            true => tag_of_parts(&answer.body),
            false => hex(&Md5::digest(&answer.body)),
        };
        if tag != found {
            bail!("{key} is torn: its tag is {tag}, its bytes have {found}");
        }
        Ok(Some(Self { size_bytes: answer.body.len() as u64, tag, blobs: Vec::new() }))
    }
}

impl Blob {
    fn new(size_bytes: u64) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), size_bytes }
    }
}

fn tag_of_parts(bytes: &[u8]) -> String {
    let digests: Vec<u8> = bytes.chunks(PART_BYTES).flat_map(Md5::digest).collect();
    format!("{}-{}", hex(&Md5::digest(digests)), bytes.chunks(PART_BYTES).count())
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
