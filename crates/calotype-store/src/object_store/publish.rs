//! The last step of every write: blobs are whole, now the records become visible.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;

use super::receive::{Incoming, ReceivedBody};
use super::{Inner, ObjectStore};
use crate::blob::{BlobId, BlobLease};
use crate::body::{ByteStream, Chunks, bytes_stream};
use crate::checksums::Checksums;
use crate::error::StoreError;
use crate::metadata::Batch;
use crate::record::{ObjectBody, Segment, StoredObject};

/// A blob that is written and not yet in any record. It is deleted unless it is published.
pub(super) struct PendingBlob {
    lease: BlobLease,
    is_published: AtomicBool,
}

/// The new blobs of one change. They are kept until the last holder knows what became of the change.
pub(super) type PendingBlobs = Arc<Vec<PendingBlob>>;

impl PendingBlob {
    fn keep(&self) {
        self.is_published.store(true, Ordering::Relaxed);
    }
}

impl Drop for PendingBlob {
    fn drop(&mut self) {
        if !*self.is_published.get_mut() {
            self.lease.retire();
        }
    }
}

/// Content that has arrived and waits for its record.
pub(super) struct Arrived {
    pub(super) body: ObjectBody,
    pub(super) checksums: Checksums,
    pub(super) pending: Option<PendingBlob>,
}

impl Inner {
    /// Takes a body in: into memory if it is small, into a blob if it is not.
    pub(super) async fn take_in(
        &self,
        mut incoming: Incoming,
        inline_bytes_max: u64,
    ) -> Result<Arrived, StoreError> {
        let mut head = Chunks::default();
        while head.size_bytes <= inline_bytes_max {
            let Some(chunk) = incoming.next().await? else {
                let checksums = incoming.finish();
                let body = ObjectBody::Inline(head.into_bytes());
                return Ok(Arrived { body, checksums, pending: None });
            };
            head.push(chunk);
        }
        let (stream, later) = incoming.into_stream(head.chunks);
        let (pending, segment) = self.write_blob(stream).await?;
        let checksums = later.take().ok_or(StoreError::IncompleteBody { received_bytes: 0, source: None })?;
        Ok(Arrived { body: ObjectBody::Segments(vec![segment]), checksums, pending: Some(pending) })
    }

    /// Puts content that is already in memory where its size says it belongs.
    pub(super) async fn place(&self, body: ReceivedBody) -> Result<Arrived, StoreError> {
        let (bytes, checksums): (Bytes, Checksums) = (body.bytes().clone(), *body.checksums());
        if checksums.size_bytes <= self.config.inline_bytes_max {
            return Ok(Arrived { body: ObjectBody::Inline(bytes), checksums, pending: None });
        }
        let (pending, segment) = self.write_blob(bytes_stream(bytes)).await?;
        Ok(Arrived { body: ObjectBody::Segments(vec![segment]), checksums, pending: Some(pending) })
    }

    pub(super) async fn write_blob(&self, body: ByteStream) -> Result<(PendingBlob, Segment), StoreError> {
        let blob = BlobId::unique();
        // Leased before the first byte is written, so that the sweeper never takes it for litter.
        let pending = PendingBlob { lease: self.leases.lease(blob), is_published: AtomicBool::new(false) };
        let size_bytes = self.blobs.write(blob, body).await?;
        Ok((pending, Segment { blob, offset_bytes: 0, size_bytes }))
    }

    pub(super) fn retire_all(&self, retired: Vec<BlobId>) {
        for id in retired {
            self.leases.retire(id);
        }
    }

    /// Settles the fate of new blobs after a change that was to name them.
    pub(super) async fn settle_pending<T>(&self, outcome: &Result<T, StoreError>, pending: &PendingBlobs) {
        match outcome {
            Ok(_) => pending.iter().for_each(PendingBlob::keep),
            // A failing backend may fail after the fact. What it cannot tell is left to the sweeper.
            Err(StoreError::Backend { .. }) => {
                let ids: Vec<_> = pending.iter().map(|pending| pending.lease.id()).collect();
                let known = self.metadata.known_blobs(&ids).await.unwrap_or_else(|_| vec![true; ids.len()]);
                let keep = pending.iter().zip(known).filter(|(_, is_known)| *is_known);
                keep.for_each(|(pending, _)| pending.keep());
            }
            Err(_) => {}
        }
    }
}

impl ObjectStore {
    /// Makes a batch visible, once its blobs are whole.
    ///
    /// Runs to its end although the caller may go away: what follows a commit has to follow it.
    pub(super) async fn publish(
        &self,
        batch: Batch,
        pending: PendingBlobs,
    ) -> Result<Vec<StoredObject>, StoreError> {
        let inner = Arc::clone(&self.inner);
        detached(async move {
            let keys: Vec<_> =
                batch.objects.iter().map(|o| (o.object.bucket.clone(), o.object.key.clone())).collect();
            let writing = inner.objects.begin_write(&keys);
            let outcome = inner.metadata.publish(batch).await;
            drop(writing);
            inner.settle_pending(&outcome, &pending).await;
            let published = outcome?;
            inner.retire_all(published.retired);
            Ok(published.objects)
        })
        .await
    }
}

/// Runs a change on its own task, so that a caller who goes away does not stop it half-way.
pub(super) async fn detached<T: Send + 'static>(
    change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::spawn(change).await {
        Ok(outcome) => outcome,
        Err(failed) => Err(StoreError::backend("store", "finish a change", failed)),
    }
}
