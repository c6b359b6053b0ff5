//! Blobs as files: `blobs/<xx>/<id>`, written under `tmp/` and renamed when they are whole.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{BlobId, BlobStore};
use crate::body::{ByteStream, Chunks, broken_body};
use crate::error::{BoxError, StoreError};

const BACKEND: &str = "disk blobs";

/// Bytes gathered before a write is handed to the disk.
const WRITE_STEP_BYTES: u64 = 1 << 20;

/// Bytes read ahead while the step before is on its way to the client.
const READ_STEP_BYTES: u64 = 512 << 10;

/// Reads up to here are done on the spot: as a rule the page is cached, and handing the read to another thread costs a
/// quarter of a small request.
const INLINE_READ_BYTES_MAX: u64 = 256 << 10;

/// A [`BlobStore`] in a folder of its own.
pub struct DiskBlobs {
    folder: Arc<Path>,
    /// Begins the temporary names of this process, so that those of earlier ones are known.
    run: String,
}

impl DiskBlobs {
    /// Opens the folder, which is made if need be. Only one process may have it open.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::prepare(folder).map_err(|error| failed("open", error))?;
        Ok(Self { folder: folder.into(), run: BlobId::unique().to_string() })
    }

    /// Makes every folder a blob can need, so that writing one never makes a folder.
    fn prepare(folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder.join("tmp"))?;
        let blobs = folder.join("blobs");
        fs::create_dir_all(&blobs)?;
        for shelf in 0..=u8::MAX {
            match fs::create_dir(blobs.join(format!("{shelf:02x}"))) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        File::open(&blobs)?.sync_all()?;
        File::open(folder)?.sync_all()
    }

    /// The shelf is the end of the id: its beginning is the time, which all new blobs share.
    fn path(&self, id: BlobId) -> PathBuf {
        let [.., last] = id.as_bytes();
        self.folder.join("blobs").join(format!("{last:02x}")).join(id.to_string())
    }

    fn temporary_path(&self, id: BlobId) -> PathBuf {
        self.folder.join("tmp").join(format!("{}-{id}", self.run))
    }
}

fn failed(action: &'static str, error: impl Into<BoxError>) -> StoreError {
    StoreError::backend(BACKEND, action, error)
}

/// Runs `work` where it may block.
async fn blocking<T: Send + 'static>(
    action: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    joined(action, spawn_blocking(work)).await
}

async fn joined<T>(action: &'static str, work: JoinHandle<io::Result<T>>) -> Result<T, StoreError> {
    work.await.map_err(|error| failed(action, error))?.map_err(|error| failed(action, error))
}

/// A blob being written; its file goes when this is dropped before [`TemporaryBlob::keep_as`].
struct TemporaryBlob {
    path: PathBuf,
    file: File,
    size_bytes: u64,
    is_kept: bool,
}

impl TemporaryBlob {
    fn create(path: PathBuf) -> io::Result<Self> {
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self { path, file, size_bytes: 0, is_kept: false })
    }

    fn append(mut self, chunks: Chunks) -> io::Result<Self> {
        for chunk in &chunks.chunks {
            self.file.write_all(chunk)?;
        }
        self.size_bytes += chunks.size_bytes;
        Ok(self)
    }

    /// Bytes first, then the name, then the folder that holds the name: after a crash at any point there is the whole
    /// blob under its name, or nothing under it.
    fn keep_as(mut self, path: &Path) -> io::Result<u64> {
        self.file.sync_data()?;
        fs::rename(&self.path, path)?;
        self.is_kept = true;
        if let Some(shelf) = path.parent() {
            File::open(shelf)?.sync_all()?;
        }
        Ok(self.size_bytes)
    }
}

impl Drop for TemporaryBlob {
    fn drop(&mut self) {
        if !self.is_kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "a temporary file stays until the next start");
        }
    }
}

/// Either no file yet, or one that the disk may still be busy with.
enum Writing {
    NotBegun(PathBuf),
    Begun(JoinHandle<io::Result<TemporaryBlob>>),
}

impl Writing {
    /// Waits for the disk, so that at most one step is on its way and one is being gathered.
    async fn append(self, chunks: Chunks) -> Result<Self, StoreError> {
        Ok(Self::Begun(match self {
            Self::NotBegun(path) => spawn_blocking(move || TemporaryBlob::create(path)?.append(chunks)),
            Self::Begun(busy) => {
                let blob = joined("write", busy).await?;
                spawn_blocking(move || blob.append(chunks))
            }
        }))
    }

    async fn finish(self, chunks: Chunks, path: PathBuf) -> Result<u64, StoreError> {
        match self {
            Self::NotBegun(temporary) => {
                let write = move || TemporaryBlob::create(temporary)?.append(chunks)?.keep_as(&path);
                blocking("write", write).await
            }
            Self::Begun(busy) => {
                let blob = joined("write", busy).await?;
                blocking("write", move || blob.append(chunks)?.keep_as(&path)).await
            }
        }
    }
}

