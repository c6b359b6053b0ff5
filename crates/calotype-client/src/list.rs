//! Listings, page by page.

use calotype_protocol::endpoint::{ListBucketResult, ListObjects};

use crate::error::ClientError;
use crate::transport::Transport;

/// A listing that is being prepared, or stands between two pages.
#[derive(Debug, Clone)]
pub struct ListRequest {
    transport: Transport,
    list: ListObjects,
    is_over: bool,
}

impl ListRequest {
    pub(crate) fn new(transport: Transport, list: ListObjects) -> Self {
        Self { transport, list, is_over: false }
    }

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

    /// Begins behind this key.
    pub fn marker(mut self, marker: impl Into<String>) -> Self {
        self.list.marker = marker.into();
        self
    }

    /// Entries on a page, at most 1000.
    pub fn max_keys(mut self, max_keys: u32) -> Self {
        self.list.max_keys = max_keys;
        self
    }

    /// Asks for one page.
    pub async fn send(self) -> Result<ListBucketResult, ClientError> {
        Ok(self.transport.ask(self.list.to_wire()).await?.1)
    }

    /// The next page; `None` after the last one.
    pub async fn next_page(&mut self) -> Result<Option<ListBucketResult>, ClientError> {
        if self.is_over {
            return Ok(None);
        }
        let page: ListBucketResult = self.transport.ask(self.list.to_wire()).await?.1;
        match &page.next_marker {
            Some(next) if page.is_truncated => self.list.marker.clone_from(next),
            _ => self.is_over = true,
        }
        Ok(Some(page))
    }
}
