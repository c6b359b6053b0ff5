//! `GET /?uploads`: the uploads of a bucket that are not finished.

use calotype_protocol::endpoint::{ListMultipartUploads, ListMultipartUploadsResult, ListedUpload, Owner};
use calotype_store::{self as store, UploadRecord};

use super::{Context, listed};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>, list: ListMultipartUploads) -> Result<Reply, ApiError> {
    let asked = store::ListUploads {
        prefix: list.prefix.clone(),
        delimiter: list.delimiter.clone().unwrap_or_default(),
        key_marker: list.key_marker.clone(),
        upload_id_marker: list.upload_id_marker.clone(),
        entries_max: list.max_uploads as usize,
    };
    let page = cx.app.store.list_uploads(&list.bucket, &asked).await?;
    let owner = listed::principal(&cx.bucket.owner);
    let is_truncated = page.next.is_some();
    let (next_key_marker, next_upload_id_marker) =
        page.next.map_or((None, None), |(key, id)| (Some(key), id));
    Ok(reply::xml(&ListMultipartUploadsResult {
        bucket: list.bucket,
        encode_keys: list.encode_keys,
        key_marker: list.key_marker,
        upload_id_marker: list.upload_id_marker,
        max_uploads: list.max_uploads,
        prefix: list.prefix,
        delimiter: list.delimiter,
        is_truncated,
        next_key_marker,
        next_upload_id_marker,
        uploads: page.uploads.into_iter().map(|record| upload(record, &owner)).collect(),
        common_prefixes: page.common_prefixes,
    }))
}

fn upload(record: UploadRecord, owner: &Owner) -> ListedUpload {
    ListedUpload {
        key: record.key,
        upload_id: record.upload_id,
        initiator: listed::principal(&record.initiator),
        owner: owner.clone(),
        storage_class: kept::storage_class(&record.attributes.storage_class),
        initiated: listed::whole_seconds(kept::timestamp(record.initiated)),
    }
}
