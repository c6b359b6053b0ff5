//! `GET /`: one page of keys in order.

use calotype_protocol::endpoint::{ListBucketResult, ListObjects};
use calotype_store as store;

use super::{Context, listed};
use crate::error::ApiError;
use crate::reply::{self, Reply, headers};

pub async fn handle(cx: &Context<'_>, list: ListObjects) -> Result<Reply, ApiError> {
    let asked = store::ListObjects {
        prefix: list.prefix.clone(),
        delimiter: list.delimiter.clone().unwrap_or_default(),
        marker: list.marker.clone(),
        entries_max: list.max_keys as usize,
    };
    let page = cx.app.store.list_objects(&list.bucket, &asked).await?;
    let owner = listed::account(&cx.bucket);
    let mut reply = reply::xml(&ListBucketResult {
        name: list.bucket,
        prefix: list.prefix,
        marker: list.marker,
        max_keys: list.max_keys,
        delimiter: list.delimiter,
        encode_keys: list.encode_keys,
        is_truncated: page.next_marker.is_some(),
        next_marker: page.next_marker,
        common_prefixes: page.common_prefixes,
        contents: page.objects.into_iter().map(|object| listed::object(object, Some(&owner))).collect(),
    });
    reply::set(reply.headers_mut(), headers::BUCKET_REGION, &cx.bucket.region);
    Ok(reply)
}
