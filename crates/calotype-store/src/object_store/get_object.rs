//! `head_object` and `get_object`: what is stored, and its bytes.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use calotype_protocol::names::{BucketName, ObjectKey, VersionId};
use futures_util::stream::{self, TryStreamExt};

use super::{CachedObject, Inner, ObjectStore, inline};
use crate::blob::BlobLease;
use crate::body::{ByteStream, collect};
use crate::cache::Ticket;
use crate::error::{BoxError, StoreError};
use crate::record::{Segment, StoredObject};

/// How often a reader looks again when the object it found was replaced before it could hold on to it.
const ATTEMPTS_MAX: usize = 16;

/// An object as it was when it was asked for. It stays readable, whatever happens to its key.
pub struct ObjectReader {
    object: Arc<StoredObject>,
    /// The whole content, if it is in memory.
    bytes: Option<Bytes>,
    inner: Arc<Inner>,
    leases: Arc<Vec<BlobLease>>,
    ticket: Option<Ticket>,
}

/// The content of an object, or a stretch of it.
pub enum Content {
    /// All of it, in memory.
    Bytes(Bytes),
    /// To be read piece by piece.
    Stream(ByteStream),
}

impl Content {
    /// The content as a stream, whatever it was.
    pub fn into_stream(self) -> ByteStream {
        match self {
            Self::Bytes(bytes) => crate::body::bytes_stream(bytes),
            Self::Stream(stream) => stream,
        }
    }
}

impl ObjectStore {
    /// The record of a key's current object, or of one version of it.
    ///
    /// Errors: [`StoreError::NoSuchBucket`], [`StoreError::NoSuchKey`], [`StoreError::NoSuchVersion`],
    /// [`StoreError::DeleteMarker`].
    pub async fn head_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<Arc<StoredObject>, StoreError> {
        self.inner.find(bucket, key, version).await.map(|(object, ..)| object)
    }

    /// The current object of a key, or one version of it, ready to be read.
    ///
    /// Errors: as [`ObjectStore::head_object`].
    pub async fn get_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<ObjectReader, StoreError> {
        let inner = &self.inner;
        for _ in 0..ATTEMPTS_MAX {
            let (object, bytes, ticket) = inner.find(bucket, key, version).await?;
            if bytes.is_some() {
                return Ok(ObjectReader::new(inner, object, bytes, Vec::new(), None));
            }
            let leases = inner.lease(object.body.segments());
            // If the record is still the same now, its blobs were there when they were leased, and so they stay.
            if inner.metadata.object(bucket, key, version).await?.body == object.body {
                return Ok(ObjectReader::new(inner, object, None, leases, ticket));
            }
        }
        Err(StoreError::Conflict("object"))
    }
}

impl Inner {
    async fn find(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<(Arc<StoredObject>, Option<Bytes>, Option<Ticket>), StoreError> {
        if version.is_some() {
            let object = Arc::new(self.metadata.object(bucket, key, version).await?);
            let bytes = inline(&object);
            return Ok((object, bytes, None));
        }
        let cache_key = (bucket.clone(), key.clone());
        if let Some(CachedObject { object, bytes }) = self.objects.get(&cache_key) {
            return Ok((object, Some(bytes), None));
        }
        let ticket = self.objects.ticket(&cache_key);
        let object = Arc::new(self.metadata.object(bucket, key, None).await?);
        let bytes = inline(&object);
        if let (Some(ticket), Some(bytes)) = (ticket, &bytes) {
            self.objects.fill(
                ticket,
                cache_key,
                CachedObject { object: Arc::clone(&object), bytes: bytes.clone() },
            );
        }
        Ok((object, bytes, ticket))
    }

    pub(super) fn lease(&self, segments: &[Segment]) -> Vec<BlobLease> {
        segments.iter().map(|segment| self.leases.lease(segment.blob)).collect()
    }
}

impl ObjectReader {
    pub(super) fn new(
        inner: &Arc<Inner>,
        object: Arc<StoredObject>,
        bytes: Option<Bytes>,
        leases: Vec<BlobLease>,
        ticket: Option<Ticket>,
    ) -> Self {
        Self { object, bytes, inner: Arc::clone(inner), leases: Arc::new(leases), ticket }
    }

    /// The record.
    pub fn object(&self) -> &Arc<StoredObject> {
        &self.object
    }

