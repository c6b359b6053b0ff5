//! `GET /` without a bucket: the buckets of an account.

use calotype_protocol::endpoint::{ListAllMyBucketsResult, ListBuckets, ListedBucket, Owner};
use calotype_protocol::error_code::ErrorCode;
use calotype_store::BucketRecord;

use super::put_bucket::TAG_PREFIX;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

pub async fn handle(app: &App, caller: &Caller<'_>, list: ListBuckets) -> Result<Reply, ApiError> {
    let account = caller.account().ok_or(ErrorCode::AccessDenied)?;
    let all = app.store.list_buckets(Some(account.principal.as_str())).await?;
    let asked = all.iter().filter(|bucket| is_asked_for(&list, bucket));
    let mut buckets: Vec<ListedBucket> = asked.map(listed).collect();
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
    let has_tag = |tag: &calotype_protocol::tagging::Tag| {
        let name = format!("{TAG_PREFIX}{}", tag.key);
        bucket.traits.iter().any(|(other, value)| *other == name && *value == tag.value)
    };
    bucket.name.as_str() > list.marker.as_str()
        && list.region.as_ref().is_none_or(|region| *region == bucket.region)
        && list.tag.as_ref().is_none_or(has_tag)
        && list.created.is_none_or(|filter| filter.includes(kept::timestamp(bucket.created)))
}

fn listed(bucket: &BucketRecord) -> ListedBucket {
    ListedBucket {
        name: bucket.name.clone(),
        region: bucket.region.clone(),
        created: kept::timestamp(bucket.created),
    }
}
