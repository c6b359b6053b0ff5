//! Uploads in parts.
//!
//! Spec: spec/cos/multipart.md.

use calotype_protocol::PicOperations;
use calotype_protocol::UploadResult;
use calotype_protocol::conditions::WriteConditions;
use calotype_protocol::endpoint::{
    AbortMultipartUpload, CompleteMultipartUpload, CompleteMultipartUploadResult, CompletedPart,
    CompletedParts, ListParts, ListPartsResult, StoredReply, UploadPart,
};
use calotype_protocol::names::{BucketName, ObjectKey, UploadId};

use crate::body::RequestBody;
use crate::bucket::BucketClient;
use crate::error::ClientError;

/// An upload that has begun. Dropping it leaves the parts on the server, to be continued or aborted.
#[derive(Debug, Clone)]
pub struct MultipartUpload {
    bucket: BucketClient,
    key: ObjectKey,
    id: UploadId,
}

impl MultipartUpload {
    pub(crate) fn new(bucket: BucketClient, key: ObjectKey, id: UploadId) -> Self {
        Self { bucket, key, id }
    }

    /// Names the upload on the server.
    pub fn id(&self) -> &UploadId {
        &self.id
    }

    /// Uploads part `number`, 1 to 10 000, of at least 1 MiB unless it is the last. Parts may come in any order and
    /// side by side; a number sent again replaces the part.
    pub async fn put_part(
        &self,
        number: u32,
        body: impl Into<RequestBody>,
    ) -> Result<CompletedPart, ClientError> {
        let (bucket, key, id) = self.names();
        let wire = part(bucket, key, id, number).to_wire();
        let answer = self.bucket.transport.upload(wire, body.into()).await?;
        let stored = StoredReply::from_headers(&answer.headers)
            .map_err(|error| ClientError::UnexpectedAnswer(error.to_string()))?;
        let etag =
            stored.etag.ok_or_else(|| ClientError::UnexpectedAnswer("the part has no ETag".to_owned()))?;
        Ok(CompletedPart { number, etag: etag.quoted() })
    }

    /// The first 1000 parts that are there.
    pub async fn list_parts(&self) -> Result<ListPartsResult, ClientError> {
        let (bucket, key, id) = self.names();
        Ok(self.bucket.transport.ask(ListParts::new(bucket, key, id).to_wire()).await?.1)
    }

    /// Makes the object of these parts, in ascending order.
    pub async fn complete(
        &self,
        parts: Vec<CompletedPart>,
    ) -> Result<CompleteMultipartUploadResult, ClientError> {
        let (bucket, key, id) = self.names();
        let wire = complete(bucket, key, id).to_wire(&CompletedParts(parts));
        Ok(self.bucket.transport.ask(wire).await?.1)
    }

    /// As [`Self::complete`], and makes pictures from the object. Spec: spec/ci/persistent.md, 5.3.
    pub async fn complete_with_pictures(
        &self,
        parts: Vec<CompletedPart>,
        operations: &PicOperations,
    ) -> Result<UploadResult, ClientError> {
        let (bucket, key, id) = self.names();
        let request = complete(bucket, key, id).with_pictures(operations);
        let wire = request.to_wire(&CompletedParts(parts));
        let result: CompleteMultipartUploadResult = self.bucket.transport.ask(wire).await?.1;
        Ok(result.into_upload_result())
    }

    /// Ends the upload without an object.
    pub async fn abort(self) -> Result<(), ClientError> {
        let (bucket, key, upload_id) = self.names();
        self.bucket.transport.send(AbortMultipartUpload { bucket, key, upload_id }.to_wire()).await.map(drop)
    }

    fn names(&self) -> (BucketName, ObjectKey, UploadId) {
        (self.bucket.name.clone(), self.key.clone(), self.id.clone())
    }
}

fn part(bucket: BucketName, key: ObjectKey, upload_id: UploadId, part_number: u32) -> UploadPart {
    UploadPart {
        bucket,
        key,
        upload_id,
        part_number,
        content_length: None,
        content_md5: None,
        traffic_limit: None,
        customer_key: None,
    }
}

fn complete(bucket: BucketName, key: ObjectKey, upload_id: UploadId) -> CompleteMultipartUpload {
    CompleteMultipartUpload {
        bucket,
        key,
        upload_id,
        content_md5: None,
        only_if: WriteConditions::default(),
        pic_operations: None,
    }
}
