//! The Rust SDK of calotype and of every server that speaks COS.
//!
//! A [`Client`] knows where the server is and who is calling; a [`BucketClient`] speaks about one bucket. Each call is
//! a builder that ends with `send()`. Bodies stream in both directions, and checksums are verified on the way. A rule is
//! anything that is [`Display`](std::fmt::Display): plain text works, and so do the builders in [`rule`].
//!
//! ```no_run
//! # async fn example() -> Result<(), calotype_client::ClientError> {
//! use calotype_client::rule::{Geometry, ImageMogr2, TextMark};
//! use calotype_client::{Client, ClientConfig};
//!
//! let client = Client::new(ClientConfig::new("http://127.0.0.1:9000")?.keys("AKID...", "..."));
//! let photos = client.bucket("photos-1250000000")?;
//! let result = photos
//!     .put_object("trip/cat.jpg", std::fs::read("cat.jpg").unwrap())?
//!     .pic_operations()
//!     .rule("small.jpg", ImageMogr2::new().thumbnail(Geometry::Width(320)).then(TextMark::new("© me")))
//!     .rule("/icons/cat.png", "imageView2/format/png")
//!     .send()
//!     .await?;
//! assert_eq!(result.results.objects.len(), 2);
//! # Ok(())
//! # }
//! ```

mod body;
mod bucket;
mod checksum;
mod client;
mod config;
mod error;
mod get;
mod list;
mod multipart;
mod pictures;
mod put;
pub mod rule;
mod transport;
mod versions;

pub use body::{RequestBody, ResponseBody};
pub use bucket::{BucketClient, CopyRequest};
pub use client::Client;
pub use config::ClientConfig;
pub use error::{ClientError, ServiceError};
pub use get::{Download, GetRequest};
pub use list::ListRequest;
pub use multipart::MultipartUpload;
pub use pictures::{ProcessRequest, PutPictureRequest};
pub use put::PutRequest;
pub use versions::ListVersionsRequest;

pub use calotype_protocol::endpoint::{
    CodeKind, CopyObjectResult, DeleteResult, DeletedReply, GeneratedCode, ListAllMyBucketsResult,
    ListBucketResult, ListVersionsResult, ListedContent, ListedObject, ListedPart, ListedVersion,
    ObjectHeaders, RecognizedCodes, StoredReply, VersioningStatus,
};
pub use calotype_protocol::{
    BucketName, ETag, ErrorCode, ImageInfo, ObjectKey, PicOperations, PicRule, ProcessResult, StorageClass,
    UploadResult, VersionId,
};

/// What a request signed, and why its signature is refused.
pub mod signature {
    pub use calotype_protocol::address::Addressing;
    pub use calotype_protocol::signature::{Credential, Difference, Explanation, SignatureError, explain};
}
