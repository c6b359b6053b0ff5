//! One file per endpoint: its request and reply, read and written. Here is only how they are told apart.
//!
//! COS chooses the operation by method, host and query; the path says no more than bucket and key.

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
mod describe;
mod dispatch;
mod generate_code;
mod get_bucket_location;
mod get_federation_token;
mod get_object;
mod head_bucket;
mod head_object;
mod incoming;
mod initiate_multipart_upload;
mod list_buckets;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_objects_v2;
mod list_parts;
mod listing;
mod object_acl;
mod object_headers;
mod object_retention;
mod object_tagging;
mod pic_jobs;
mod picture_setting;
mod post_object;
mod preflight;
mod process_image;
mod processing;
mod put_bucket;
mod put_object;
mod recognize_codes;
mod restore_object;
mod style;
mod subresource;
mod symlink;
mod upload_part;
mod upload_part_copy;
mod visit_website;
mod wire_request;

use http::request::Parts;

use crate::address::{Addressing, Target};
use crate::names::{BucketName, ObjectKey};
use crate::parse_error::ParseError;

pub use abort_multipart_upload::AbortMultipartUpload;
pub use append_object::{AppendObject, AppendedReply};
pub use bucket_acl::{GetBucketAcl, PutBucketAcl};
pub use bucket_policy::{DeleteBucketPolicy, GetBucketPolicy, PutBucketPolicy};
pub use bucket_versioning::{
    GetBucketVersioning, PutBucketVersioning, VersioningConfiguration, VersioningStatus,
};
pub use complete_multipart_upload::{
    CompleteMultipartUpload, CompleteMultipartUploadResult, CompletedPart, CompletedParts,
};
pub use configuration::{DeleteConfiguration, GetConfiguration, PutConfiguration};
pub use copy_object::{CopyObject, CopyObjectResult, Directive};
pub use delete_bucket::DeleteBucket;
pub use delete_object::{DeleteObject, DeletedReply};
pub use delete_objects::{
    DeleteError, DeleteList, DeleteObjects, DeleteResult, DeletedObject, OBJECTS_PER_DELETE_MAX,
    ObjectIdentifier,
};
pub use generate_code::{CodeKind, GenerateCode, GeneratedCode};
pub use get_bucket_location::{GetBucketLocation, LocationConstraint};
pub use get_federation_token::{
    FEDERATION_BODY_BYTES_MAX, FEDERATION_SECONDS_MAX, FederationError, FederationForm, FederationToken,
    GetFederationToken,
};
pub use get_object::GetObject;
pub use head_bucket::HeadBucket;
pub use head_object::HeadObject;
pub(crate) use incoming::traffic_limit;
pub use initiate_multipart_upload::{InitiateMultipartUpload, InitiateMultipartUploadResult};
pub use list_buckets::{
    BUCKETS_PER_PAGE_MAX, CreatedFilter, CreatedRange, ListAllMyBucketsResult, ListBuckets, ListedBucket,
};
pub use list_multipart_uploads::{ListMultipartUploads, ListMultipartUploadsResult, ListedUpload};
pub use list_object_versions::{ListObjectVersions, ListVersionsResult, ListedContent, ListedVersion};
pub use list_objects::{ListBucketResult, ListObjects};
pub use list_objects_v2::{ListBucketResultV2, ListObjectsV2};
pub use list_parts::{ListParts, ListPartsResult, ListedPart};
pub use listing::{ENTRIES_PER_PAGE_MAX, ListedObject, Owner};
pub use object_acl::{GetObjectAcl, PutObjectAcl};
pub use object_headers::ObjectHeaders;
pub use object_retention::{GetObjectRetention, Retention};
pub use object_tagging::ObjectTagging;
pub use pic_jobs::{ListPicJobs, PageOf, PicJobs, PicJobsCall};
pub use picture_setting::{
    GuetzliStatus, ImageSlim, OriginProtectStatus, PictureSetting, Setting, SettingAction, StyleSeparators,
};
pub use post_object::{PostObject, PostResponse};
pub use preflight::Preflight;
pub use process_image::ProcessImage;
pub use processing::{Processing, known_process, refusal_of_process};
pub use put_bucket::{CreateBucketConfiguration, PutBucket};
pub use put_object::{OBJECT_BYTES_MAX, PutObject, StoredReply};
pub use recognize_codes::RecognizedCodes;
pub use restore_object::{RESTORE_DAYS_MAX, RestoreObject, RestoreRequest, RestoreTier};
pub use style::{
    AddStyle, DeleteStyle, DeleteStyleBody, GetStyle, GetStyleBody, PutStyle, StyleList, StyleRule,
};
pub use symlink::{GetSymlink, PutSymlink, SymlinkReply};
pub use upload_part::{PART_NUMBER_MAX, UploadPart};
pub use upload_part_copy::{CopyPartResult, UploadPartCopy};
pub use visit_website::VisitWebsite;
pub use wire_request::WireRequest;

