//! The way in: a server, and who is calling.

use calotype_protocol::endpoint::{ListAllMyBucketsResult, ListBuckets};

use crate::bucket::BucketClient;
use crate::config::ClientConfig;
use crate::error::ClientError;
use crate::transport::Transport;

/// Speaks to one server. Cloning is cheap and shares connections.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Transport,
}

impl Client {
    /// Connects at the first request.
    pub fn new(config: ClientConfig) -> Self {
        Self { transport: Transport::new(config) }
    }

    /// Speaks about one bucket, named `<name>-<appid>`. The bucket need not exist yet.
    ///
    /// Errors: [`ClientError::Invalid`] for a word that cannot be a bucket's name.
    pub fn bucket(&self, name: &str) -> Result<BucketClient, ClientError> {
        let name = name
            .parse()
            .map_err(|error: calotype_protocol::InvalidName| ClientError::Invalid(error.to_string()))?;
        Ok(BucketClient::new(self.transport.clone(), name))
    }

    /// The first 2000 buckets of the account, by name. Spec: spec/cos/buckets.md, GET Service.
    pub async fn list_buckets(&self) -> Result<ListAllMyBucketsResult, ClientError> {
        Ok(self.transport.ask(ListBuckets::default().to_wire()).await?.1)
    }
}