#[async_trait]
impl BlobStore for DiskBlobs {
    async fn write(&self, id: BlobId, mut body: ByteStream) -> Result<u64, StoreError> {
        let mut writing = Writing::NotBegun(self.temporary_path(id));
        let mut gathered = Chunks::default();
        let mut received_bytes = 0;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| broken_body(error, received_bytes))?;
            received_bytes += chunk.len() as u64;
            gathered.push(chunk);
            if gathered.size_bytes >= WRITE_STEP_BYTES {
                writing = writing.append(std::mem::take(&mut gathered)).await?;
            }
        }
        writing.finish(gathered, self.path(id)).await
    }

    async fn read(&self, id: BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        let path = self.path(id);
        let file = blocking("read", move || open_at(&path, range.start)).await?;
        let left_bytes = range.end.saturating_sub(range.start);
        let reading = Reading { next: None, left_bytes }.ahead(file);
        let steps = stream::try_unfold(reading, |mut reading| async move {
            let Some(next) = reading.next.take() else { return Ok(None) };
            let (bytes, file) = joined("read", next).await?;
            Ok::<_, BoxError>(Some((bytes, reading.ahead(file))))
        });
        Ok(Box::pin(steps))
    }

    async fn read_bytes(&self, id: BlobId, range: Range<u64>) -> Result<Bytes, StoreError> {
        let size_bytes = range.end.saturating_sub(range.start);
        let path = self.path(id);
        let read = move || read_exactly(&open_at(&path, range.start)?, size_bytes);
        if size_bytes <= INLINE_READ_BYTES_MAX {
            return read().map_err(|error| failed("read", error));
        }
        blocking("read", read).await
    }

    async fn delete(&self, id: BlobId) -> Result<(), StoreError> {
        let path = self.path(id);
        blocking("delete", move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }

    fn list(&self) -> BoxStream<'static, Result<BlobId, StoreError>> {
        let blobs = self.folder.join("blobs");
        let shelves = stream::iter(0..=u8::MAX).then(move |shelf| {
            let folder = blobs.join(format!("{shelf:02x}"));
            async move {
                match blocking("list", move || file_names(&folder)).await {
                    Ok(names) => names.iter().filter_map(|name| name.parse().ok()).map(Ok).collect(),
                    Err(error) => vec![Err(error)],
                }
            }
        });
        shelves.flat_map(stream::iter).boxed()
    }

    async fn remove_unfinished(&self) -> Result<u64, StoreError> {
        let (folder, run) = (self.folder.join("tmp"), self.run.clone());
        blocking("clean up", move || {
            let mut removed = 0;
            for name in file_names(&folder)?.iter().filter(|name| !name.starts_with(&run)) {
                fs::remove_file(folder.join(name))?;
                removed += 1;
            }
            Ok(removed)
        })
        .await
    }
}

/// A read that is one step ahead of its consumer.
struct Reading {
    next: Option<JoinHandle<io::Result<(Bytes, File)>>>,
    left_bytes: u64,
}

impl Reading {
    fn ahead(mut self, file: File) -> Self {
        let step_bytes = self.left_bytes.min(READ_STEP_BYTES);
        self.left_bytes -= step_bytes;
        self.next = (step_bytes > 0)
            .then(|| spawn_blocking(move || read_exactly(&file, step_bytes).map(|bytes| (bytes, file))));
        self
    }
}

fn open_at(path: &Path, offset_bytes: u64) -> io::Result<File> {
    let mut file = File::open(path)?;
    if offset_bytes > 0 {
        file.seek(SeekFrom::Start(offset_bytes))?;
    }
    Ok(file)
}

fn read_exactly(file: &File, size_bytes: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::with_capacity(size_bytes as usize);
    file.take(size_bytes).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size_bytes { Ok(bytes.into()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn file_names(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{bytes_stream, collect};

    #[tokio::test]
    async fn disk_keeps_the_promises() {
        let folder = tempfile::tempdir().unwrap();
        crate::blob::conformance::check_blob_store(&DiskBlobs::open(folder.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn unfinished_writes_of_earlier_processes_are_removed_and_own_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let earlier = DiskBlobs::open(folder.path()).unwrap();
        let own = DiskBlobs::open(folder.path()).unwrap();
        fs::write(earlier.temporary_path(BlobId::unique()), b"half").unwrap();
        let at_work = own.temporary_path(BlobId::unique());
        fs::write(&at_work, b"half").unwrap();

        assert_eq!(own.remove_unfinished().await.unwrap(), 1);
        assert!(at_work.exists());
    }

    #[tokio::test]
    async fn a_broken_body_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = DiskBlobs::open(folder.path()).unwrap();
        let chunks = (0..4).map(|_| Ok(Bytes::from(vec![7; 1 << 20]))).chain([Err("gone".into())]);
        let broken: ByteStream = Box::pin(stream::iter(chunks.collect::<Vec<_>>()));

        let error = blobs.write(BlobId::unique(), broken).await.unwrap_err();
        assert!(matches!(error, StoreError::IncompleteBody { received_bytes: 4_194_304, .. }));
        assert_eq!(blobs.list().count().await, 0);
        wait_until(|| file_names(&folder.path().join("tmp")).unwrap().is_empty()).await;
    }

    #[tokio::test]
    async fn a_failing_disk_is_an_error_and_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = DiskBlobs::open(folder.path()).unwrap();
        let id = BlobId::unique();
        // A folder where the blob should go makes the rename fail, even for root.
        fs::create_dir_all(blobs.path(id).join("in the way")).unwrap();

        let error = blobs.write(id, bytes_stream(Bytes::from_static(b"x"))).await.unwrap_err();
        assert!(matches!(error, StoreError::Backend { backend: BACKEND, action: "write", .. }));
        assert_eq!(file_names(&folder.path().join("tmp")).unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_reader_finishes_a_deleted_blob() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = DiskBlobs::open(folder.path()).unwrap();
        let (id, body) = (BlobId::unique(), Bytes::from(vec![9; 3 << 20]));
        blobs.write(id, bytes_stream(body.clone())).await.unwrap();

        let reading = blobs.read(id, 0..3 << 20).await.unwrap();
        blobs.delete(id).await.unwrap();
        assert_eq!(collect(reading, u64::MAX).await.unwrap(), body);
    }

    async fn wait_until(is_so: impl Fn() -> bool) {
        for _ in 0..500 {
            if is_so() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(is_so());
    }
}
