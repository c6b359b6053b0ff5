//! `Pic-Operations`: which pictures to make from a picture, and what came of it.
//!
//! Spec: spec/ci/persistent.md.

mod destination;
mod json;
mod upload_result;

use std::fmt;

use http::HeaderValue;

use crate::error_code::ErrorCode;
use crate::names::BucketName;

pub use destination::Destination;
pub use upload_result::{
    ImageInfoBlock, OriginalInfo, ProcessResult, ProcessResults, QrCodeInfo, StoredPicture, UploadResult,
    same_format,
};

/// Most rules of one request, unless the service is configured otherwise.
pub const PIC_RULES_MAX: usize = 5;

/// The header that carries the operations.
pub const PIC_OPERATIONS: &str = "pic-operations";

/// What to make from one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PicOperations {
    /// Whether the answer describes the original.
    pub is_pic_info: bool,
    /// Each makes one object, all from the same source.
    pub rules: Vec<PicRule>,
}

/// One picture to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicRule {
    /// Where the result goes; none for the bucket of the source.
    pub bucket: Option<BucketName>,
    /// The destination as it was written; empty only where a rule may store nothing.
    pub fileid: String,
    /// The instruction, or `style/<name>`. Never percent-decoded, except that `%7C` is a `|`.
    pub rule: String,
}

/// Why operations are refused. The sentence names the rule by its place, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Pic-Operations: {0}")]
pub struct InvalidPicOperations(pub String);

impl InvalidPicOperations {
    /// Always [`ErrorCode::InvalidPicOperations`].
    pub fn code(&self) -> ErrorCode {
        ErrorCode::InvalidPicOperations
    }
}

impl PicOperations {
    /// Reads the header's bytes.
    ///
    /// - `rules_max`: usually [`PIC_RULES_MAX`].
    /// - Errors: not JSON, wrong types, too many rules, rules without a destination or an instruction.
    pub fn parse(header: &[u8], rules_max: usize) -> Result<Self, InvalidPicOperations> {
        json::parse(header, rules_max)
    }

    /// The header for a request: one line of ASCII, whatever is inside.
    pub fn to_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.to_string()).expect("the JSON is escaped to printable ASCII")
    }
}

/// Compact JSON in ASCII.
impl fmt::Display for PicOperations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        json::write(self, f)
    }
}

impl PicRule {
    /// A rule for the bucket of the source. `rule` is anything that prints as an instruction.
    pub fn new(fileid: impl Into<String>, rule: impl fmt::Display) -> Self {
        Self { bucket: None, fileid: fileid.into(), rule: rule.to_string() }
    }

    /// Sends the result to another bucket.
    pub fn in_bucket(mut self, bucket: BucketName) -> Self {
        self.bucket = Some(bucket);
        self
    }

    /// The style the rule stands for, if it is one.
    pub fn style(&self) -> Option<&str> {
        self.rule.strip_prefix("style/")
    }

    /// Whether the rule makes an object. Rules that only find something may leave the destination out.
    pub fn stores_result(&self) -> bool {
        !self.fileid.is_empty()
    }
}

#[cfg(test)]
mod tests;
