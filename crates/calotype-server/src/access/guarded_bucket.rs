//! A bucket with the policy that guards it, and all else its documents say.

use std::ops::Deref;
use std::sync::Arc;

use calotype_protocol::names::BucketName;
use calotype_protocol::policy::Policy;
use calotype_store::BucketRecord;

use crate::app::App;
use crate::bucket_settings::BucketSettings;
use crate::error::ApiError;

/// A bucket with the policy that guards it. What is asked of a bucket is asked of its record.
#[derive(Debug, Clone)]
pub struct GuardedBucket {
    record: Arc<BucketRecord>,
    settings: Arc<BucketSettings>,
}

impl GuardedBucket {
    /// Looks both up. Errors: `NoSuchBucket`.
    pub async fn find(app: &App, name: &BucketName) -> Result<Self, ApiError> {
        let record = app.store.bucket(name).await?;
        let settings = app.settings(name).await?;
        Ok(Self { record, settings })
    }

    /// What its documents say.
    pub fn settings(&self) -> &BucketSettings {
        &self.settings
    }

    /// The policy, if the bucket has one.
    pub fn policy(&self) -> Option<&Policy> {
        self.settings.policy.as_ref()
    }
}

impl Deref for GuardedBucket {
    type Target = BucketRecord;

    fn deref(&self) -> &BucketRecord {
        &self.record
    }
}
