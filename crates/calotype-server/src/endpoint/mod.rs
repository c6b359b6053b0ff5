//! One handler for each endpoint; here is only which one answers.

mod abort_multipart_upload;
mod append_object;
mod bucket_acl;
mod bucket_policy;
mod bucket_versioning;
mod complete_multipart_upload;
mod configuration;
mod copy_object;
mod delete_bucket;
mod delete_object;
mod delete_objects;
mod generate_code;
mod get_bucket_location;
mod get_federation_token;
mod get_object;
mod get_picture;
mod head_bucket;
mod head_object;
mod initiate_multipart_upload;
mod list_buckets;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_objects_v2;
mod list_parts;
mod listed;
mod object_acl;
mod object_retention;
mod object_tagging;
pub mod objects;
mod pic_jobs;
mod picture_setting;
mod post_object;
mod preflight;
mod process_image;
mod put_bucket;
mod put_object;
pub mod request_body;
mod restore_object;
mod styles;
mod symlink;
mod upload_part;
mod upload_part_copy;
mod visit_website;

use std::sync::Arc;

use calotype_protocol::address::Target;
use calotype_protocol::endpoint::{Endpoint, Unsupported};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::ObjectKey;
use http::Method;
use http::request::Parts;

use crate::access::{self, GuardedBucket};
use crate::app::App;
use crate::auth::{self, Caller};
use crate::bucket_settings::BucketSettings;
use crate::error::ApiError;
use crate::reply::Reply;
use crate::request_id::RequestId;
use crate::wire::RequestBody;

/// What a handler knows besides its endpoint: a request in a bucket that is there, by a caller who was let in.
pub struct Context<'a> {
    /// The service.
    pub app: &'a Arc<App>,
    /// Who calls.
    pub caller: &'a Caller<'a>,
    /// How the request names bucket and object.
    pub target: &'a Target,
    /// The head of the request.
    pub parts: &'a Parts,
    /// The bucket of the request.
    pub bucket: GuardedBucket,
    /// The name of the request.
    pub request_id: RequestId,
}

impl Context<'_> {
    /// What the documents of the bucket say.
    pub fn settings(&self) -> &BucketSettings {
        self.bucket.settings()
    }
}

/// Hands a request to its handler.
pub async fn answer(
    app: &Arc<App>,
    caller: &Caller<'_>,
    (target, parts, request_id): (&Target, &Parts, RequestId),
    endpoint: Endpoint,
    body: RequestBody,
) -> Result<Reply, ApiError> {
    if target.bucket().is_none() || matches!(endpoint, Endpoint::PutBucket(_)) {
        access::allow_account(caller, &endpoint)?;
    }
    match endpoint {
        Endpoint::GetFederationToken(_) => get_federation_token::handle(app, target, body).await,
        Endpoint::ListBuckets(list) => list_buckets::handle(app, caller, list).await,
        Endpoint::Preflight(preflight) => preflight::handle(app, preflight).await,
        Endpoint::PutBucket(put) => Box::pin(put_bucket::handle(app, caller, put, body)).await,
        Endpoint::Unsupported(what) => Err(unsupported(&what)),
        endpoint => {
            let name = target.bucket().ok_or(ErrorCode::NoSuchBucket)?;
            let bucket = GuardedBucket::find(app, name).await?;
            auth::check_strictness(bucket.settings(), parts)?;
            access::allow(caller, &bucket, &endpoint)?;
            access::check_page(bucket.settings(), parts, &endpoint)?;
            let cx = Context { app, caller, target, parts, bucket, request_id };
            match endpoint {
                Endpoint::GetObject(get) => get_object::handle(&cx, get).await,
                // Every request moves its future once: the most frequent one must not bear the size of the largest.
                endpoint => Box::pin(in_bucket(&cx, endpoint, body)).await,
            }
        }
    }
}

