//! COS and CI on the wire, both directions, without a network.
//!
//! Nothing here waits, opens a socket or reads a clock: time is an argument. Whatever this crate writes it can
//! read back, so the service and the SDK share every type.

pub mod names;

pub use names::{BucketName, ETag, InvalidName, ObjectKey, UploadId, VersionId};
