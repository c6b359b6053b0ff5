//! Stored objects as requests find them: opened, protected, described.

use calotype_protocol::conditions::{Conditions, Verdict};
use calotype_protocol::copy_source::CopySource;
use calotype_protocol::encryption::CustomerKey;
use calotype_protocol::endpoint::ObjectHeaders;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::{ObjectKey, VersionId};
use calotype_store::{BucketRecord, ObjectReader, StoreError, StoredObject, Versioning};
use http::header::{ETAG, LAST_MODIFIED};
use http::{HeaderMap, Method, StatusCode};

use super::{Context, restore_object};
use crate::access::{self, Deed, GuardedBucket};
use crate::auth::Caller;
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply, headers};

/// Opens an object of the request's bucket for a caller who may read it.
///
/// Those who may not list the bucket are not told whether a key exists.
pub async fn open(
    cx: &Context<'_>,
    key: &ObjectKey,
    version: Option<&VersionId>,
) -> Result<ObjectReader, ApiError> {
    open_in(cx, &cx.bucket, reading(cx), key, version).await
}

/// The record of an object, for a caller who may read it. As [`open`], without the content.
pub async fn head(
    cx: &Context<'_>,
    key: &ObjectKey,
    version: Option<&VersionId>,
) -> Result<std::sync::Arc<StoredObject>, ApiError> {
    let found = cx.app.store.head_object(&cx.bucket.name, key, version).await;
    let object = found.map_err(|error| missing(cx.caller, &cx.bucket, error))?;
    access::check_object(cx.caller, &cx.bucket, &object, reading(cx))?;
    let Some(target) = &object.attributes.symlink_target else { return Ok(object) };
    let object = cx.app.store.head_object(&cx.bucket.name, target, None).await.map_err(no_target)?;
    check_target(cx, &cx.bucket, &object, reading(cx))?;
    Ok(object)
}

