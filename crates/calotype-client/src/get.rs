//! Downloads.

use std::fmt::Display;

use bytes::Bytes;
use calotype_protocol::endpoint::{GetObject, HeadObject, ObjectHeaders, Processing};
use calotype_protocol::names::{ObjectKey, VersionId};
use calotype_protocol::range::ByteRange;

use crate::body::ResponseBody;
use crate::bucket::BucketClient;
use crate::error::ClientError;

/// A download that is being prepared.
#[derive(Debug)]
pub struct GetRequest {
    bucket: BucketClient,
    get: GetObject,
}

/// An object on its way: what is known about it, and its bytes.
#[derive(Debug)]
pub struct Download {
    /// Size, type, tag, metadata and so on.
    pub headers: ObjectHeaders,
    /// The content; a whole one is verified against its checksum when read to the end.
    pub body: ResponseBody,
}

impl Download {
    /// Reads the content to its end.
    pub async fn bytes(self) -> Result<Bytes, ClientError> {
        self.body.bytes().await
    }
}

impl GetRequest {
    pub(crate) fn new(bucket: BucketClient, key: ObjectKey) -> Self {
        let get = GetObject::new(bucket.name.clone(), key);
        Self { bucket, get }
    }

    /// This version instead of the newest.
    pub fn version(mut self, version: VersionId) -> Self {
        self.get.version_id = Some(version);
        self
    }

    /// Some of the bytes only.
    pub fn range(mut self, range: ByteRange) -> Self {
        self.get.range = Some(range);
        self
    }

    /// A picture made by this rule instead of the stored bytes; nothing is stored.
    pub fn rule(mut self, rule: impl Display) -> Self {
        self.get.processing = Some(Processing::Rule(rule.to_string()));
        self
    }

    /// Downloads. The body is read through [`Download::body`] while it arrives.
    pub async fn send(self) -> Result<Download, ClientError> {
        let is_stored_whole = self.get.range.is_none() && self.get.processing.is_none();
        let answer = self.bucket.transport.send(self.get.to_wire()).await?;
        let headers = read_headers(&answer.headers)?;
        let mut body = answer.body;
        if is_stored_whole && answer.status == 200 {
            body.expect_crc64(headers.crc64);
        }
        Ok(Download { headers, body })
    }

    pub(crate) async fn head(self) -> Result<ObjectHeaders, ClientError> {
        let answer = self.bucket.transport.send(HeadObject(self.get).to_wire()).await?;
        read_headers(&answer.headers)
    }
}

fn read_headers(headers: &http::HeaderMap) -> Result<ObjectHeaders, ClientError> {
    ObjectHeaders::from_headers(headers).map_err(|error| ClientError::UnexpectedAnswer(error.to_string()))
}
