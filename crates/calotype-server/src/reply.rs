//! Replies: status, headers and body, before the dispatcher adds what every reply has.

use calotype_protocol::xml::XmlBody;
use calotype_store::StoredObject;
use http::header::{CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::wire::ReplyBody;

/// What a handler returns.
pub type Reply = Response<ReplyBody>;

/// What the service calls itself.
pub const SERVER_NAME: HeaderValue = HeaderValue::from_static("tencent-cos");
/// The exact type of XML replies: clients compare for equality, so it has no charset.
pub const XML: HeaderValue = HeaderValue::from_static("application/xml");

/// Names of the headers of replies.
pub mod headers {
    use http::HeaderName;

    /// CRC-64 of the stored content, decimal.
    pub const CRC64: HeaderName = HeaderName::from_static("x-cos-hash-crc64ecma");
    /// Region of a bucket.
    pub const BUCKET_REGION: HeaderName = HeaderName::from_static("x-cos-bucket-region");
    /// Version of an object.
    pub const VERSION_ID: HeaderName = HeaderName::from_static("x-cos-version-id");
    /// Whether the newest version of an object, or the version that was named, is a delete marker.
    pub const DELETE_MARKER: HeaderName = HeaderName::from_static("x-cos-delete-marker");
    /// Version of the source of a copy.
    pub const COPY_SOURCE_VERSION_ID: HeaderName = HeaderName::from_static("x-cos-copy-source-version-id");
    /// The canned access list of an object.
    pub const ACL: HeaderName = HeaderName::from_static("x-cos-acl");
    /// Name of the request.
    pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-cos-request-id");
    /// The same name, as the interface for jobs tells it.
    pub const CI_REQUEST_ID: HeaderName = HeaderName::from_static("x-ci-request-id");
    /// Second name of a request that failed.
    pub const TRACE_ID: HeaderName = HeaderName::from_static("x-cos-trace-id");
}

/// A reply without a body.
pub fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(ReplyBody::Empty);
    *reply.status_mut() = status;
    reply
}

/// 200 with a document.
pub fn xml(document: &impl XmlBody) -> Reply {
    let mut reply = Response::new(ReplyBody::from(document.to_xml()));
    reply.headers_mut().insert(CONTENT_TYPE, XML);
    reply
}

/// 200 without a body, telling what was stored.
pub fn stored(object: &StoredObject) -> Reply {
    let mut reply = empty(StatusCode::OK);
    let headers = reply.headers_mut();
    set(headers, ETAG, object.etag.quoted());
    set(headers, headers::CRC64, object.crc64.to_string());
    if let Some(version) = &object.version_id {
        set(headers, headers::VERSION_ID, version.as_str());
    }
    encryption(headers, object);
    reply
}

/// Repeats what was asked about encryption; the key itself is never known here.
pub fn encryption(headers: &mut HeaderMap, object: &StoredObject) {
    let Some(encryption) = &object.attributes.encryption else { return };
    let pairs = [
        ("x-cos-server-side-encryption", &encryption.algorithm),
        ("x-cos-server-side-encryption-cos-kms-key-id", &encryption.kms_key_id),
        ("x-cos-server-side-encryption-context", &encryption.kms_context),
        ("x-cos-server-side-encryption-customer-algorithm", &encryption.customer_algorithm),
        ("x-cos-server-side-encryption-customer-key-md5", &encryption.customer_key_md5),
    ];
    for (name, value) in pairs {
        if let Some(value) = value {
            set(headers, HeaderName::from_static(name), value);
        }
    }
}

/// Sets a header whose value may hold any bytes a client once sent; what no header can carry is left out.
pub fn set(headers: &mut HeaderMap, name: HeaderName, value: impl AsRef<[u8]>) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_ref()) {
        headers.insert(name, value);
    }
}
