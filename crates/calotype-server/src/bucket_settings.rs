//! What the documents of a bucket say, read once and kept in memory until one of them changes.

use std::sync::Arc;

use calotype_protocol::configuration::{
    BucketEncryption, Configuration, CorsConfiguration, DefaultAlgorithm, RefererConfiguration,
    StrictSignature, WebsiteConfiguration,
};
use calotype_protocol::names::BucketName;
use calotype_protocol::policy::Policy;
use calotype_protocol::tagging::TagSet;
use calotype_store::{Documents, Encryption, ObjectAttributes, ObjectStore, StoreError};
use moka::sync::Cache;

use crate::picture_settings::PictureSettings;

/// Buckets whose settings stay in memory.
const BUCKETS_MAX: u64 = 10_000;

/// What the store knows the policy by.
pub const POLICY: &str = "policy";

/// The documents of a bucket that have an effect, understood.
#[derive(Debug, Default)]
pub struct BucketSettings {
    /// Which other sites' pages may use the bucket.
    pub cors: Option<CorsConfiguration>,
    /// How objects are encrypted whose uploads do not say.
    pub encryption: Option<BucketEncryption>,
    /// Which pages may show its objects.
    pub referer: Option<RefererConfiguration>,
    /// What it says about its pictures.
    pub pictures: PictureSettings,
    /// Who may do what.
    pub policy: Option<Policy>,
    /// What signatures have to cover.
    pub strict_signature: Option<StrictSignature>,
    /// Its tags.
    pub tags: TagSet,
    /// How it is shown as a website.
    pub website: Option<WebsiteConfiguration>,
}

/// Settings by bucket, each with the documents it was read from.
pub struct SettingsCache(Cache<BucketName, (Arc<Documents>, Arc<BucketSettings>)>);

impl BucketSettings {
    fn read(bucket: &BucketName, documents: &Documents) -> Self {
        Self {
            cors: understood(bucket, documents),
            encryption: understood(bucket, documents),
            referer: understood(bucket, documents),
            pictures: PictureSettings::read(documents),
            policy: policy(bucket, documents),
            strict_signature: understood(bucket, documents),
            tags: understood(bucket, documents).unwrap_or_default(),
            website: understood(bucket, documents),
        }
    }

    /// Gives an upload that says nothing about encryption what the bucket says.
    pub fn complete(&self, attributes: &mut ObjectAttributes) {
        let Some(default) = self.encryption.as_ref().filter(|_| attributes.encryption.is_none()) else {
            return;
        };
        attributes.encryption = Some(match &default.algorithm {
            DefaultAlgorithm::Service => {
                Encryption { algorithm: Some("AES256".to_owned()), ..Encryption::default() }
            }
            DefaultAlgorithm::Kms { key_id } => Encryption {
                algorithm: Some("cos/kms".to_owned()),
                kms_key_id: key_id.clone(),
                ..Encryption::default()
            },
        });
    }
}

/// Documents were checked before they were kept, so one that is not understood is a fault of ours.
fn understood<T: Configuration>(bucket: &BucketName, documents: &Documents) -> Option<T> {
    let word = T::KIND.word;
    let read = T::from_kept(documents.get(word)?);
    read.inspect_err(|error| tracing::error!(%bucket, word, %error, "a kept document is not understood")).ok()
}

/// A policy that is not understood may have denied something, so it lets nobody in.
fn policy(bucket: &BucketName, documents: &Documents) -> Option<Policy> {
    let read = Policy::of_bucket(documents.get(POLICY)?, bucket);
    Some(read.unwrap_or_else(|error| {
        tracing::error!(%bucket, %error, "a kept policy is not understood");
        Policy::closed()
    }))
}

impl SettingsCache {
    /// A cache with nothing in it.
    pub fn new() -> Self {
        Self(Cache::new(BUCKETS_MAX))
    }

    /// The settings of a bucket as they are now. Errors: [`StoreError::NoSuchBucket`].
    pub async fn of(
        &self,
        store: &ObjectStore,
        bucket: &BucketName,
    ) -> Result<Arc<BucketSettings>, StoreError> {
        // The store shows the same documents until one changes, so whether these are the same says all.
        let documents = store.documents(bucket).await?;
        if let Some((read_from, settings)) = self.0.get(bucket)
            && Arc::ptr_eq(&read_from, &documents)
        {
            return Ok(settings);
        }
        let settings = Arc::new(BucketSettings::read(bucket, &documents));
        self.0.insert(bucket.clone(), (documents, Arc::clone(&settings)));
        Ok(settings)
    }
}
