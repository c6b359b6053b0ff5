//! What every [`MetadataStore`] has to pass.

mod buckets;
mod jobs;
mod listing;
mod objects;
mod retention;
mod uploads;
mod versions;

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use calotype_protocol::names::{BucketName, ObjectKey};

use super::{Batch, BatchObject, MetadataStore, Published, RemoveObject, Removed};
use crate::blob::BlobId;
use crate::checksums::Checksums;
use crate::error::StoreError;
use crate::precondition::Precondition;
use crate::record::{Acl, BucketRecord, ObjectAttributes, ObjectBody, Segment, StoredObject, Versioning};

/// Runs the whole suite against an empty store.
pub(crate) async fn check_metadata_store(metadata: &dyn MetadataStore) {
    buckets::check(metadata).await;
    objects::check(metadata).await;
    listing::check(metadata).await;
    uploads::check(metadata).await;
    versions::check(metadata).await;
    jobs::check(metadata).await;
    retention::check(metadata).await;
}

fn name(text: &str) -> BucketName {
    format!("{text}-1250000000").parse().unwrap()
}

fn key(text: &str) -> ObjectKey {
    text.parse().unwrap()
}

/// A time records can keep: whole milliseconds.
fn at_ms(ms: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_000 + ms)
}

fn bucket(text: &str) -> BucketRecord {
    BucketRecord {
        name: name(text),
        owner: "100000000001".into(),
        region: "ap-guangzhou".into(),
        created: at_ms(7),
        acl: Acl { canned: Some("public-read".into()), grants: Vec::new() },
        traits: vec![("az".into(), "MAZ".into())],
        versioning: Versioning::Unversioned,
        retention_days: None,
    }
}

fn inline_object(bucket: &str, key_text: &str, content: &'static [u8]) -> StoredObject {
    let checksums = Checksums::of(content);
    StoredObject {
        bucket: name(bucket),
        key: key(key_text),
        version_id: None,
        etag: checksums.etag(),
        size_bytes: checksums.size_bytes,
        crc64: checksums.crc64,
        last_modified: at_ms(1),
        attributes: ObjectAttributes {
            content_type: Some("text/plain".into()),
            user_metadata: vec![("x-cos-meta-raw".into(), vec![0, 200, 255])],
            tags: vec![("k".into(), "v".into())],
            ..ObjectAttributes::default()
        },
        body: ObjectBody::Inline(Bytes::from_static(content)),
    }
}

/// An object whose content is in a blob.
fn blob_object(bucket: &str, key_text: &str, blob: BlobId) -> StoredObject {
    let segment = Segment { blob, offset_bytes: 0, size_bytes: 9 };
    StoredObject {
        body: ObjectBody::Segments(vec![segment]),
        ..inline_object(bucket, key_text, b"some size")
    }
}

fn entry(object: StoredObject) -> BatchObject {
    BatchObject { object, only_if: Precondition::default(), shared_segments: 0 }
}

async fn publish(
    metadata: &dyn MetadataStore,
    objects: impl IntoIterator<Item = BatchObject>,
) -> Result<Published, StoreError> {
    metadata.publish(Batch { objects: objects.into_iter().collect(), finish: None }).await
}

async fn is_known(metadata: &dyn MetadataStore, blob: BlobId) -> bool {
    metadata.known_blobs(&[blob]).await.unwrap()[0]
}

/// Removes what these keys show.
async fn remove(metadata: &dyn MetadataStore, bucket: &str, keys: &[&str]) -> Result<Removed, StoreError> {
    let objects = keys.iter().map(|text| RemoveObject::new(key(text), None)).collect();
    metadata.remove_objects(&name(bucket), objects, at_ms(9)).await
}
