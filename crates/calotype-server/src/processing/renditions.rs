//! Pictures made on download: each made once at a time, and kept in memory within a budget.

use std::future::Future;

use bytes::Bytes;
use calotype_image::Slimmed;
use calotype_protocol::names::ETag;
use calotype_store::{StoredObject, digest};
use moka::future::Cache;

use super::failure::Failure;

/// Part of every entity tag of a rendition: bytes of one rule may differ from release to release.
const ENGINE_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/1");

/// Bytes an entry takes besides its body.
const ENTRY_OVERHEAD_BYTES: usize = 512;

/// What an instruction makes of an object.
#[derive(Debug, Clone)]
pub(super) enum Rendition {
    /// New bytes, and what came of slimming them where that was wished for.
    Made { body: Bytes, content_type: &'static str, slimmed: Option<Slimmed> },
    /// It failed in a way that the instruction says to ignore: the object as it is stored.
    Original,
}

/// Which bytes are meant, and what is done to them. Equal keys give equal renditions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RenditionKey {
    source_etag: String,
    source_crc64: u64,
    source_size_bytes: u64,
    instruction: String,
}

impl RenditionKey {
    pub(super) fn new(source: &StoredObject, canonical_instruction: String) -> Self {
        Self {
            source_etag: source.etag.to_string(),
            source_crc64: source.crc64,
            source_size_bytes: source.size_bytes,
            instruction: canonical_instruction,
        }
    }

    /// The entity tag of the rendition, known before it is made. Spec: spec/ci/README.md, 1.1.
    pub(super) fn etag(&self) -> ETag {
        let text = format!("{}\n{}\n{ENGINE_VERSION}", self.source_etag, self.instruction);
        ETag::from_md5(digest::md5(text.as_bytes()))
    }

    fn size_bytes(&self) -> usize {
        self.source_etag.len() + self.instruction.len() + ENTRY_OVERHEAD_BYTES
    }
}

/// The renditions in memory and those in the making.
#[derive(Debug)]
pub(super) struct Renditions {
    cache: Cache<RenditionKey, Rendition>,
}

impl Renditions {
    pub(super) fn new(size_bytes_max: u64) -> Self {
        let cache = Cache::builder()
            .max_capacity(size_bytes_max)
            .weigher(|key: &RenditionKey, rendition: &Rendition| {
                let body_bytes = match rendition {
                    Rendition::Made { body, .. } => body.len(),
                    Rendition::Original => 0,
                };
                u32::try_from(key.size_bytes() + body_bytes).unwrap_or(u32::MAX)
            })
            .build();
        Self { cache }
    }

    /// Returns what is kept, or waits for the one request that is making it, or makes it.
    ///
    /// Failures are told to all that wait and not kept. When the making request is dropped, a waiting one takes over.
    pub(super) async fn get_or_make(
        &self,
        key: RenditionKey,
        make: impl Future<Output = Result<Rendition, Failure>>,
    ) -> Result<Rendition, Failure> {
        self.cache.try_get_with(key, make).await.map_err(|failure| failure.as_ref().clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use calotype_protocol::error_code::ErrorCode;

    use super::*;

    fn key(instruction: &str) -> RenditionKey {
        RenditionKey {
            source_etag: "0".repeat(32),
            source_crc64: 1,
            source_size_bytes: 2,
            instruction: instruction.to_owned(),
        }
    }

    fn made(size_bytes: usize) -> Rendition {
        Rendition::Made { body: Bytes::from(vec![0; size_bytes]), content_type: "image/png", slimmed: None }
    }

    #[tokio::test]
    async fn equal_requests_are_made_once() {
        let renditions = Arc::new(Renditions::new(1 << 20));
        let count = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (renditions, count) = (Arc::clone(&renditions), Arc::clone(&count));
                tokio::spawn(async move {
                    let make = async {
                        count.fetch_add(1, Ordering::SeqCst);
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                        Ok(made(10))
                    };
                    renditions.get_or_make(key("a"), make).await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn failures_are_not_kept() {
        let renditions = Renditions::new(1 << 20);
        let failure = Failure::new(ErrorCode::InvalidImageFormat, "it ends early");
        let refused = renditions.get_or_make(key("a"), async { Err(failure.clone()) }).await;
        assert_eq!(refused.unwrap_err(), failure);
        renditions.get_or_make(key("a"), async { Ok(made(1)) }).await.unwrap();
    }

    #[tokio::test]
    async fn memory_stays_within_the_budget() {
        let renditions = Renditions::new(100_000);
        for number in 0..50 {
            renditions.get_or_make(key(&number.to_string()), async { Ok(made(10_000)) }).await.unwrap();
        }
        renditions.cache.run_pending_tasks().await;
        assert!(renditions.cache.weighted_size() <= 100_000, "{}", renditions.cache.weighted_size());
        assert!(renditions.cache.entry_count() > 0);
    }

    #[test]
    fn the_entity_tag_tells_instructions_and_sources_apart() {
        let other_source = RenditionKey { source_etag: "1".repeat(32), ..key("a") };
        assert_eq!(key("a").etag(), key("a").etag());
        assert_ne!(key("a").etag(), key("b").etag());
        assert_ne!(key("a").etag(), other_source.etag());
    }
}
