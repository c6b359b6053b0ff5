//! Buckets and objects that are there or not there, on any database and any disk.
//!
//! [`ObjectStore`] is the one door. Behind it a [`MetadataStore`] keeps records (what exists, in which order) and a
//! [`BlobStore`] keeps bytes (immutable, by opaque id). A record always points to whole blobs; litter is possible
//! after a crash and swept up, a dangling record is not possible.
//!
//! This crate knows names, bytes and durability. It knows no HTTP, no XML and no pictures.

mod blob;
mod body;
mod cache;
mod checksums;
pub mod crc64;
pub mod digest;
mod error;
mod job;
mod listing;
mod metadata;
mod object_store;
mod precondition;
mod record;
mod retention;
mod sweeper;
mod upload;

pub use blob::{BlobId, BlobStore, DiskBlobs, MemoryBlobs};
pub use body::{ByteStream, bytes_stream, collect};
pub use checksums::Checksums;
pub use error::{BoxError, StoreError};
pub use job::{JobPage, JobRecord, JobState, ListJobs};
pub use listing::{
    ListObjects, ListUploads, ListVersions, ObjectPage, ObjectSummary, UploadPage, VersionContent,
    VersionPage, VersionSummary,
};
pub use metadata::{
    AsListed, Batch, BatchObject, BucketChange, EmbeddedMetadata, FinishUpload, MemoryMetadata,
    MetadataStore, ObjectChange, Published, RemoveObject, Removed, RemovedObject, TextKind, UploadParts,
};
pub use object_store::{
    AppendObject, Appended, AssembledUpload, CacheConfig, CompletedPart, Content, CopyObject, CopyPart,
    Documents, NewObject, NewUpload, ObjectReader, ObjectStore, PutObject, PutPart, ReceivedBody,
    StoreConfig,
};
pub use precondition::{Precondition, TagDemand};
pub use record::{
    Acl, Appendable, BucketRecord, Encryption, Grant, Grantee, ObjectAttributes, ObjectBody, Restore,
    Segment, StoredObject, Versioning,
};
pub use upload::{ListParts, PartPage, StoredPart, UploadRecord};
