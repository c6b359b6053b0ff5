//! An upload in one piece.

use calotype_protocol::endpoint::{PutObject, StoredReply};
use calotype_protocol::names::{ETag, ObjectKey};
use calotype_protocol::{ObjectAttributes, StorageClass};
use http::HeaderValue;

use crate::body::RequestBody;
use crate::bucket::BucketClient;
use crate::error::ClientError;
use crate::pictures::PutPictureRequest;

/// An upload that is being prepared.
#[derive(Debug)]
pub struct PutRequest {
    pub(crate) bucket: BucketClient,
    pub(crate) put: PutObject,
    pub(crate) body: RequestBody,
    /// The first value that cannot be a header; told when the request is sent.
    mistake: Option<String>,
}

impl PutRequest {
    pub(crate) fn new(bucket: BucketClient, key: ObjectKey, body: RequestBody) -> Self {
        let put = PutObject::new(bucket.name.clone(), key);
        Self { bucket, put, body, mistake: None }
    }

    /// `Content-Type`; without it the server goes by the key's extension.
    pub fn content_type(mut self, value: &str) -> Self {
        self.put.attributes.content.content_type = self.header("Content-Type", value);
        self
    }

    /// `Cache-Control`, repeated by downloads.
    pub fn cache_control(mut self, value: &str) -> Self {
        self.put.attributes.content.cache_control = self.header("Cache-Control", value);
        self
    }

    /// `Content-Disposition`, repeated by downloads.
    pub fn content_disposition(mut self, value: &str) -> Self {
        self.put.attributes.content.content_disposition = self.header("Content-Disposition", value);
        self
    }

    /// User metadata; `name` without `x-cos-meta-`.
    pub fn metadata(mut self, name: &str, value: &str) -> Self {
        if let Some(value) = self.header(name, value) {
            self.put.attributes.metadata.insert(name.to_ascii_lowercase(), value);
        }
        self
    }

    /// How the object is stored.
    pub fn storage_class(mut self, class: StorageClass) -> Self {
        self.put.attributes.storage_class = class;
        self
    }

    /// Every attribute at once, instead of those set so far.
    pub fn attributes(mut self, attributes: ObjectAttributes) -> Self {
        self.put.attributes = attributes;
        self
    }

    /// MD5 the content must have; the server refuses another.
    pub fn content_md5(mut self, digest: [u8; 16]) -> Self {
        self.put.content_md5 = Some(digest);
        self
    }

    /// Leaves an object that is there alone; the call fails then.
    pub fn forbid_overwrite(mut self) -> Self {
        self.put.only_if.forbid_overwrite = true;
        self
    }

    /// Replaces only the object that has this tag; the call fails if there is another or none.
    pub fn if_match(mut self, etag: ETag) -> Self {
        self.put.only_if.if_match = Some(etag.into());
        self
    }

    /// Turns the upload into one that makes pictures.
    pub fn pic_operations(self) -> PutPictureRequest {
        PutPictureRequest::new(self)
    }

    /// Uploads, and verifies the checksum of what was stored.
    pub async fn send(self) -> Result<StoredReply, ClientError> {
        let (bucket, wire, body) = self.ready()?;
        let answer = bucket.transport.upload(wire, body).await?;
        StoredReply::from_headers(&answer.headers)
            .map_err(|error| ClientError::UnexpectedAnswer(error.to_string()))
    }

    pub(crate) fn ready(
        self,
    ) -> Result<(BucketClient, calotype_protocol::WireRequest, RequestBody), ClientError> {
        match self.mistake {
            Some(mistake) => Err(ClientError::Invalid(mistake)),
            None => Ok((self.bucket, self.put.to_wire(), self.body)),
        }
    }

    fn header(&mut self, name: &str, value: &str) -> Option<HeaderValue> {
        let parsed = HeaderValue::from_bytes(value.as_bytes()).ok();
        if parsed.is_none() && self.mistake.is_none() {
            self.mistake = Some(format!("{name} {value:?} is not a header value"));
        }
        parsed
    }
}
