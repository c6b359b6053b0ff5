//! Jobs of buckets: work that is done later and survives the process.

use std::sync::Arc;
use std::time::SystemTime;

use calotype_protocol::names::BucketName;

use super::ObjectStore;
use super::publish::detached;
use crate::error::StoreError;
use crate::job::{JobPage, JobRecord, JobState, ListJobs};

impl ObjectStore {
    /// Keeps a new job. Errors: [`StoreError::NoSuchBucket`].
    pub async fn create_job(&self, job: JobRecord) -> Result<(), StoreError> {
        let inner = Arc::clone(&self.inner);
        detached(async move { inner.metadata.create_job(job).await }).await
    }

    /// Takes over state, times, attempts and outcome of `job` if its state is still `from`; says whether it was.
    ///
    /// Errors: [`StoreError::NoSuchBucket`].
    pub async fn change_job(&self, job: JobRecord, from: JobState) -> Result<bool, StoreError> {
        let inner = Arc::clone(&self.inner);
        detached(async move { inner.metadata.change_job(job, from).await }).await
    }

    /// A job of a bucket. Errors: [`StoreError::NoSuchBucket`].
    pub async fn job(&self, bucket: &BucketName, id: &str) -> Result<Option<JobRecord>, StoreError> {
        self.inner.metadata.job(bucket, id).await
    }

    /// A page of jobs of a bucket. Errors: [`StoreError::NoSuchBucket`].
    pub async fn list_jobs(&self, bucket: &BucketName, list: &ListJobs) -> Result<JobPage, StoreError> {
        self.inner.metadata.list_jobs(bucket, list).await
    }

    /// The oldest jobs of all buckets that are not over.
    pub async fn pending_jobs(&self, jobs_max: usize) -> Result<Vec<JobRecord>, StoreError> {
        self.inner.metadata.pending_jobs(jobs_max).await
    }

    /// How many jobs of a bucket are not over. Errors: [`StoreError::NoSuchBucket`].
    pub async fn count_pending_jobs(&self, bucket: &BucketName) -> Result<u64, StoreError> {
        self.inner.metadata.count_pending_jobs(bucket).await
    }

    /// Removes jobs that were over before a moment; says how many.
    pub async fn forget_jobs(&self, ended_before: SystemTime) -> Result<u64, StoreError> {
        let inner = Arc::clone(&self.inner);
        detached(async move { inner.metadata.forget_jobs(ended_before).await }).await
    }
}
