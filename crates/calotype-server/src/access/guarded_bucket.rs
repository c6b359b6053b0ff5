//! A bucket with the policy that guards it.

use std::ops::Deref;
use std::sync::Arc;

use calotype_protocol::names::BucketName;
use calotype_protocol::policy::Policy;
use calotype_store::BucketRecord;

use crate::app::App;
use crate::error::ApiError;

/// A bucket with the policy that guards it. What is asked of a bucket is asked of its record.
#[derive(Debug, Clone)]
pub struct GuardedBucket {
    record: Arc<BucketRecord>,
    policy: Option<Arc<Policy>>,
}

impl GuardedBucket {
    /// Looks both up. Errors: `NoSuchBucket`.
    pub async fn find(app: &App, name: &BucketName) -> Result<Self, ApiError> {
        let record = app.store.bucket(name).await?;
        let policy = app.policies.of(&app.store, name).await?;
        Ok(Self { record, policy })
    }

    /// The policy, if the bucket has one.
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_deref()
    }
}

impl Deref for GuardedBucket {
    type Target = BucketRecord;

    fn deref(&self) -> &BucketRecord {
        &self.record
    }
}
