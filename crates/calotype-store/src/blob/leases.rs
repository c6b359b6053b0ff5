//! Who still needs a blob: readers that have not finished, writers that have not published.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::{BlobId, BlobStore};

/// Counts the users of each blob in this process and deletes retired blobs when the last user has gone.
///
/// Deletions happen one after the other in the background: nobody waits for them, and one that is lost in a crash is
/// found by the sweeper.
pub(crate) struct Leases {
    uses: Mutex<HashMap<BlobId, Use>>,
    deletions: mpsc::UnboundedSender<Deletion>,
}

#[derive(Default)]
struct Use {
    leases: usize,
    is_retired: bool,
}

enum Deletion {
    Blob(BlobId),
    Mark(oneshot::Sender<()>),
}

/// Keeps a blob from being deleted while it lives.
pub(crate) struct BlobLease {
    leases: Arc<Leases>,
    id: BlobId,
}

impl Leases {
    /// Must be called inside a runtime, which then carries out the deletions.
    pub(crate) fn new(blobs: Arc<dyn BlobStore>) -> Arc<Self> {
        let (deletions, queue) = mpsc::unbounded_channel();
        tokio::spawn(delete_all(blobs, queue));
        Arc::new(Self { uses: Mutex::default(), deletions })
    }

    pub(crate) fn lease(self: &Arc<Self>, id: BlobId) -> BlobLease {
        self.lock().entry(id).or_default().leases += 1;
        BlobLease { leases: Arc::clone(self), id }
    }

    pub(crate) fn is_leased(&self, id: BlobId) -> bool {
        self.lock().contains_key(&id)
    }

    /// Deletes a blob no record points to, as soon as nobody uses it.
    pub(crate) fn retire(&self, id: BlobId) {
        match self.lock().get_mut(&id) {
            Some(in_use) => in_use.is_retired = true,
            None => self.delete(id),
        }
    }

    /// Waits until everything retired so far and not in use is gone.
    pub(crate) async fn settle(&self) {
        let (mark, reached) = oneshot::channel();
        if self.deletions.send(Deletion::Mark(mark)).is_ok() {
            let _ = reached.await;
        }
    }

    fn delete(&self, id: BlobId) {
        // The queue ends only with the runtime; what is left then is for the sweeper.
        let _ = self.deletions.send(Deletion::Blob(id));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BlobId, Use>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BlobLease {
    pub(crate) fn id(&self) -> BlobId {
        self.id
    }

    /// The blob goes as soon as its last user has gone.
    pub(crate) fn retire(&self) {
        self.leases.retire(self.id);
    }
}

impl Drop for BlobLease {
    fn drop(&mut self) {
        let mut uses = self.leases.lock();
        let Some(in_use) = uses.get_mut(&self.id) else { return };
        in_use.leases -= 1;
        if in_use.leases == 0 {
            let is_retired = in_use.is_retired;
            uses.remove(&self.id);
            drop(uses);
            if is_retired {
                self.leases.delete(self.id);
            }
        }
    }
}

async fn delete_all(blobs: Arc<dyn BlobStore>, mut queue: mpsc::UnboundedReceiver<Deletion>) {
    while let Some(deletion) = queue.recv().await {
        match deletion {
            Deletion::Blob(id) => {
                if let Err(error) = blobs.delete(id).await {
                    tracing::warn!(blob = %id, %error, "a retired blob stays behind until the next start");
                }
            }
            Deletion::Mark(mark) => {
                let _ = mark.send(());
            }
        }
    }
}
