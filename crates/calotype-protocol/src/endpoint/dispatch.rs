//! From method and query to the endpoint.

use http::Method;
use http::request::Parts;

use super::incoming::{BucketRequest, ObjectRequest};
use super::*;
use crate::address::{HostFamily, Resource};
use crate::configuration::ConfigurationKind;
use crate::error_code::ErrorCode;
use crate::header;
use crate::query::Query;

/// Paths of the job interface; its host is the bucket's own when clients are pointed at one address.
const JOB_PATHS: [&str; 16] = [
    "ai_bucket",
    "asr_jobs",
    "audio",
    "cibuckets",
    "doc_jobs",
    "document",
    "file_jobs",
    "image/auditing",
    "inventory_jobs",
    "jobs",
    "mediabucket",
    "pic_jobs",
    "picbucket",
    "queue",
    "template",
    "workflow",
];

pub(super) fn parse(parts: &Parts, target: &Target, addressing: &Addressing) -> Result<Endpoint, ParseError> {
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    match &target.resource {
        _ if parts.method == Method::OPTIONS => {
            Preflight::parse(target, &parts.headers).map(Endpoint::Preflight)
        }
        Resource::Service { region } if parts.method == Method::GET => {
            ListBuckets::parse(&query, region.as_deref()).map(Endpoint::ListBuckets)
        }
        Resource::Service { .. } if parts.method == Method::POST => {
            Ok(Endpoint::GetFederationToken(GetFederationToken))
        }
        Resource::Service { .. } => Err(ErrorCode::MethodNotAllowed.into()),
        Resource::Bucket(bucket) if target.host_family == HostFamily::Website => {
            VisitWebsite::parse(parts, bucket, "").map(Endpoint::VisitWebsite)
        }
        Resource::Object { bucket, key } if target.host_family == HostFamily::Website => {
            VisitWebsite::parse(parts, bucket, key).map(Endpoint::VisitWebsite)
        }
        Resource::Bucket(bucket) => {
            let request = BucketRequest { bucket, query: &query, headers: &parts.headers };
            bucket_endpoint(&parts.method, target.host_family, &request)
        }
        // Slashes and dots alone lead to no object but to the bucket itself; nothing is written there.
        Resource::Object { bucket, key } if reads(&parts.method) && ObjectKey::names_nothing(key) => {
            let request = BucketRequest { bucket, query: &query, headers: &parts.headers };
            bucket_endpoint(&parts.method, target.host_family, &request)
        }
        Resource::Object { bucket, key } => {
            let key = key.parse()?;
            let request =
                ObjectRequest { bucket, key: &key, query: &query, headers: &parts.headers, addressing };
            object_endpoint(&parts.method, target.host_family, &request)
        }
    }
}

