//! Makes signatures, for a header or for the query of a URL.

use http::HeaderName;

use crate::query::Query;

use super::{CanonicalRequest, Validity};

/// Headers that official SDKs sign whenever they send them, besides those with a prefix of COS or CI.
const SIGNED_HEADERS: [&str; 17] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-md5",
    "content-type",
    "expect",
    "expires",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "origin",
    "pic-operations",
    "range",
    "transfer-encoding",
];

/// Whether official SDKs put this header under their signature.
pub fn is_signed_by_default(header: &HeaderName) -> bool {
    let name = header.as_str();
    SIGNED_HEADERS.contains(&name) || name.starts_with("x-cos-") || name.starts_with("x-ci-")
}

/// A key pair that signs.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// Names the pair.
    pub secret_id: &'a str,
    /// Proves it.
    pub secret_key: &'a str,
}

impl Signer<'_> {
    /// Value of the `Authorization` header. The request holds what the caller chose to sign.
    pub fn authorization(&self, request: &CanonicalRequest, validity: Validity) -> String {
        let fields = self.fields(request, validity);
        fields.map(|(name, value)| format!("{name}={value}")).join("&")
    }

    /// Appends the signature to the query of a URL.
    pub fn presign(&self, request: &CanonicalRequest, validity: Validity, query: &mut Query) {
        for (name, value) in self.fields(request, validity) {
            query.push(name, Some(value));
        }
    }

    fn fields(&self, request: &CanonicalRequest, validity: Validity) -> [(&'static str, String); 7] {
        [
            ("q-sign-algorithm", "sha1".to_owned()),
            ("q-ak", self.secret_id.to_owned()),
            ("q-sign-time", validity.to_string()),
            ("q-key-time", validity.to_string()),
            ("q-header-list", request.header_list()),
            ("q-url-param-list", request.parameter_list()),
            ("q-signature", request.signature_for(self.secret_key, validity)),
        ]
    }
}

/// Shows the id only.
impl std::fmt::Debug for Signer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("secret_id", &self.secret_id).finish_non_exhaustive()
    }
}
