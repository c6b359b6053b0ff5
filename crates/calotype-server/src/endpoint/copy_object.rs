//! `PUT /<key>` with `x-cos-copy-source`: stores what is stored already.

use calotype_protocol::endpoint::{CopyObject, CopyObjectResult, Directive, OBJECT_BYTES_MAX};
use calotype_protocol::error_code::ErrorCode;
use calotype_store as store;

use super::{Context, objects};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply, headers};

pub async fn handle(cx: &Context<'_>, copy: CopyObject) -> Result<Reply, ApiError> {
    let source = &copy.source;
    let reader = objects::open_source(cx, source, &copy.source_conditions, copy.source_key.as_ref()).await?;
    if reader.object().size_bytes > OBJECT_BYTES_MAX {
        let message = "The copy source is larger than 5 GiB; copy it in parts.";
        return Err(ApiError::new(ErrorCode::InvalidRequest, message));
    }
    let mut attributes = attributes_of_copy(&copy, &reader.object().attributes);
    cx.settings().complete(&mut attributes);
    check_change(&copy, &attributes, reader.object())?;
    let new = store::CopyObject {
        bucket: copy.bucket,
        key: copy.key,
        attributes,
        only_if: kept::precondition(&copy.only_if),
    };
    let stored = cx.app.store.copy_object(&reader, new).await?;
    let mut reply = reply::xml(&CopyObjectResult {
        etag: stored.etag.clone(),
        crc64: Some(stored.crc64),
        last_modified: kept::timestamp(stored.last_modified),
        version_id: stored.version_id.clone(),
    });
    let headers = reply.headers_mut();
    reply::set(headers, headers::CRC64, stored.crc64.to_string());
    reply::encryption(headers, &stored);
    if let Some(version) = &stored.version_id {
        reply::set(headers, headers::VERSION_ID, version.as_str());
    }
    objects::name_source(headers, &copy.source);
    Ok(reply)
}

/// Class, rights and encryption are always those of the request; the rest is copied or replaced.
fn attributes_of_copy(copy: &CopyObject, source: &store::ObjectAttributes) -> store::ObjectAttributes {
    let mut attributes = kept::attributes(&copy.attributes, &copy.key);
    if copy.metadata == Directive::Copy {
        attributes.content_type.clone_from(&source.content_type);
        attributes.cache_control.clone_from(&source.cache_control);
        attributes.content_disposition.clone_from(&source.content_disposition);
        attributes.content_encoding.clone_from(&source.content_encoding);
        attributes.content_language.clone_from(&source.content_language);
        attributes.expires.clone_from(&source.expires);
        attributes.user_metadata.clone_from(&source.user_metadata);
    }
    if copy.tagging == Directive::Copy {
        attributes.tags.clone_from(&source.tags);
    }
    attributes
}

/// A copy onto itself that changes nothing is a mistake. One of an older version brings that version back.
fn check_change(
    copy: &CopyObject,
    attributes: &store::ObjectAttributes,
    source: &store::StoredObject,
) -> Result<(), ApiError> {
    let onto_itself = copy.bucket == source.bucket && copy.key == source.key;
    let changes = copy.source.version_id.is_some()
        || copy.metadata == Directive::Replaced
        || attributes.storage_class != source.attributes.storage_class
        || attributes.encryption != source.attributes.encryption;
    if onto_itself && !changes {
        let message = "The object would be copied onto itself without a change of metadata, \
                       storage class or encryption.";
        return Err(ApiError::new(ErrorCode::InvalidRequest, message));
    }
    Ok(())
}
