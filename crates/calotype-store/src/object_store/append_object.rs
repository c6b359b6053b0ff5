//! `append_object`: bytes at the end of an object that was made this way.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use calotype_protocol::names::{BucketName, ETag, ObjectKey};
use futures_util::StreamExt;

use super::publish::{Arrived, PendingBlob};
use super::receive::Incoming;
use super::{ObjectReader, ObjectStore, now};
use crate::body::{ByteStream, bytes_stream};
use crate::crc64;
use crate::digest::ResumableMd5;
use crate::error::StoreError;
use crate::metadata::{Batch, BatchObject};
use crate::precondition::{Precondition, TagDemand};
use crate::record::{Appendable, ObjectAttributes, ObjectBody, Segment, StoredObject};

/// A last segment below this is written anew together with what is appended, so that a log of short lines does not
/// become a blob a line.
const TAIL_BYTES_MAX: u64 = 1 << 20;

/// Bytes to be appended.
#[derive(Debug, Clone)]
pub struct AppendObject {
    /// Bucket of the object.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Where the object ends now; 0 makes one if there is none.
    pub position: u64,
    /// What is said about an object that is made. One that is there keeps its own.
    pub attributes: ObjectAttributes,
    /// MD5 the client announced for these bytes.
    pub expected_md5: Option<[u8; 16]>,
    /// Length the client announced for these bytes.
    pub size_bytes: Option<u64>,
}

/// What came of an append.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The whole object.
    pub object: StoredObject,
    /// MD5 of the bytes that were appended.
    pub md5: [u8; 16],
}

/// The object as it will be.
struct Grown {
    object: StoredObject,
    pending: Vec<PendingBlob>,
    /// How many of its segments it had before.
    shared_segments: usize,
}

impl ObjectStore {
    /// Appends `body` to an object, or makes one of it. Its entity tag is the MD5 of the whole content.
    ///
    /// Errors: [`StoreError::NoSuchBucket`]; [`StoreError::NotTheEnd`], also if somebody else appended meanwhile;
    /// [`StoreError::NotAppendable`]; and of the body as [`ObjectStore::put_object`].
    pub async fn append_object(
        &self,
        append: AppendObject,
        body: ByteStream,
    ) -> Result<Appended, StoreError> {
        self.bucket(&append.bucket).await?;
        let old = self.end(&append).await?;
        let md5 = old.as_ref().map_or(Ok(ResumableMd5::default()), |old| md5_of(old.object()))?;
        let md5 = Arc::new(Mutex::new(md5));
        let config = &self.inner.config;
        let size_bytes_max = config.object_bytes_max.saturating_sub(append.position);
        let incoming = Incoming::new(hashed(body, Arc::clone(&md5)), append.size_bytes, size_bytes_max);
        let arrived = self.inner.take_in(incoming, config.inline_bytes_max).await?;
        arrived.checksums.check(append.expected_md5)?;
        let chunk_md5 = arrived.checksums.md5;
        let md5 = md5.lock().unwrap_or_else(PoisonError::into_inner).clone();

        let grown = self.grown(&append, old.as_ref(), arrived, &md5).await?;
        let only_if = unchanged(old.as_ref());
        let entry = BatchObject { object: grown.object, only_if, shared_segments: grown.shared_segments };
        let batch = Batch { objects: vec![entry], finish: None };
        match self.publish(batch, Arc::new(grown.pending)).await {
            Ok(stored) => {
                let object = stored.into_iter().next().ok_or(StoreError::NoSuchKey(append.key))?;
                Ok(Appended { object, md5: chunk_md5 })
            }
            // Somebody was faster, so this is no longer the end.
            Err(StoreError::PreconditionFailed(_) | StoreError::Conflict(_)) => {
                self.end(&append).await?;
                Err(StoreError::Conflict("object"))
            }
            Err(error) => Err(error),
        }
    }

    /// The object to append to, which must end where the append begins; none if it is to be made.
    async fn end(&self, append: &AppendObject) -> Result<Option<ObjectReader>, StoreError> {
        let old = match self.get_object(&append.bucket, &append.key, None).await {
            Ok(old) => Some(old),
            Err(StoreError::NoSuchKey(_) | StoreError::DeleteMarker { .. }) => None,
            Err(error) => return Err(error),
        };
        if old.as_ref().is_some_and(|old| old.object().attributes.appendable.is_none()) {
            return Err(StoreError::NotAppendable(append.key.clone()));
        }
        let size_bytes = old.as_ref().map_or(0, |old| old.object().size_bytes);
        if size_bytes == append.position { Ok(old) } else { Err(StoreError::NotTheEnd { size_bytes }) }
    }

