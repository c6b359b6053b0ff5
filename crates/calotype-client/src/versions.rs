//! Versions of objects: switched on and off, listed, deleted.

use calotype_protocol::endpoint::{
    DeleteObject, DeletedReply, GetBucketVersioning, ListObjectVersions, ListVersionsResult,
    PutBucketVersioning, VersioningConfiguration, VersioningStatus,
};
use calotype_protocol::names::VersionId;

use crate::bucket::BucketClient;
use crate::error::ClientError;
use crate::transport::Transport;

impl BucketClient {
    /// Whether the bucket keeps versions; none if it never did. Spec: spec/cos/buckets.md, versioning.
    pub async fn versioning(&self) -> Result<Option<VersioningStatus>, ClientError> {
        let bucket = self.name.clone();
        let answer = self.transport.ask(GetBucketVersioning { bucket }.to_wire()).await?;
        let configuration: VersioningConfiguration = answer.1;
        Ok(configuration.status)
    }

    /// Keeps versions from now on, or stops doing so.
    pub async fn set_versioning(&self, status: VersioningStatus) -> Result<(), ClientError> {
        let bucket = self.name.clone();
        self.transport.send(PutBucketVersioning { bucket }.to_wire(status)).await.map(drop)
    }

    /// Removes one version of an object for good; one that is not there counts as removed.
    pub async fn delete_version(&self, key: &str, version: VersionId) -> Result<DeletedReply, ClientError> {
        let (bucket, key) = (self.name.clone(), self.key(key)?);
        let delete = DeleteObject { version_id: Some(version), ..DeleteObject::new(bucket, key) };
        let answer = self.transport.send(delete.to_wire()).await?;
        DeletedReply::from_headers(&answer.headers)
            .map_err(|error| ClientError::UnexpectedAnswer(error.to_string()))
    }

    /// Lists all versions of objects, page by page. Spec: spec/cos/buckets.md, GET Bucket object versions.
    pub fn list_versions(&self) -> ListVersionsRequest {
        let list = ListObjectVersions::new(self.name.clone());
        ListVersionsRequest { transport: self.transport.clone(), list, is_over: false }
    }
}

/// A listing that is being prepared, or stands between two pages.
#[derive(Debug, Clone)]
pub struct ListVersionsRequest {
    transport: Transport,
    list: ListObjectVersions,
    is_over: bool,
}

impl ListVersionsRequest {
    /// Only keys that begin with it.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.list.prefix = prefix.into();
        self
    }

    /// Folds keys at its first occurrence behind the prefix.
    pub fn delimiter(mut self, delimiter: impl Into<String>) -> Self {
        self.list.delimiter = Some(delimiter.into());
        self
    }

    /// Entries on a page, at most 1000.
    pub fn max_keys(mut self, max_keys: u32) -> Self {
        self.list.max_keys = max_keys;
        self
    }

    /// The next page; `None` after the last one.
    pub async fn next_page(&mut self) -> Result<Option<ListVersionsResult>, ClientError> {
        if self.is_over {
            return Ok(None);
        }
        let page: ListVersionsResult = self.transport.ask(self.list.to_wire()).await?.1;
        match &page.next_key_marker {
            Some(next) if page.is_truncated => {
                self.list.key_marker.clone_from(next);
                self.list.version_id_marker.clone_from(&page.next_version_id_marker);
            }
            _ => self.is_over = true,
        }
        Ok(Some(page))
    }
}
