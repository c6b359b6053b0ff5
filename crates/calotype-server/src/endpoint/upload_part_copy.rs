//! `PUT /<key>?partNumber&uploadId` with `x-cos-copy-source`: a part from what is stored already.

use std::ops::Range;

use calotype_protocol::endpoint::{CopyPartResult, UploadPartCopy};
use calotype_protocol::range::ByteRange;
use calotype_store::{self as store, StoredObject};
use http::header::ETAG;

use super::{Context, objects, upload_part};
use crate::error::{self, ApiError};
use crate::kept;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>, part: UploadPartCopy) -> Result<Reply, ApiError> {
    // An upload that is not there is said before anything about the source.
    cx.app.store.upload(&part.bucket, &part.key, &part.upload_id).await?;
    let reader =
        objects::open_source(cx, &part.source, &part.source_conditions, part.source_key.as_ref()).await?;
    let copy = store::CopyPart {
        range: part.source_range.map(|range| stretch(range, reader.object())).transpose()?,
        bucket: part.bucket,
        key: part.key,
        upload_id: part.upload_id,
        number: upload_part::number(part.part_number)?,
    };
    let stored = cx.app.store.copy_part(&reader, copy).await?;
    let last_modified = kept::timestamp(stored.last_modified);
    let mut reply = reply::xml(&CopyPartResult { etag: stored.etag.clone(), last_modified });
    upload_part::tell(reply.headers_mut(), &stored);
    objects::name_source(reply.headers_mut(), &part.source);
    // The body has it, and clients merge both.
    reply.headers_mut().remove(ETAG);
    Ok(reply)
}

/// Unlike a download, a copy is not cut short: all bytes named have to be there.
fn stretch(range: ByteRange, source: &StoredObject) -> Result<Range<u64>, ApiError> {
    let unsatisfiable = || error::unsatisfiable_range(source.size_bytes);
    match range {
        ByteRange::FromTo(_, last) if last >= source.size_bytes => Err(unsatisfiable()),
        range => {
            let resolved = range.resolve(source.size_bytes).map_err(|_| unsatisfiable())?;
            Ok(resolved.first..resolved.last + 1)
        }
    }
}
