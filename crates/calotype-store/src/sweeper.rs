//! Collects what crashes leave behind: unfinished writes and blobs without a record.

use std::sync::Arc;

use futures_util::StreamExt;

use crate::blob::{BlobId, BlobStore, Leases};
use crate::error::StoreError;
use crate::metadata::MetadataStore;

/// Blobs asked about at once.
const STEP_BLOBS: usize = 256;

/// What a sweep removed.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Swept {
    pub(crate) unfinished_writes: u64,
    pub(crate) orphan_blobs: u64,
}

/// Sweeps once, in the background of a store that is already in use.
pub(crate) async fn sweep(
    metadata: Arc<dyn MetadataStore>,
    blobs: Arc<dyn BlobStore>,
    leases: Arc<Leases>,
) -> Swept {
    let mut swept = Swept::default();
    match collect_litter(&*metadata, &*blobs, &leases, &mut swept).await {
        Ok(()) if swept == Swept::default() => {}
        Ok(()) => tracing::info!(
            unfinished_writes = swept.unfinished_writes,
            orphan_blobs = swept.orphan_blobs,
            "swept up after an earlier process"
        ),
        Err(error) => tracing::warn!(%error, "litter of an earlier process stays until the next start"),
    }
    swept
}

async fn collect_litter(
    metadata: &dyn MetadataStore,
    blobs: &dyn BlobStore,
    leases: &Leases,
    swept: &mut Swept,
) -> Result<(), StoreError> {
    swept.unfinished_writes = blobs.remove_unfinished().await?;
    let mut listed = blobs.list().chunks(STEP_BLOBS);
    while let Some(step) = listed.next().await {
        // In this order: a writer lets go of its blob only after the record is written, so a blob that nobody holds
        // and that is then unknown has no record and will never have one.
        let step = step.into_iter().collect::<Result<Vec<BlobId>, _>>()?;
        let unheld: Vec<_> = step.into_iter().filter(|id| !leases.is_leased(*id)).collect();
        let known = metadata.known_blobs(&unheld).await?;
        for (id, _) in unheld.into_iter().zip(known).filter(|(_, is_known)| !is_known) {
            leases.retire(id);
            swept.orphan_blobs += 1;
        }
    }
    Ok(())
}
