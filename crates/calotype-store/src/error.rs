//! What can go wrong in a store, in the words of its caller.

use std::path::PathBuf;

use calotype_protocol::names::{BucketName, ObjectKey, UploadId, VersionId};

/// A cause from below, kept for the log.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Everything a caller of [`ObjectStore`](crate::ObjectStore) can be told.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nobody made this bucket, or somebody deleted it.
    #[error("bucket {0} does not exist")]
    NoSuchBucket(BucketName),

    /// The name is taken; `owner` tells by whom.
    #[error("bucket {bucket} exists and belongs to {owner}")]
    BucketExists {
        /// The name that was asked for.
        bucket: BucketName,
        /// The owner of the bucket that has it.
        owner: String,
    },

    /// Objects, versions or unfinished uploads are left in it.
    #[error("bucket {0} is not empty")]
    BucketNotEmpty(BucketName),

    /// No object has this key now.
    #[error("object {0} does not exist")]
    NoSuchKey(ObjectKey),

    /// The object never had this version, or it was deleted.
    #[error("version {0} does not exist")]
    NoSuchVersion(VersionId),

    /// The version that was named, or the newest one, only says that the object was deleted.
    #[error("version {version_id} of object {key} is a delete marker")]
    DeleteMarker {
        /// Its key.
        key: ObjectKey,
        /// The marker.
        version_id: VersionId,
    },

    /// Never begun, of another key, completed or aborted.
    #[error("upload {0} does not exist")]
    NoSuchUpload(UploadId),

    /// The write asked not to replace anything, and the key is taken.
    #[error("object {0} exists and was not to be overwritten")]
    AlreadyExists(ObjectKey),

    /// The object may not be replaced or removed yet.
    #[error("object {0} is locked")]
    ObjectLocked(ObjectKey),

    /// The object that is there, or that none is, is not what the caller demanded.
    #[error("object {0} is not as demanded")]
    PreconditionFailed(ObjectKey),

    /// Something was to be appended elsewhere than at the end.
    #[error("the object ends at byte {size_bytes}")]
    NotTheEnd {
        /// Where it ends; 0 if there is no object.
        size_bytes: u64,
    },

    /// The object was not made by appending.
    #[error("object {0} cannot be appended to")]
    NotAppendable(ObjectKey),

    /// A part named at completion was not uploaded, or has another entity tag.
    #[error("part {number} is missing or has another entity tag")]
    InvalidPart {
        /// Number of the first such part.
        number: u16,
    },

    /// Part numbers at completion do not ascend.
    #[error("part numbers do not ascend")]
    InvalidPartOrder,

    /// A part other than the last is below the smallest size.
    #[error("part {number} has {size_bytes} bytes, at least {size_bytes_min} are needed")]
    PartTooSmall {
        /// Number of the first such part.
        number: u16,
        /// What it has.
        size_bytes: u64,
        /// What it needs ([`StoreConfig::part_size_bytes_min`](crate::StoreConfig::part_size_bytes_min)).
        size_bytes_min: u64,
    },

    /// The body that arrived is not the body the client announced.
    #[error("body hash is {received}, expected {announced}")]
    DigestMismatch {
        /// MD5 the client sent, in hex.
        announced: String,
        /// MD5 of what arrived, in hex.
        received: String,
    },

    /// The body ended or broke off before it was whole.
    #[error("body broke off after {received_bytes} bytes")]
    IncompleteBody {
        /// How much had arrived.
        received_bytes: u64,
        /// What the stream said, if it said anything.
        source: Option<BoxError>,
    },

    /// The body is larger than the caller allowed.
    #[error("body has more than {size_bytes_max} bytes")]
    BodyTooLarge {
        /// The limit it went over.
        size_bytes_max: u64,
    },

    /// A byte range that does not lie inside the object.
    #[error("range does not lie inside the {size_bytes} bytes of the object")]
    InvalidRange {
        /// Size of the object.
        size_bytes: u64,
    },

    /// Others kept changing the same thing; nothing was written and the call may be repeated.
    #[error("{0} was changed by others meanwhile")]
    Conflict(&'static str),

    /// Another process works on this data folder.
    #[error("data folder {} is in use by another process", .0.display())]
    Locked(PathBuf),

    /// The data folder was written by a newer program.
    #[error("data has schema {found}, this program knows up to {known}")]
    NewerSchema {
        /// Version found.
        found: i64,
        /// Newest version this program can read.
        known: i64,
    },

    /// A disk, database or remote store failed; `source` says how.
    #[error("{backend} failed to {action}")]
    Backend {
        /// Which adapter.
        backend: &'static str,
        /// What it was doing.
        action: &'static str,
        /// Why it could not.
        source: BoxError,
    },
}

impl StoreError {
    /// A failure of `backend` while it tried to `action`.
    pub fn backend(backend: &'static str, action: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Backend { backend, action, source: source.into() }
    }
}
