//! COS and CI on the wire, both directions, without a network.
//!
//! Nothing here waits, opens a socket or reads a clock: time is an argument. Whatever this crate writes it can
//! read back, so the service and the SDK share every type.

pub mod acl;
pub mod address;
pub mod attributes;
pub mod conditions;
pub mod configuration;
pub mod content_type;
pub mod copy_source;
pub mod encoding;
pub mod encryption;
pub mod endpoint;
pub mod error_body;
pub mod error_code;
mod header;
pub mod image_info;
pub mod names;
mod parse_error;
pub mod pic_jobs;
pub mod pic_operations;
pub mod policy;
pub mod post_form;
pub mod query;
pub mod range;
pub mod signature;
pub mod tagging;
pub mod timestamp;
pub mod wildcard;
pub mod xml;

pub use address::{AddressError, Addressing, Target};
pub use attributes::{ContentHeaders, ObjectAttributes, StorageClass};
pub use endpoint::{Endpoint, WireRequest};
pub use error_body::ErrorBody;
pub use error_code::ErrorCode;
pub use image_info::ImageInfo;
pub use names::{BucketName, ETag, InvalidName, ObjectKey, UploadId, VersionId};
pub use parse_error::ParseError;
pub use pic_operations::{PicOperations, PicRule, ProcessResult, UploadResult};
pub use query::Query;
