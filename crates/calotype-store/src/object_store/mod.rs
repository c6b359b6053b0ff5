//! The door of the store. Each verb has its file; here is what they share.
//!
//! The order is known here alone: blobs first, the record second, what it replaced last. Until the record is written
//! new blobs are litter, and after it old ones are; at no time does a record point to something that is not whole.

mod append_object;
mod assemble_upload;
mod buckets;
mod copy_object;
mod delete_object;
mod finish_upload;
mod get_object;
mod jobs;
mod list_objects;
mod open;
mod publish;
mod put_object;
mod put_objects;
mod put_part;
mod receive;
mod texts;
mod uploads;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use calotype_protocol::names::{BucketName, ObjectKey};
use serde::Deserialize;
use tokio::task::AbortHandle;

use crate::blob::{BlobStore, Leases};
use crate::cache::CoherentCache;
use crate::metadata::MetadataStore;
use crate::record::{BucketRecord, ObjectBody, StoredObject};

pub use append_object::{AppendObject, Appended};
pub use assemble_upload::{AssembledUpload, CompletedPart};
pub use copy_object::CopyObject;
pub use get_object::{Content, ObjectReader};
pub use put_object::PutObject;
pub use put_objects::NewObject;
pub use put_part::{CopyPart, PutPart};
pub use receive::ReceivedBody;
pub use texts::Documents;
pub use uploads::NewUpload;

/// Buckets and objects. Cheap to clone; clones are the same store.
#[derive(Clone)]
pub struct ObjectStore {
    inner: Arc<Inner>,
}

/// Settings of the store.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// Objects up to this size live inside the metadata database, where many share one sync. Default: 64 KiB; with
    /// 16 writers at once that is where a file of its own begins to be no slower (64 KiB: 1.6 times, 128 KiB: 0.7).
    pub inline_bytes_max: u64,
    /// Largest object, and largest part, that is taken in one request. Default: 5 GiB.
    pub object_bytes_max: u64,
    /// Smallest part of a multipart upload, except the last. Default: 1 MiB.
    pub part_size_bytes_min: u64,
    /// Memory for objects that are read often.
    pub cache: CacheConfig,
}

/// Memory for objects that are read often.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheConfig {
    /// All of them together. Default: 64 MiB; 0 keeps none.
    pub bytes_max: u64,
    /// The largest of them. Default: 256 KiB.
    pub object_bytes_max: u64,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            inline_bytes_max: 64 << 10,
            object_bytes_max: 5 << 30,
            part_size_bytes_min: 1 << 20,
            cache: CacheConfig::default(),
        }
    }
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { bytes_max: 64 << 20, object_bytes_max: 256 << 10 }
    }
}

impl StoreConfig {
    /// Everything about these settings that cannot work, one line each.
    pub fn validate(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.inline_bytes_max > 1 << 20 {
            mistakes.push(format!("inline_bytes_max is {}, at most 1048576", self.inline_bytes_max));
        }
        if self.cache.object_bytes_max > 64 << 20 {
            mistakes
                .push(format!("cache.object_bytes_max is {}, at most 67108864", self.cache.object_bytes_max));
        }
        mistakes
    }
}

type ObjectCache = CoherentCache<(BucketName, ObjectKey), CachedObject>;
type BucketCache = CoherentCache<BucketName, Arc<BucketRecord>>;
type DocumentCache = CoherentCache<BucketName, Arc<Documents>>;

struct Inner {
    metadata: Arc<dyn MetadataStore>,
    blobs: Arc<dyn BlobStore>,
    leases: Arc<Leases>,
    objects: Arc<ObjectCache>,
    buckets: Arc<BucketCache>,
    documents: Arc<DocumentCache>,
    config: StoreConfig,
    sweeping: AbortHandle,
    /// Keeps other processes out while the store lives.
    _folder: Option<Arc<open::FolderLock>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.sweeping.abort();
    }
}

/// A current object with its whole content.
#[derive(Clone)]
struct CachedObject {
    object: Arc<StoredObject>,
    bytes: Bytes,
}

impl CachedObject {
    /// Bytes it takes in memory, roughly.
    fn weight(&self) -> u32 {
        const RECORD: u32 = 1024;
        u32::try_from(self.bytes.len()).unwrap_or(u32::MAX).saturating_add(RECORD)
    }
}

impl ObjectStore {
    /// A store over any two adapters. Must be called inside a tokio runtime.
    ///
    /// Starts to sweep up what an earlier process left behind; nothing waits for that.
    pub fn new(metadata: Arc<dyn MetadataStore>, blobs: Arc<dyn BlobStore>, config: StoreConfig) -> Self {
        Self::assembled(metadata, blobs, config, None)
    }

    fn assembled(
        metadata: Arc<dyn MetadataStore>,
        blobs: Arc<dyn BlobStore>,
        config: StoreConfig,
        folder: Option<open::FolderLock>,
    ) -> Self {
        const BUCKETS_MAX: u64 = 10_000;
        const DOCUMENT_BYTES_MAX: u64 = 32 << 20;
        let (leases, folder) = (Leases::new(Arc::clone(&blobs)), folder.map(Arc::new));
        let sweep = crate::sweeper::sweep(Arc::clone(&metadata), Arc::clone(&blobs), Arc::clone(&leases));
        let held = folder.clone();
        let sweeping = tokio::spawn(async move {
            sweep.await;
            // Held until here: a sweep that met the writes of a next store would take them for litter.
            drop(held);
        });
        let sweeping = sweeping.abort_handle();
        let objects = CoherentCache::new(config.cache.bytes_max, CachedObject::weight);
        let buckets = CoherentCache::new(BUCKETS_MAX, |_| 1);
        let (objects, buckets) = (Arc::new(objects), Arc::new(buckets));
        let documents = Arc::new(CoherentCache::new(DOCUMENT_BYTES_MAX, texts::weight));
        Self {
            inner: Arc::new(Inner {
                metadata,
                blobs,
                leases,
                objects,
                buckets,
                documents,
                config,
                sweeping,
                _folder: folder,
            }),
        }
    }

    /// The settings the store was opened with.
    pub fn config(&self) -> &StoreConfig {
        &self.inner.config
    }

    /// Waits until every blob retired so far, and not in use, is deleted.
    pub async fn settle(&self) {
        self.inner.leases.settle().await;
    }
}

/// The time, to the millisecond, as records keep it.
fn now() -> SystemTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(since.as_millis() as u64)
}

/// The content of a record, if it is in the record.
fn inline(object: &StoredObject) -> Option<Bytes> {
    match &object.body {
        ObjectBody::Inline(bytes) => Some(bytes.clone()),
        ObjectBody::Segments(segments) if segments.is_empty() => Some(Bytes::new()),
        ObjectBody::Segments(_) => None,
    }
}
