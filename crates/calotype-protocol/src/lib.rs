//! COS and CI on the wire, both directions, without a network.
//!
//! Nothing here waits, opens a socket or reads a clock: time is an argument. Whatever this crate writes it can
//! read back, so the service and the SDK share every type.

pub mod address;
pub mod encoding;
pub mod error_body;
pub mod error_code;
pub mod names;
pub mod query;
pub mod signature;
pub mod timestamp;
pub mod xml;

pub use address::{AddressError, Addressing, Target};
pub use error_body::ErrorBody;
pub use error_code::ErrorCode;
pub use names::{BucketName, ETag, InvalidName, ObjectKey, UploadId, VersionId};
pub use query::Query;