fn reads(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

fn bucket_endpoint(
    method: &Method,
    family: HostFamily,
    request: &BucketRequest<'_>,
) -> Result<Endpoint, ParseError> {
    if let Some(name) = super::subresource::of_bucket(request.query) {
        return bucket_subresource(method, name, request);
    }
    if let Some(process) = request.query.ci_process().filter(|_| method == Method::GET) {
        if process == generate_code::PROCESS {
            return GenerateCode::parse(request).map(Endpoint::GenerateCode);
        }
        let process = processing::known_process(process)?;
        return Ok(unsupported(request.bucket, None, format!("ci-process={process}")));
    }
    let is_data_host = !matches!(family, HostFamily::Ci | HostFamily::Pic);
    // `PUT /` on a picture host binds a bucket to the service; it must never make one.
    if !is_data_host && (method == Method::PUT || method == Method::GET) {
        return Ok(unsupported(request.bucket, None, "CI binding"));
    }
    if let Some(flag) = super::subresource::unknown_flag(request.query) {
        return Err(not_allowed(flag));
    }
    let lists_v2 = request.query.value("list-type") == Some("2");
    match *method {
        Method::GET if lists_v2 => ListObjectsV2::parse(request).map(Endpoint::ListObjectsV2),
        Method::GET => ListObjects::parse(request).map(Endpoint::ListObjects),
        Method::HEAD => Ok(Endpoint::HeadBucket(HeadBucket { bucket: request.bucket.clone() })),
        Method::PUT if has_foreign_parameter(request.query) => Err(ErrorCode::MethodNotAllowed.into()),
        Method::PUT => PutBucket::parse(request).map(Endpoint::PutBucket),
        Method::DELETE if has_foreign_parameter(request.query) => Err(ErrorCode::MethodNotAllowed.into()),
        Method::DELETE => Ok(Endpoint::DeleteBucket(DeleteBucket { bucket: request.bucket.clone() })),
        Method::POST if is_form(request) => {
            Ok(Endpoint::PostObject(PostObject { bucket: request.bucket.clone() }))
        }
        _ => Err(ErrorCode::MethodNotAllowed.into()),
    }
}

fn bucket_subresource(
    method: &Method,
    name: &str,
    request: &BucketRequest<'_>,
) -> Result<Endpoint, ParseError> {
    if let Some(kind) = ConfigurationKind::of(name) {
        return configuration(method, kind, request);
    }
    let bucket = request.bucket.clone();
    if let Some(setting) = Setting::of_name(name) {
        return PictureSetting::parse(setting, method, request).map(Endpoint::PictureSetting);
    }
    match (method.as_str(), name) {
        ("GET", "acl") => Ok(Endpoint::GetBucketAcl(GetBucketAcl { bucket })),
        ("PUT", "acl") => PutBucketAcl::parse(request).map(Endpoint::PutBucketAcl),
        ("POST", "delete") => DeleteObjects::parse(request).map(Endpoint::DeleteObjects),
        ("GET", "location") => Ok(Endpoint::GetBucketLocation(GetBucketLocation { bucket })),
        ("GET", "uploads") => ListMultipartUploads::parse(request).map(Endpoint::ListMultipartUploads),
        ("GET", "policy") => Ok(Endpoint::GetBucketPolicy(GetBucketPolicy { bucket })),
        ("PUT", "policy") => Ok(Endpoint::PutBucketPolicy(PutBucketPolicy { bucket })),
        ("DELETE", "policy") => Ok(Endpoint::DeleteBucketPolicy(DeleteBucketPolicy { bucket })),
        ("GET", "versioning") => Ok(Endpoint::GetBucketVersioning(GetBucketVersioning { bucket })),
        ("PUT", "versioning") => Ok(Endpoint::PutBucketVersioning(PutBucketVersioning { bucket })),
        ("GET", "versions") => ListObjectVersions::parse(request).map(Endpoint::ListObjectVersions),
        ("GET", "style") => Ok(Endpoint::GetStyle(GetStyle::parse(request))),
        ("PUT", "style") => Ok(Endpoint::PutStyle(PutStyle { bucket })),
        ("DELETE", "style") => Ok(Endpoint::DeleteStyle(DeleteStyle::parse(request))),
        (_, "acl" | "delete" | "location" | "policy" | "uploads" | "versioning" | "versions" | "style") => {
            Err(not_allowed(name))
        }
        ("GET" | "PUT" | "DELETE" | "POST", _) => Ok(unsupported(&bucket, None, format!("?{name}"))),
        _ => Err(not_allowed(name)),
    }
}

fn configuration(
    method: &Method,
    kind: &'static ConfigurationKind,
    request: &BucketRequest<'_>,
) -> Result<Endpoint, ParseError> {
    match *method {
        Method::GET => GetConfiguration::parse(request, kind).map(Endpoint::GetConfiguration),
        Method::PUT => PutConfiguration::parse(request, kind).map(Endpoint::PutConfiguration),
        Method::DELETE => DeleteConfiguration::parse(request, kind).map(Endpoint::DeleteConfiguration),
        // A list that is made once, now.
        Method::POST if kind.word == "inventory" => Ok(unsupported(request.bucket, None, "POST ?inventory")),
        _ => Err(not_allowed(kind.word)),
    }
}

fn object_endpoint(
    method: &Method,
    family: HostFamily,
    request: &ObjectRequest<'_>,
) -> Result<Endpoint, ParseError> {
    let is_read = method == Method::GET || method == Method::HEAD;
    if let Some(call) = PicJobs::find(method, family, request)? {
        return Ok(Endpoint::PicJobs(call));
    }
    if let Some(name) = super::subresource::of_object(request.query) {
        return object_subresource(method, name, request);
    }
    if !is_read && let Some(flag) = super::subresource::unknown_flag(request.query) {
        return Err(not_allowed(flag));
    }
    match *method {
        Method::GET => GetObject::parse(request).map(Endpoint::GetObject),
        Method::HEAD => GetObject::parse(request).map(|get| Endpoint::HeadObject(HeadObject(get))),
        // A part without its upload must not become an object of its own.
        Method::PUT if request.query.has("partNumber") => Err(ParseError::argument("uploadId is missing")),
        Method::PUT if header::value(request.headers, "x-cos-copy-source").is_some() => {
            CopyObject::parse(request).map(Endpoint::CopyObject)
        }
        Method::PUT => PutObject::parse(request).map(Endpoint::PutObject),
        Method::DELETE => Ok(Endpoint::DeleteObject(DeleteObject::parse(request))),
        Method::POST if family == HostFamily::Ci || is_job_path(request.key) => {
            Ok(unsupported(request.bucket, Some(request.key), format!("/{}", request.key)))
        }
        _ => Err(ErrorCode::MethodNotAllowed.into()),
    }
}

fn object_subresource(
    method: &Method,
    name: &str,
    request: &ObjectRequest<'_>,
) -> Result<Endpoint, ParseError> {
    let copies = || header::value(request.headers, "x-cos-copy-source").is_some();
    match (method.as_str(), name) {
        ("GET", "acl") => Ok(Endpoint::GetObjectAcl(GetObjectAcl::parse(request))),
        ("PUT", "acl") => PutObjectAcl::parse(request).map(Endpoint::PutObjectAcl),
        ("POST", "append") => AppendObject::parse(request).map(Endpoint::AppendObject),
        ("POST", "restore") => Ok(Endpoint::RestoreObject(RestoreObject::parse(request))),
        ("GET", "retention") => Ok(Endpoint::GetObjectRetention(GetObjectRetention::parse(request))),
        ("GET", "symlink") => Ok(Endpoint::GetSymlink(GetSymlink::parse(request))),
        ("PUT", "symlink") => PutSymlink::parse(request).map(Endpoint::PutSymlink),
        ("GET", "tagging") => Ok(Endpoint::GetObjectTagging(ObjectTagging::parse(request))),
        ("PUT", "tagging") => Ok(Endpoint::PutObjectTagging(ObjectTagging::parse(request))),
        ("DELETE", "tagging") => Ok(Endpoint::DeleteObjectTagging(ObjectTagging::parse(request))),
        ("POST", "uploads") => InitiateMultipartUpload::parse(request).map(Endpoint::InitiateMultipartUpload),
        ("GET", "uploadId") => ListParts::parse(request).map(Endpoint::ListParts),
        ("PUT", "uploadId") if copies() => UploadPartCopy::parse(request).map(Endpoint::UploadPartCopy),
        ("PUT", "uploadId") => UploadPart::parse(request).map(Endpoint::UploadPart),
        ("POST", "uploadId") => {
            CompleteMultipartUpload::parse(request).map(Endpoint::CompleteMultipartUpload)
        }
        ("DELETE", "uploadId") => AbortMultipartUpload::parse(request).map(Endpoint::AbortMultipartUpload),
        ("POST", "image_process") => ProcessImage::parse(request).map(Endpoint::ProcessImage),
        (
            _,
            "acl" | "append" | "image_process" | "restore" | "symlink" | "tagging" | "uploadId" | "uploads",
        ) => Err(not_allowed(name)),
        ("GET" | "PUT" | "DELETE" | "POST", _) => {
            Ok(unsupported(request.bucket, Some(request.key), format!("?{name}")))
        }
        _ => Err(not_allowed(name)),
    }
}

pub(super) fn unsupported(
    bucket: &BucketName,
    key: Option<&ObjectKey>,
    feature: impl Into<String>,
) -> Endpoint {
    let feature = feature.into();
    Endpoint::Unsupported(Unsupported { bucket: Some(bucket.clone()), key: key.cloned(), feature })
}

pub(super) fn not_allowed(subresource: &str) -> ParseError {
    let message = ErrorCode::MethodNotAllowed.default_message();
    ParseError::new(ErrorCode::MethodNotAllowed, format!("{message} ({subresource})"))
}

fn has_foreign_parameter(query: &Query) -> bool {
    query.parameters().iter().any(|parameter| !super::subresource::is_modifier(&parameter.name))
}

fn is_form(request: &BucketRequest<'_>) -> bool {
    header::value(request.headers, "content-type")
        .is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data"))
}

fn is_job_path(key: &ObjectKey) -> bool {
    JOB_PATHS.iter().any(|path| {
        key.as_str().strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