/// Whether a key of the request's bucket shows an object.
pub async fn exists(cx: &Context<'_>, key: &ObjectKey) -> Result<bool, ApiError> {
    match cx.app.store.head_object(&cx.bucket.name, key, None).await {
        Ok(_) => Ok(true),
        Err(StoreError::NoSuchKey(_) | StoreError::DeleteMarker { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Opens the source of a copy, which may be in another bucket, and checks what is demanded of it.
pub async fn open_source(
    cx: &Context<'_>,
    source: &CopySource,
    conditions: &Conditions,
    key: Option<&CustomerKey>,
) -> Result<ObjectReader, ApiError> {
    let bucket = GuardedBucket::find(cx.app, &source.bucket).await?;
    let version = source.version_id.as_ref();
    if version.is_some() && access::may(cx.caller, &bucket, access::LIST_OBJECTS, None) {
        let found = cx.app.store.head_object(&bucket.name, &source.key, version).await;
        if matches!(found, Err(StoreError::DeleteMarker { .. })) {
            let message = "The version to be copied is a delete marker.";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message));
        }
    }
    let reader = open_in(cx, &bucket, access::GET_OBJECT, &source.key, version).await?;
    let object = reader.object();
    check_customer_key(object, key)?;
    match conditions.evaluate(&object.etag, kept::timestamp(object.last_modified)) {
        Verdict::Proceed => Ok(reader),
        Verdict::NotModified | Verdict::Failed => Err(ErrorCode::PreconditionFailed.into()),
    }
}

/// Opens an object for a caller who may read it, or what it stands for, unless that is archived.
async fn open_in(
    cx: &Context<'_>,
    bucket: &GuardedBucket,
    deed: Deed,
    key: &ObjectKey,
    version: Option<&VersionId>,
) -> Result<ObjectReader, ApiError> {
    let found = cx.app.store.get_object(&bucket.name, key, version).await;
    let mut reader = found.map_err(|error| missing(cx.caller, bucket, error))?;
    access::check_object(cx.caller, bucket, reader.object(), deed)?;
    if let Some(target) = &reader.object().attributes.symlink_target {
        reader = cx.app.store.get_object(&bucket.name, target, None).await.map_err(no_target)?;
        check_target(cx, bucket, reader.object(), deed)?;
    }
    restore_object::check_readable(&reader.object().attributes, cx.app.clock.now())?;
    Ok(reader)
}

/// A request for the head of an object has a name of its own in policies.
fn reading(cx: &Context<'_>) -> Deed {
    if cx.parts.method == Method::HEAD { access::HEAD_OBJECT } else { access::GET_OBJECT }
}

/// What a caller is told about an object that is not there.
pub fn missing(caller: &Caller<'_>, bucket: &GuardedBucket, error: StoreError) -> ApiError {
    if is_missing(&error) && !access::may(caller, bucket, access::LIST_OBJECTS, None) {
        return ErrorCode::AccessDenied.into();
    }
    error.into()
}

/// What a link stands for has to be readable itself, and no link.
fn check_target(
    cx: &Context<'_>,
    bucket: &GuardedBucket,
    target: &StoredObject,
    deed: Deed,
) -> Result<(), ApiError> {
    access::check_object(cx.caller, bucket, target, deed)?;
    if target.attributes.symlink_target.is_some() {
        let message = "The target of the symbolic link is a symbolic link.";
        return Err(ApiError::new(ErrorCode::SymlinkTargetNotExist, message));
    }
    Ok(())
}

/// A link that was found stands for nothing.
fn no_target(error: StoreError) -> ApiError {
    if is_missing(&error) { ErrorCode::SymlinkTargetNotExist.into() } else { error.into() }
}

fn is_missing(error: &StoreError) -> bool {
    matches!(error, StoreError::NoSuchKey(_) | StoreError::NoSuchVersion(_) | StoreError::DeleteMarker { .. })
}

/// Refuses to show an object that was stored with a key of the client to one who does not bring that key.
pub fn check_customer_key(object: &StoredObject, key: Option<&CustomerKey>) -> Result<(), ApiError> {
    let kept = object.attributes.encryption.as_ref().and_then(|kept| kept.customer_key_md5.as_deref());
    match (kept, key) {
        (None, None) => Ok(()),
        (Some(kept), Some(key)) if kept == key.key_md5 => Ok(()),
        _ => Err(ErrorCode::SsecDecryptHeaderInvalid.into()),
    }
}

/// Repeats which version of the source was copied, where one was named.
pub fn name_source(headers: &mut HeaderMap, source: &CopySource) {
    if let Some(version) = &source.version_id {
        reply::set(headers, headers::COPY_SOURCE_VERSION_ID, version.as_str());
    }
}

/// What downloads and HEADs tell about an object, but for what depends on the range.
pub fn describe(cx: &Context<'_>, object: &StoredObject) -> ObjectHeaders {
    let attributes = &object.attributes;
    ObjectHeaders {
        content: kept::content_headers(attributes),
        metadata: kept::metadata(attributes),
        content_length: Some(object.size_bytes),
        content_range: None,
        etag: Some(object.etag.clone()),
        last_modified: Some(kept::timestamp(object.last_modified)),
        crc64: Some(object.crc64),
        storage_class: kept::storage_class(&attributes.storage_class),
        version_id: version_id(&cx.bucket, object),
        tag_count: (!attributes.tags.is_empty()).then_some(attributes.tags.len() as u32),
        restore: restore_object::told(attributes, cx.app.clock.now()),
        next_append_position: attributes.appendable.as_ref().map(|_| object.size_bytes),
    }
}

/// The version of an object as replies name it: null has a name only where versions are or were kept.
pub fn version_id(bucket: &BucketRecord, object: &StoredObject) -> Option<VersionId> {
    match bucket.versioning {
        Versioning::Unversioned => object.version_id.clone(),
        Versioning::Enabled | Versioning::Suspended => {
            Some(object.version_id.clone().unwrap_or_else(VersionId::null))
        }
    }
}

/// 304 when the client has the object already, 412 when it is not the one demanded.
pub fn check_conditions(object: &StoredObject, conditions: &Conditions) -> Result<Option<Reply>, ApiError> {
    let last_modified = kept::timestamp(object.last_modified);
    match conditions.evaluate(&object.etag, last_modified) {
        Verdict::Proceed => Ok(None),
        Verdict::Failed => Err(ErrorCode::PreconditionFailed.into()),
        Verdict::NotModified => {
            let mut unchanged = reply::empty(StatusCode::NOT_MODIFIED);
            not_modified(unchanged.headers_mut(), object);
            Ok(Some(unchanged))
        }
    }
}

fn not_modified(headers: &mut HeaderMap, object: &StoredObject) {
    let modified = calotype_protocol::timestamp::http_date(kept::timestamp(object.last_modified));
    reply::set(headers, ETAG, object.etag.quoted());
    reply::set(headers, LAST_MODIFIED, modified);
}