    async fn grown(
        &self,
        append: &AppendObject,
        old: Option<&ObjectReader>,
        arrived: Arrived,
        md5: &ResumableMd5,
    ) -> Result<Grown, StoreError> {
        let Arrived { body, checksums, pending } = arrived;
        let mut grown = Grown {
            object: StoredObject {
                bucket: append.bucket.clone(),
                key: append.key.clone(),
                version_id: None,
                etag: ETag::from_md5(md5.digest()),
                size_bytes: append.position + checksums.size_bytes,
                crc64: checksums.crc64,
                last_modified: now(),
                attributes: append.attributes.clone(),
                body: ObjectBody::Inline(Bytes::new()),
            },
            pending: pending.into_iter().collect(),
            shared_segments: 0,
        };
        let mut segments = Vec::new();
        let mut tail = Bytes::new();
        if let Some(old) = old {
            let record = old.object();
            grown.object.crc64 = crc64::combine(record.crc64, checksums.crc64, checksums.size_bytes);
            grown.object.attributes = record.attributes.clone();
            let is_small = matches!(body, ObjectBody::Inline(_));
            (segments, tail) = head_and_tail(old, is_small).await?;
        }
        grown.object.attributes.appendable = Some(Appendable { md5_state: md5.to_text() });
        grown.shared_segments = segments.len();
        match body {
            ObjectBody::Inline(bytes) => {
                let tail = joined(tail, bytes);
                if segments.is_empty() && tail.len() as u64 <= self.inner.config.inline_bytes_max {
                    grown.object.body = ObjectBody::Inline(tail);
                    return Ok(grown);
                }
                self.add_blob(tail, &mut segments, &mut grown.pending).await?;
            }
            ObjectBody::Segments(new) => {
                self.add_blob(tail, &mut segments, &mut grown.pending).await?;
                segments.extend(new);
            }
        }
        grown.object.body = ObjectBody::Segments(segments);
        Ok(grown)
    }

    async fn add_blob(
        &self,
        bytes: Bytes,
        segments: &mut Vec<Segment>,
        pending: &mut Vec<PendingBlob>,
    ) -> Result<(), StoreError> {
        if !bytes.is_empty() {
            let (blob, segment) = self.inner.write_blob(bytes_stream(bytes)).await?;
            segments.push(segment);
            pending.push(blob);
        }
        Ok(())
    }
}

/// The segments that stay as they are, and the bytes that are written anew: those in the record, and with `is_small` a
/// last segment that is small too.
async fn head_and_tail(old: &ObjectReader, is_small: bool) -> Result<(Vec<Segment>, Bytes), StoreError> {
    let record = old.object();
    let mut head = record.body.segments().to_vec();
    let tail_bytes = match (&record.body, head.last()) {
        (ObjectBody::Inline(bytes), _) => return Ok((head, bytes.clone())),
        (_, Some(last)) if is_small && last.size_bytes < TAIL_BYTES_MAX => last.size_bytes,
        _ => return Ok((head, Bytes::new())),
    };
    head.pop();
    let range = record.size_bytes - tail_bytes..record.size_bytes;
    let stream = old.read(Some(range)).await?.into_stream();
    Ok((head, crate::body::collect(stream, TAIL_BYTES_MAX).await?))
}

fn joined(head: Bytes, tail: Bytes) -> Bytes {
    if head.is_empty() {
        return tail;
    }
    let mut joined = BytesMut::with_capacity(head.len() + tail.len());
    joined.extend_from_slice(&head);
    joined.extend_from_slice(&tail);
    joined.freeze()
}

fn md5_of(record: &StoredObject) -> Result<ResumableMd5, StoreError> {
    let state = record.attributes.appendable.as_ref().map(|appendable| appendable.md5_state.as_str());
    let md5 = state.and_then(ResumableMd5::from_text);
    md5.ok_or_else(|| StoreError::NotAppendable(record.key.clone()))
}

/// The append counts only if the object is still the one whose end was looked at.
fn unchanged(old: Option<&ObjectReader>) -> Precondition {
    match old {
        Some(old) => {
            let tag = TagDemand::OneOf(vec![old.object().etag.clone()]);
            Precondition { if_match: Some(tag), ..Precondition::default() }
        }
        None => Precondition { if_none_match: Some(TagDemand::Any), ..Precondition::default() },
    }
}

/// The same chunks, each of which has passed the MD5 of the whole object.
fn hashed(body: ByteStream, md5: Arc<Mutex<ResumableMd5>>) -> ByteStream {
    Box::pin(body.inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            md5.lock().unwrap_or_else(PoisonError::into_inner).update(chunk);
        }
    }))
}
