//! `finish_upload`: the assembled object becomes visible and the upload is over, in one step.

use std::sync::Arc;

use calotype_protocol::names::{BucketName, ObjectKey, UploadId};

use super::{AssembledUpload, CompletedPart, NewObject, ObjectStore};
use crate::error::StoreError;
use crate::metadata::{Batch, BatchObject};
use crate::precondition::Precondition;
use crate::record::StoredObject;

impl ObjectStore {
    /// Makes the object of an upload visible, together with `results` made from it, or nothing at all.
    ///
    /// Returns the object first and the results after it, in order. Parts that were not chosen are deleted; the upload
    /// is gone afterwards.
    ///
    /// Errors: [`StoreError::NoSuchUpload`] if it was completed or aborted meanwhile, [`StoreError::InvalidPart`] if
    /// a chosen part was replaced meanwhile, [`StoreError::AlreadyExists`] and [`StoreError::PreconditionFailed`] as
    /// `only_if` says. The upload stays open then.
    pub async fn finish_upload(
        &self,
        assembled: AssembledUpload,
        only_if: &Precondition,
        results: Vec<NewObject>,
    ) -> Result<Vec<StoredObject>, StoreError> {
        const ATTEMPTS_MAX: usize = 16;
        let AssembledUpload { requested, reader, mut finish, .. } = assembled;
        let mut object = StoredObject::clone(reader.object());
        // Placed once: their blobs stay while `pending` does, also over a failed attempt.
        let (placed, pending) = self.inner.place_all(results).await?;
        let (bucket, key, id) = (finish.bucket.clone(), finish.key.clone(), finish.upload_id.clone());
        for _ in 0..ATTEMPTS_MAX {
            let shared_segments = object.body.segments().len();
            let entry = BatchObject { object, only_if: only_if.clone(), shared_segments };
            let objects = [entry].into_iter().chain(placed.iter().cloned()).collect();
            let batch = Batch { objects, finish: Some(finish) };
            match self.publish(batch, Arc::clone(&pending)).await {
                Err(StoreError::Conflict(_)) => {}
                outcome => return outcome,
            }
            let again = self.assemble_upload(&bucket, &key, &id, requested.clone()).await?;
            object = StoredObject::clone(again.reader.object());
            finish = again.finish;
        }
        Err(StoreError::Conflict("upload"))
    }

    /// Puts the parts together and makes the object visible.
    ///
    /// Errors: as [`ObjectStore::assemble_upload`] and [`ObjectStore::finish_upload`].
    pub async fn complete_upload(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &UploadId,
        parts: Vec<CompletedPart>,
        only_if: &Precondition,
    ) -> Result<StoredObject, StoreError> {
        let assembled = self.assemble_upload(bucket, key, id, parts).await?;
        let stored = self.finish_upload(assembled, only_if, Vec::new()).await?;
        stored.into_iter().next().ok_or_else(|| StoreError::NoSuchKey(key.clone()))
    }
}
