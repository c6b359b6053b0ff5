//! The store as its callers know it: what is there, what is not, and what a failure leaves.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests are tests too")]

mod batches;
mod copies;
mod doubles;
mod durability;
mod folder;
mod reading;
mod uploads;
mod versions;

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use calotype_protocol::names::{BucketName, ObjectKey};
use calotype_store::{
    BucketRecord, ByteStream, ListObjects, NewObject, ObjectAttributes, ObjectStore, Precondition, PutObject,
    StoreConfig, StoreError, StoredObject, bytes_stream,
};
use futures_util::stream;
use tempfile::TempDir;

/// A store on a folder that goes away with it, holding the bucket `photos`.
struct Fixture {
    store: ObjectStore,
    folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).await;
        store.create_bucket(BucketRecord::new(photos(), "owner", "ap-guangzhou")).await.unwrap();
        Self { store, folder }
    }

    /// Every file that holds a blob or part of one.
    fn files(&self) -> Vec<String> {
        blob_files(self.folder.path())
    }

    async fn files_settled(&self) -> usize {
        self.store.settle().await;
        self.files().len()
    }
}

async fn open(folder: &Path) -> ObjectStore {
    for _ in 0..500 {
        match ObjectStore::open(folder, StoreConfig::default()).await {
            // A store that was just dropped may still be sweeping.
            Err(StoreError::Locked(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
            opened => return opened.unwrap(),
        }
    }
    panic!("the folder stayed locked");
}

fn blob_files(folder: &Path) -> Vec<String> {
    let names = |folder: &Path| -> Vec<_> {
        let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries.map(|entry| entry.path()).collect()
    };
    let shelves = names(&folder.join("blobs"));
    let files = shelves.iter().flat_map(|shelf| names(shelf)).chain(names(&folder.join("tmp")));
    files.map(|path| path.display().to_string()).collect()
}

fn photos() -> BucketName {
    "photos-1250000000".parse().unwrap()
}

fn key(text: &str) -> ObjectKey {
    text.parse().unwrap()
}

/// Recognisable bytes; 100 KiB and more lie in blobs.
fn content(seed: u8, size_bytes: usize) -> Bytes {
    (0..size_bytes).map(|i| (i / 7) as u8 ^ (i as u8) ^ seed).collect::<Vec<_>>().into()
}

const LARGE: usize = 100 << 10;

fn put(text: &str) -> PutObject {
    PutObject::new(photos(), key(text))
}

/// Chunks of 10,000 bytes, as a network would bring them.
fn in_chunks(body: &Bytes) -> ByteStream {
    let chunks: Vec<_> = body.chunks(10_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    Box::pin(stream::iter(chunks))
}

fn new_object(text: &str, body: Bytes) -> NewObject {
    NewObject {
        bucket: photos(),
        key: key(text),
        attributes: ObjectAttributes::default(),
        body: body.into(),
        only_if: Precondition::default(),
    }
}

async fn store_bytes(store: &ObjectStore, text: &str, body: Bytes) -> StoredObject {
    store.put_object(put(text), bytes_stream(body)).await.unwrap()
}

async fn read(store: &ObjectStore, text: &str) -> Result<Bytes, StoreError> {
    store.get_object(&photos(), &key(text), None).await?.bytes(u64::MAX).await
}

async fn keys(store: &ObjectStore) -> Vec<String> {
    let list = ListObjects { entries_max: 1000, ..ListObjects::default() };
    let page = store.list_objects(&photos(), &list).await.unwrap();
    page.objects.iter().map(|object| object.key.to_string()).collect()
}

/// The promise of the whole crate: whatever is listed can be read, whole and unharmed.
async fn assert_all_readable(store: &ObjectStore) {
    for text in keys(store).await {
        let reader = store.get_object(&photos(), &key(&text), None).await.unwrap();
        let bytes = reader.bytes(u64::MAX).await.unwrap();
        assert_eq!(calotype_store::crc64::crc64(&bytes), reader.object().crc64, "{text}");
    }
}
