//! `GET /` without a bucket: the buckets of an account.

use calotype_protocol::endpoint::{ListAllMyBucketsResult, ListBuckets, ListedBucket, Owner};
use calotype_protocol::error_code::ErrorCode;
use calotype_store::{BucketRecord, StoreError};

use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

pub async fn handle(app: &App, caller: &Caller<'_>, list: ListBuckets) -> Result<Reply, ApiError> {
    let account = caller.account().ok_or(ErrorCode::AccessDenied)?;
    let mut buckets = Vec::new();
    for bucket in app.store.list_buckets(Some(account.principal.as_str())).await? {
        if is_asked_for(&list, &bucket) && has_tag(app, &list, &bucket).await? {
            buckets.push(listed(&bucket));
        }
    }
    let is_truncated = list.max_keys > 0 && buckets.len() > list.max_keys as usize;
    buckets.truncate(list.max_keys as usize);
    let last = buckets.last().map(|bucket| bucket.name.to_string());
    Ok(reply::xml(&ListAllMyBucketsResult {
        owner: Owner { id: account.principal.to_string(), display_name: account.uin.clone() },
        is_truncated,
        marker: list.marker,
        next_marker: last.filter(|_| is_truncated),
        buckets,
    }))
}

fn is_asked_for(list: &ListBuckets, bucket: &BucketRecord) -> bool {
    bucket.name.as_str() > list.marker.as_str()
        && list.region.as_ref().is_none_or(|region| *region == bucket.region)
        && list.created.is_none_or(|filter| filter.includes(kept::timestamp(bucket.created)))
}

async fn has_tag(app: &App, list: &ListBuckets, bucket: &BucketRecord) -> Result<bool, ApiError> {
    let Some(tag) = &list.tag else { return Ok(true) };
    match app.settings(&bucket.name).await {
        Ok(settings) => Ok(settings.tags.0.contains(tag)),
        // Deleted since the list was read.
        Err(StoreError::NoSuchBucket(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn listed(bucket: &BucketRecord) -> ListedBucket {
    ListedBucket {
        name: bucket.name.clone(),
        region: bucket.region.clone(),
        created: kept::timestamp(bucket.created),
    }
}
