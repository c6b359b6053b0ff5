//! `GET /<key>?uploadId`: the parts of an upload that have arrived.

use calotype_protocol::endpoint::{ListParts, ListPartsResult, ListedPart};
use calotype_store::{self as store, StoredPart};

use super::{Context, listed};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>, list: ListParts) -> Result<Reply, ApiError> {
    let asked = store::ListParts {
        // No part has a higher number than the store can count.
        number_marker: u16::try_from(list.part_number_marker).unwrap_or(u16::MAX),
        parts_max: list.max_parts as usize,
    };
    let page = cx.app.store.list_parts(&list.bucket, &list.key, &list.upload_id, &asked).await?;
    Ok(reply::xml(&ListPartsResult {
        bucket: list.bucket,
        encode_keys: list.encode_keys,
        key: list.key,
        upload_id: list.upload_id,
        owner: listed::account(&cx.bucket),
        part_number_marker: list.part_number_marker,
        initiator: listed::principal(&page.upload.initiator),
        parts: page.parts.iter().map(part).collect(),
        next_part_number_marker: page.next_number_marker.map(u32::from),
        storage_class: kept::storage_class(&page.upload.attributes.storage_class),
        max_parts: list.max_parts,
        is_truncated: page.next_number_marker.is_some(),
    }))
}

fn part(part: &StoredPart) -> ListedPart {
    ListedPart {
        number: part.number.into(),
        last_modified: listed::whole_seconds(kept::timestamp(part.last_modified)),
        etag: part.etag.clone(),
        size_bytes: part.size_bytes,
    }
}
