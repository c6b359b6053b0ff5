//! Opening a store: on a data folder, or in memory.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{ObjectStore, StoreConfig};
use crate::blob::{DiskBlobs, MemoryBlobs};
use crate::error::StoreError;
use crate::metadata::{EmbeddedMetadata, MemoryMetadata};

/// The advisory lock on a data folder, given back when dropped or when the process ends.
pub(super) struct FolderLock(#[expect(dead_code, reason = "held, not used")] File);

impl ObjectStore {
    /// Opens the embedded store in `data_dir`, which is made if need be.
    ///
    /// The folder holds `calotype.db` (records and small objects), `blobs/` (larger objects), `tmp/` (uploads on
    /// their way) and `LOCK`.
    ///
    /// - Must be called inside a tokio runtime.
    /// - Errors: [`StoreError::Locked`] if another process has it open, [`StoreError::NewerSchema`].
    pub async fn open(data_dir: impl Into<PathBuf>, config: StoreConfig) -> Result<Self, StoreError> {
        let data_dir = data_dir.into();
        let opened = tokio::task::spawn_blocking(move || {
            let lock = lock(&data_dir)?;
            let metadata = EmbeddedMetadata::open(&data_dir.join("calotype.db"))?;
            Ok::<_, StoreError>((lock, metadata, DiskBlobs::open(&data_dir)?))
        });
        let (lock, metadata, blobs) =
            opened.await.map_err(|error| StoreError::backend("data folder", "open", error))??;
        Ok(Self::assembled(Arc::new(metadata), Arc::new(blobs), config, Some(lock)))
    }

    /// A store that forgets everything when its last clone is dropped. Must be called inside a tokio runtime.
    pub fn in_memory() -> Self {
        Self::in_memory_with(StoreConfig::default())
    }

    /// [`ObjectStore::in_memory`] with settings.
    pub fn in_memory_with(config: StoreConfig) -> Self {
        Self::new(Arc::new(MemoryMetadata::new()), Arc::new(MemoryBlobs::new()), config)
    }
}

fn lock(data_dir: &Path) -> Result<FolderLock, StoreError> {
    let failed = |error: io::Error| StoreError::backend("data folder", "open", error);
    fs::create_dir_all(data_dir).map_err(failed)?;
    let path = data_dir.join("LOCK");
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(data_dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}
