//! `GET /?list-type=2`: one page of keys, continued by a token.

use calotype_protocol::endpoint::{ListBucketResultV2, ListObjectsV2};
use calotype_store as store;

use super::{Context, listed};
use crate::error::ApiError;
use crate::reply::{self, Reply, headers};

pub async fn handle(cx: &Context<'_>, list: ListObjectsV2) -> Result<Reply, ApiError> {
    let asked = store::ListObjects {
        prefix: list.prefix.clone(),
        delimiter: list.delimiter.clone().unwrap_or_default(),
        marker: list.marker()?,
        entries_max: list.max_keys as usize,
    };
    let page = cx.app.store.list_objects(&list.bucket, &asked).await?;
    let owner = list.fetch_owner.then(|| listed::account(&cx.bucket));
    let mut reply = reply::xml(&ListBucketResultV2 {
        name: list.bucket,
        prefix: list.prefix,
        start_after: list.start_after,
        max_keys: list.max_keys,
        delimiter: list.delimiter,
        encode_keys: list.encode_keys,
        is_truncated: page.next_marker.is_some(),
        key_count: (page.objects.len() + page.common_prefixes.len()) as u32,
        continuation_token: list.continuation_token,
        next_continuation_token: page.next_marker.as_deref().map(ListObjectsV2::token_after),
        common_prefixes: page.common_prefixes,
        contents: page.objects.into_iter().map(|object| listed::object(object, owner.as_ref())).collect(),
    });
    reply::set(reply.headers_mut(), headers::BUCKET_REGION, &cx.bucket.region);
    Ok(reply)
}