    /// The whole content, or the bytes of `range`, which must lie inside it.
    ///
    /// Small objects come back in memory. Others come as a stream that holds no lock, only the blobs it reads.
    ///
    /// Errors: [`StoreError::InvalidRange`].
    pub async fn read(&self, range: Option<Range<u64>>) -> Result<Content, StoreError> {
        let range = self.check(range)?;
        if let Some(bytes) = &self.bytes {
            return Ok(Content::Bytes(slice(bytes, &range)));
        }
        match self.object.body.segments() {
            [only] if only.size_bytes <= self.inner.config.cache.object_bytes_max => {
                let whole = only.offset_bytes..only.offset_bytes + only.size_bytes;
                let bytes = self.inner.blobs.read_bytes(only.blob, whole).await?;
                self.remember(&bytes);
                Ok(Content::Bytes(slice(&bytes, &range)))
            }
            segments => Ok(Content::Stream(self.stream(stretch(segments, range)))),
        }
    }

    /// The whole content in one piece of memory.
    ///
    /// Errors: [`StoreError::BodyTooLarge`] if it is larger than `size_bytes_max`.
    pub async fn bytes(&self, size_bytes_max: u64) -> Result<Bytes, StoreError> {
        if self.object.size_bytes > size_bytes_max {
            return Err(StoreError::BodyTooLarge { size_bytes_max });
        }
        match self.read(None).await? {
            Content::Bytes(bytes) => Ok(bytes),
            Content::Stream(stream) => collect(stream, size_bytes_max).await,
        }
    }

    fn check(&self, range: Option<Range<u64>>) -> Result<Range<u64>, StoreError> {
        let size_bytes = self.object.size_bytes;
        let range = range.unwrap_or(0..size_bytes);
        if range.start <= range.end && range.end <= size_bytes {
            Ok(range)
        } else {
            Err(StoreError::InvalidRange { size_bytes })
        }
    }

    fn remember(&self, bytes: &Bytes) {
        if let Some(ticket) = self.ticket {
            let key = (self.object.bucket.clone(), self.object.key.clone());
            let cached = CachedObject { object: Arc::clone(&self.object), bytes: bytes.clone() };
            self.inner.objects.fill(ticket, key, cached);
        }
    }

    fn stream(&self, segments: Vec<Segment>) -> ByteStream {
        let (inner, leases) = (Arc::clone(&self.inner), Arc::clone(&self.leases));
        let pieces = stream::iter(segments.into_iter().map(Ok::<_, BoxError>));
        Box::pin(
            pieces
                .and_then(move |segment| {
                    // The leases live as long as the stream: a blob opened late must still be there.
                    let (inner, _leases) = (Arc::clone(&inner), Arc::clone(&leases));
                    async move {
                        let range = segment.offset_bytes..segment.offset_bytes + segment.size_bytes;
                        inner.blobs.read(segment.blob, range).await.map_err(BoxError::from)
                    }
                })
                .try_flatten(),
        )
    }
}

fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    bytes.slice(range.start as usize..range.end as usize)
}

/// The segments that make up a range of the bytes that `segments` make up.
pub(super) fn stretch(segments: &[Segment], range: Range<u64>) -> Vec<Segment> {
    let mut begin = 0;
    let mut inside = Vec::new();
    for segment in segments {
        let end = begin + segment.size_bytes;
        let (from, to) = (range.start.max(begin), range.end.min(end));
        if from < to {
            inside.push(Segment {
                blob: segment.blob,
                offset_bytes: segment.offset_bytes + (from - begin),
                size_bytes: to - from,
            });
        }
        begin = end;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::BlobId;

    #[test]
    fn a_range_is_cut_out_of_several_segments() {
        let segment = |size_bytes| Segment { blob: BlobId::unique(), offset_bytes: 10, size_bytes };
        let all = [segment(4), segment(4), segment(4)];
        let cut = |range| -> Vec<_> {
            stretch(&all, range).iter().map(|s| (s.offset_bytes, s.size_bytes)).collect()
        };
        assert_eq!(cut(0..12), [(10, 4), (10, 4), (10, 4)]);
        assert_eq!(cut(3..9), [(13, 1), (10, 4), (10, 1)]);
        assert_eq!(cut(4..8), [(10, 4)]);
        assert_eq!(cut(5..5), []);
    }
}
