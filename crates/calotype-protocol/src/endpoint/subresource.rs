//! Query names that turn a request for a bucket or object into one for something beside it.

use crate::query::Query;

/// Names known on buckets, whether or not they are offered.
const OF_BUCKETS: &[&str] = &[
    "accelerate",
    "accesspoint",
    "acl",
    "cors",
    "delete",
    "domain",
    "domaincertificate",
    "encryption",
    "guetzli",
    "hdr-image-processing",
    "hotlink",
    "image-slim",
    "intelligent-tiering",
    "intelligenttiering",
    "inventory",
    "lifecycle",
    "live",
    "location",
    "logging",
    "notification",
    "object-lock",
    "origin",
    "origin-protect",
    "policy",
    "referer",
    "replication",
    "response-control",
    "strict-signature",
    "style",
    "style-separators",
    "tagging",
    "unbind",
    "uploads",
    "versioning",
    "versions",
    "vod",
    "website",
];

/// Names known on objects, whether or not they are offered.
const OF_OBJECTS: &[&str] = &[
    "TDCRefresh",
    "acl",
    "append",
    "image_process",
    "legal-hold",
    "live",
    "restore",
    "retention",
    "select",
    "symlink",
    "tagging",
    "uploadId",
    "uploads",
    "vod",
];

/// The sub-resource a bucket request is for.
pub(super) fn of_bucket(query: &Query) -> Option<&str> {
    first(query, OF_BUCKETS)
}

/// The sub-resource an object request is for. Only flags count, and the upload id.
pub(super) fn of_object(query: &Query) -> Option<&str> {
    first(query, OF_OBJECTS)
}

fn first<'a>(query: &'a Query, known: &[&str]) -> Option<&'a str> {
    query.parameters().iter().map(|parameter| parameter.name.as_str()).find(|name| known.contains(name))
}

/// A flag nobody knows. A write that ignored it might overwrite an object with some document.
pub(super) fn unknown_flag(query: &Query) -> Option<&str> {
    query.flags().find(|name| !is_modifier(name))
}

/// Names that qualify a request and do not change what it is for.
pub(super) fn is_modifier(name: &str) -> bool {
    const NAMES: [&str; 15] = [
        "ci-process",
        "continuation-token",
        "delimiter",
        "encoding-type",
        "key-marker",
        "list-type",
        "marker",
        "max-keys",
        "prefix",
        "sign",
        "start-after",
        "upload-id-marker",
        "version-id-marker",
        "versionId",
        "fetch-owner",
    ];
    NAMES.contains(&name)
        || ["q-", "x-cos-", "x-ci-", "response-"].iter().any(|prefix| name.starts_with(prefix))
}
