//! What a client sends: everything of a request but host and signature.

use http::{HeaderMap, Method};

use crate::encoding;
use crate::header;
use crate::names::{BucketName, ObjectKey};
use crate::query::Query;
use crate::signature::CanonicalRequest;
use md5::{Digest, Md5};

/// A request before it is addressed and signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// Its method.
    pub method: Method,
    /// The bucket the host or path has to name; none for the service.
    pub bucket: Option<BucketName>,
    /// The key behind it.
    pub key: Option<ObjectKey>,
    /// Parameters, still without a signature.
    pub query: Query,
    /// Headers, still without `Host` and `Authorization`.
    pub headers: HeaderMap,
    /// The document of a request that has one. Bodies of objects travel beside it.
    pub body: String,
}

impl WireRequest {
    pub(super) fn service(method: Method) -> Self {
        let (query, headers) = (Query::default(), HeaderMap::new());
        Self { method, bucket: None, key: None, query, headers, body: String::new() }
    }

    pub(super) fn bucket(method: Method, bucket: &BucketName) -> Self {
        Self { bucket: Some(bucket.clone()), ..Self::service(method) }
    }

    pub(super) fn object(method: Method, bucket: &BucketName, key: &ObjectKey) -> Self {
        Self { key: Some(key.clone()), ..Self::bucket(method, bucket) }
    }

    /// Adds a document with its type and digest.
    pub(super) fn with_xml(mut self, body: String) -> Self {
        header::set(&mut self.headers, "content-type", "application/xml");
        header::set_content_md5(&mut self.headers, Md5::digest(&body).into());
        self.body = body;
        self
    }

    /// The decoded path that is signed, for a host that names the bucket.
    pub fn path(&self) -> String {
        format!("/{}", self.key.as_ref().map_or("", ObjectKey::as_str))
    }

    /// The encoded path and query, for a host that names the bucket.
    pub fn path_and_query(&self) -> String {
        let path = encode_key_path(&self.path());
        if self.query.is_empty() { path } else { format!("{path}?{}", self.query) }
    }

    /// The text to sign: all parameters, and the headers official SDKs sign.
    pub fn canonical(&self, host: &str) -> CanonicalRequest {
        let mut request = CanonicalRequest::new(&self.method, &self.path());
        for parameter in self.query.parameters() {
            request.parameter(&parameter.name, parameter.value.as_deref().unwrap_or_default());
        }
        for (name, value) in &self.headers {
            if crate::signature::is_signed_by_default(name) {
                request.header(name.as_str(), value.as_bytes());
            }
        }
        request.header("host", host.as_bytes());
        request
    }
}

/// Encodes a path so that no HTTP library takes its dot segments for directions: a slash beside one is escaped.
fn encode_key_path(path: &str) -> String {
    let encoded = encoding::encode_path(path);
    let segments: Vec<&str> = encoded.split('/').collect();
    let is_dots = |place: usize| matches!(segments.get(place), Some(&("." | "..")));
    let mut text = String::with_capacity(encoded.len());
    for (place, segment) in segments.iter().enumerate() {
        if place > 0 {
            // The first slash has to stay one; it stands in front of the whole path.
            let is_hidden = place > 1 && (is_dots(place - 1) || is_dots(place));
            text.push_str(if is_hidden { "%2F" } else { "/" });
        }
        text.push_str(segment);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_survive_http_libraries() {
        for (path, encoded) in [
            ("/./x/../a.txt", "/.%2Fx%2F..%2Fa.txt"),
            ("/a/..", "/a%2F.."),
            ("/a//b", "/a//b"),
            ("/a b/图.jpg", "/a%20b/%E5%9B%BE.jpg"),
            ("/", "/"),
            ("//a", "//a"),
        ] {
            assert_eq!(encode_key_path(path), encoded);
            assert_eq!(encoding::decode(encoded).as_deref(), Some(path));
        }
    }
}
