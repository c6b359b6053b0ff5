//! Host names that stand for buckets: those of the configuration, and those buckets have bound themselves.

use std::sync::{Arc, PoisonError, RwLock};

use calotype_protocol::address::Addressing;
use calotype_protocol::configuration::{Configuration, DomainConfiguration, DomainRule, DomainUse};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::BucketName;
use calotype_store::{ObjectStore, StoreError, TextKind};
use tokio::sync::Mutex;

use crate::error::ApiError;

/// All names, in step with the documents of the buckets.
pub struct Domains {
    /// What the configuration says.
    fixed: Addressing,
    /// With what the buckets say.
    current: RwLock<Arc<Addressing>>,
    /// Held from the look for conflicts until the change is seen, so that no name is bound twice.
    changing: Mutex<()>,
}

impl Domains {
    /// Reads the documents of all buckets.
    pub async fn load(fixed: Addressing, store: &ObjectStore) -> Result<Self, StoreError> {
        let current = RwLock::new(Arc::new(fixed.clone()));
        let domains = Self { fixed, current, changing: Mutex::new(()) };
        domains.refresh(store).await?;
        Ok(domains)
    }

    /// The names as they are now.
    pub fn addressing(&self) -> Arc<Addressing> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Binds the names of a document, instead of those the bucket had, and keeps the document.
    ///
    /// Errors: `DomainConfigConflict` for a name that stands for something else already.
    pub async fn bind(
        &self,
        store: &ObjectStore,
        bucket: &BucketName,
        document: &DomainConfiguration,
        text: String,
    ) -> Result<(), ApiError> {
        let _changing = self.changing.lock().await;
        let bound = bound(store).await?;
        for DomainRule { name, .. } in &document.rules {
            let is_fixed = self.fixed.custom_domains.contains_key(name)
                || self.fixed.base_domains.iter().any(|base| base.eq_ignore_ascii_case(name));
            if is_fixed || bound.iter().any(|(owner, rule)| owner != bucket && rule.name == *name) {
                let message = format!("The domain {name} is already bound to another bucket.");
                return Err(ApiError::new(ErrorCode::DomainConfigConflict, message));
            }
        }
        store.put_text(bucket, TextKind::Document, DomainConfiguration::KIND.word, text).await?;
        self.read_again(store).await?;
        Ok(())
    }

    /// Takes over what has changed, after a document or a bucket was deleted.
    pub async fn refresh(&self, store: &ObjectStore) -> Result<(), StoreError> {
        let _changing = self.changing.lock().await;
        self.read_again(store).await
    }

    async fn read_again(&self, store: &ObjectStore) -> Result<(), StoreError> {
        let mut addressing = self.fixed.clone();
        for (bucket, rule) in bound(store).await?.into_iter().filter(|(_, rule)| rule.is_enabled) {
            if rule.shown_as == DomainUse::Website {
                addressing.website_domains.insert(rule.name.clone());
            }
            addressing.custom_domains.entry(rule.name).or_insert(bucket);
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(addressing);
        Ok(())
    }
}

/// What the documents of all buckets say.
async fn bound(store: &ObjectStore) -> Result<Vec<(BucketName, DomainRule)>, StoreError> {
    let mut bound = Vec::new();
    for bucket in store.list_buckets(None).await? {
        let documents = match store.documents(&bucket.name).await {
            Err(StoreError::NoSuchBucket(_)) => continue,
            documents => documents?,
        };
        let text = documents.get(DomainConfiguration::KIND.word);
        let document = text.and_then(|text| DomainConfiguration::from_kept(text).ok());
        let rules = document.map(|document| document.rules).unwrap_or_default();
        bound.extend(rules.into_iter().map(|rule| (bucket.name.clone(), rule)));
    }
    Ok(bound)
}
