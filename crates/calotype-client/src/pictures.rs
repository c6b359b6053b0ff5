//! The two calls that make stored pictures: with an upload, and from an object.
//!
//! Spec: spec/ci/persistent.md.

use std::fmt::Display;

use calotype_protocol::endpoint::ProcessImage;
use calotype_protocol::names::{BucketName, ObjectKey};
use calotype_protocol::{PicOperations, PicRule, UploadResult};

use crate::bucket::BucketClient;
use crate::error::ClientError;
use crate::put::PutRequest;
use crate::transport::document;

/// An upload with rules that is being prepared.
#[derive(Debug)]
pub struct PutPictureRequest {
    put: PutRequest,
    operations: PicOperations,
}

/// Rules for a stored picture that are being prepared.
#[derive(Debug)]
pub struct ProcessRequest {
    bucket: BucketClient,
    key: ObjectKey,
    operations: PicOperations,
}

/// Both requests carry rules in the same way.
macro_rules! carries_rules {
    ($request:ty) => {
        impl $request {
            /// Adds a rule. The result is stored at `fileid`: beside the source, or from the bucket's root with a
            /// leading slash. Up to five.
            pub fn rule(mut self, fileid: &str, rule: impl Display) -> Self {
                self.operations.rules.push(PicRule::new(fileid, rule));
                self
            }

            /// Adds a rule whose result is stored in another bucket.
            pub fn rule_to(mut self, bucket: BucketName, fileid: &str, rule: impl Display) -> Self {
                self.operations.rules.push(PicRule::new(fileid, rule).in_bucket(bucket));
                self
            }

            /// Asks for format, size, quality and average colour of the original in the answer.
            pub fn pic_info(mut self) -> Self {
                self.operations.is_pic_info = true;
                self
            }

            /// All operations at once, instead of those added so far.
            pub fn operations(mut self, operations: PicOperations) -> Self {
                self.operations = operations;
                self
            }
        }
    };
}

carries_rules!(PutPictureRequest);
carries_rules!(ProcessRequest);

impl PutPictureRequest {
    pub(crate) fn new(put: PutRequest) -> Self {
        Self { put, operations: PicOperations { is_pic_info: false, rules: Vec::new() } }
    }

    /// Uploads and processes. Original and results appear together, or nothing is stored.
    pub async fn send(mut self) -> Result<UploadResult, ClientError> {
        self.put.put.pic_operations = Some(self.operations.to_header());
        let (bucket, wire, body) = self.put.ready()?;
        let answer = bucket.transport.upload(wire, body).await?;
        Ok(document(answer).await?.1)
    }
}

impl ProcessRequest {
    pub(crate) fn new(bucket: BucketClient, key: ObjectKey) -> Self {
        Self { bucket, key, operations: PicOperations { is_pic_info: false, rules: Vec::new() } }
    }

    /// Processes. All results appear together, or none.
    pub async fn send(self) -> Result<UploadResult, ClientError> {
        let request = ProcessImage::new(self.bucket.name.clone(), self.key, &self.operations);
        Ok(self.bucket.transport.ask(request.to_wire()).await?.1)
    }
}