/// What a request asks for, with everything its head says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is documented at the type it holds")]
pub enum Endpoint {
    AbortMultipartUpload(AbortMultipartUpload),
    AppendObject(AppendObject),
    CompleteMultipartUpload(CompleteMultipartUpload),
    CopyObject(CopyObject),
    DeleteBucket(DeleteBucket),
    DeleteBucketPolicy(DeleteBucketPolicy),
    DeleteConfiguration(DeleteConfiguration),
    DeleteObject(DeleteObject),
    DeleteObjectTagging(ObjectTagging),
    DeleteObjects(DeleteObjects),
    DeleteStyle(DeleteStyle),
    GenerateCode(GenerateCode),
    GetBucketAcl(GetBucketAcl),
    GetBucketLocation(GetBucketLocation),
    GetBucketPolicy(GetBucketPolicy),
    GetBucketVersioning(GetBucketVersioning),
    GetConfiguration(GetConfiguration),
    GetFederationToken(GetFederationToken),
    GetObject(GetObject),
    GetObjectAcl(GetObjectAcl),
    GetObjectRetention(GetObjectRetention),
    GetObjectTagging(ObjectTagging),
    GetStyle(GetStyle),
    GetSymlink(GetSymlink),
    HeadBucket(HeadBucket),
    HeadObject(HeadObject),
    InitiateMultipartUpload(InitiateMultipartUpload),
    ListBuckets(ListBuckets),
    ListMultipartUploads(ListMultipartUploads),
    ListObjectVersions(ListObjectVersions),
    ListObjects(ListObjects),
    ListObjectsV2(ListObjectsV2),
    ListParts(ListParts),
    PicJobs(PicJobs),
    PictureSetting(PictureSetting),
    PostObject(PostObject),
    Preflight(Preflight),
    ProcessImage(ProcessImage),
    PutBucket(PutBucket),
    PutBucketAcl(PutBucketAcl),
    PutBucketPolicy(PutBucketPolicy),
    PutBucketVersioning(PutBucketVersioning),
    PutConfiguration(PutConfiguration),
    PutObject(PutObject),
    PutObjectAcl(PutObjectAcl),
    PutObjectTagging(ObjectTagging),
    PutStyle(PutStyle),
    PutSymlink(PutSymlink),
    RestoreObject(RestoreObject),
    UploadPart(UploadPart),
    UploadPartCopy(UploadPartCopy),
    VisitWebsite(VisitWebsite),
    /// A feature of COS or CI that is known and not offered: 501, naming it.
    Unsupported(Unsupported),
}

/// A feature that is known and not offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// The bucket it was asked of.
    pub bucket: Option<BucketName>,
    /// The object it was asked of.
    pub key: Option<ObjectKey>,
    /// What it is called.
    pub feature: String,
}

impl Endpoint {
    /// Finds out what a request asks for.
    ///
    /// - `target`: what [`Addressing::resolve`] made of the same request.
    /// - Errors: 400 for values, 405 for what no bucket or object answers to.
    pub fn parse(parts: &Parts, target: &Target, addressing: &Addressing) -> Result<Self, ParseError> {
        dispatch::parse(parts, target, addressing)
    }
}

#[cfg(test)]
mod tests;
