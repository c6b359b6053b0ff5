//! `GET /?versions`: one page of versions and delete markers.

use calotype_protocol::endpoint::{ListObjectVersions, ListVersionsResult, ListedContent, ListedVersion};
use calotype_protocol::names::VersionId;
use calotype_store::{self as store, Versioning};

use super::{Context, listed};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply, headers};

pub async fn handle(cx: &Context<'_>, list: ListObjectVersions) -> Result<Reply, ApiError> {
    let asked = store::ListVersions {
        prefix: list.prefix.clone(),
        delimiter: list.delimiter.clone().unwrap_or_default(),
        key_marker: list.key_marker.clone(),
        version_marker: list.version_id_marker.clone(),
        entries_max: list.max_keys as usize,
    };
    let page = cx.app.store.list_versions(&list.bucket, &asked).await?;
    let (is_truncated, (next_key_marker, next_version_id_marker)) = match page.next {
        Some((key, version)) => (true, (Some(key), version)),
        None => (false, (None, None)),
    };
    let mut reply = reply::xml(&ListVersionsResult {
        name: list.bucket,
        prefix: list.prefix,
        key_marker: list.key_marker,
        version_id_marker: list.version_id_marker,
        max_keys: list.max_keys,
        delimiter: list.delimiter,
        encode_keys: list.encode_keys,
        is_truncated,
        next_key_marker,
        next_version_id_marker,
        common_prefixes: page.common_prefixes,
        versions: page.versions.into_iter().map(|version| listed_version(cx, version)).collect(),
    });
    reply::set(reply.headers_mut(), headers::BUCKET_REGION, &cx.bucket.region);
    Ok(reply)
}

fn listed_version(cx: &Context<'_>, version: store::VersionSummary) -> ListedVersion {
    let content = version.content.map(|content| ListedContent {
        etag: content.etag,
        size_bytes: content.size_bytes,
        storage_class: kept::storage_class(&content.storage_class),
    });
    ListedVersion {
        key: version.key,
        version_id: shown(cx.bucket.versioning, version.version_id),
        is_latest: version.is_latest,
        last_modified: listed::whole_seconds(kept::timestamp(version.last_modified)),
        owner: listed::account(&cx.bucket),
        content,
    }
}

/// A bucket that never kept versions has no names for them.
fn shown(versioning: Versioning, id: VersionId) -> Option<VersionId> {
    Some(id).filter(|_| versioning != Versioning::Unversioned)
}