async fn in_bucket(cx: &Context<'_>, endpoint: Endpoint, body: RequestBody) -> Result<Reply, ApiError> {
    match endpoint {
        Endpoint::AbortMultipartUpload(abort) => abort_multipart_upload::handle(cx, abort).await,
        Endpoint::AppendObject(append) => append_object::handle(cx, append, body).await,
        Endpoint::CompleteMultipartUpload(complete) => {
            complete_multipart_upload::handle(cx, complete, body).await
        }
        Endpoint::CopyObject(copy) => copy_object::handle(cx, copy).await,
        Endpoint::DeleteBucket(_) => delete_bucket::handle(cx).await,
        Endpoint::DeleteBucketPolicy(_) => bucket_policy::delete(cx).await,
        Endpoint::DeleteConfiguration(delete) => configuration::delete(cx, delete).await,
        Endpoint::DeleteObject(delete) => delete_object::handle(cx, delete).await,
        Endpoint::DeleteObjectTagging(tagging) => object_tagging::delete(cx, tagging).await,
        Endpoint::DeleteObjects(delete) => delete_objects::handle(cx, delete, body).await,
        Endpoint::DeleteStyle(delete) => styles::delete(cx, delete, body).await,
        Endpoint::GenerateCode(generate) => generate_code::handle(cx, generate).await,
        Endpoint::GetBucketAcl(_) => bucket_acl::get(cx),
        Endpoint::GetBucketLocation(_) => Ok(get_bucket_location::handle(cx)),
        Endpoint::GetBucketPolicy(_) => bucket_policy::get(cx).await,
        Endpoint::GetBucketVersioning(_) => Ok(bucket_versioning::get(cx)),
        Endpoint::GetConfiguration(get) => configuration::get(cx, get).await,
        Endpoint::GetObjectAcl(get) => object_acl::get(cx, get).await,
        Endpoint::GetObjectRetention(get) => object_retention::get(cx, get).await,
        Endpoint::GetObjectTagging(tagging) => object_tagging::get(cx, tagging).await,
        Endpoint::GetStyle(get) => styles::get(cx, get, body).await,
        Endpoint::GetSymlink(get) => symlink::get(cx, get).await,
        Endpoint::HeadBucket(_) => Ok(head_bucket::handle(cx)),
        Endpoint::HeadObject(head) => head_object::handle(cx, head).await,
        Endpoint::InitiateMultipartUpload(begin) => initiate_multipart_upload::handle(cx, begin).await,
        Endpoint::ListMultipartUploads(list) => list_multipart_uploads::handle(cx, list).await,
        Endpoint::ListObjectVersions(list) => list_object_versions::handle(cx, list).await,
        Endpoint::ListObjects(list) => list_objects::handle(cx, list).await,
        Endpoint::ListObjectsV2(list) => list_objects_v2::handle(cx, list).await,
        Endpoint::ListParts(list) => list_parts::handle(cx, list).await,
        Endpoint::PicJobs(request) => pic_jobs::handle(cx, request, body).await,
        Endpoint::PictureSetting(request) => picture_setting::handle(cx, request, body).await,
        Endpoint::PostObject(_) => post_object::handle(cx, body).await,
        Endpoint::ProcessImage(process) => process_image::handle(cx, process).await,
        Endpoint::PutBucketAcl(put) => bucket_acl::put(cx, put, body).await,
        Endpoint::PutBucketPolicy(_) => bucket_policy::put(cx, body).await,
        Endpoint::PutBucketVersioning(_) => bucket_versioning::put(cx, body).await,
        Endpoint::PutConfiguration(put) => configuration::put(cx, put, body).await,
        Endpoint::PutObject(put) => put_object::handle(cx, put, body).await,
        Endpoint::PutObjectAcl(put) => object_acl::put(cx, put, body).await,
        Endpoint::PutObjectTagging(tagging) => object_tagging::put(cx, tagging, body).await,
        Endpoint::PutStyle(_) => styles::put(cx, body).await,
        Endpoint::PutSymlink(put) => symlink::put(cx, put).await,
        Endpoint::RestoreObject(restore) => restore_object::handle(cx, restore, body).await,
        Endpoint::UploadPart(part) => upload_part::handle(cx, part, body).await,
        Endpoint::UploadPartCopy(part) => upload_part_copy::handle(cx, part).await,
        Endpoint::VisitWebsite(visit) => visit_website::handle(cx, visit).await,
        // Answered above.
        Endpoint::GetFederationToken(_)
        | Endpoint::GetObject(_)
        | Endpoint::ListBuckets(_)
        | Endpoint::Preflight(_)
        | Endpoint::PutBucket(_)
        | Endpoint::Unsupported(_) => Err(ErrorCode::MethodNotAllowed.into()),
    }
}

/// Whether a caller may read or write what a request is for, as far as that can be said without understanding it.
pub async fn is_let_in(
    app: &App,
    caller: &Caller<'_>,
    target: &Target,
    parts: &Parts,
) -> Result<bool, ApiError> {
    let Some(name) = target.bucket() else { return Ok(true) };
    let bucket = match GuardedBucket::find(app, name).await {
        Ok(bucket) => bucket,
        // There is nothing to keep from anybody.
        Err(error) if error.code == ErrorCode::NoSuchBucket => return Ok(true),
        Err(error) => return Err(error),
    };
    let key: Option<ObjectKey> = target.key().and_then(|key| key.parse().ok());
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Ok(access::may(caller, &bucket, access::PUT_OBJECT, key.as_ref()));
    }
    let Some(key) = key else { return Ok(access::may(caller, &bucket, access::LIST_OBJECTS, None)) };
    match app.store.head_object(name, &key, None).await {
        Ok(object) => Ok(access::check_object(caller, &bucket, &object, access::GET_OBJECT).is_ok()),
        Err(_) => Ok(access::may(caller, &bucket, access::GET_OBJECT, Some(&key))),
    }
}

fn unsupported(what: &Unsupported) -> ApiError {
    let message = ErrorCode::NotImplemented.default_message();
    ApiError::new(ErrorCode::NotImplemented, format!("{message} ({})", what.feature))
}
