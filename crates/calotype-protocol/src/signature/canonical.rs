//! The text that both sides sign.

use http::Method;

use crate::encoding::encode;

use super::Validity;
use super::digest::{hmac_sha1, sha1};

/// The parts of a request that one signature covers.
#[derive(Debug, Clone)]
pub struct CanonicalRequest {
    method: String,
    path: String,
    parameters: Vec<(String, String)>,
    headers: Vec<(String, String)>,
}

impl CanonicalRequest {
    /// - `path`: decoded, with its leading slash.
    pub fn new(method: &Method, path: &str) -> Self {
        Self {
            method: method.as_str().to_ascii_lowercase(),
            path: path.to_owned(),
            parameters: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Covers a query parameter, both decoded. A flag has an empty value.
    pub fn parameter(&mut self, name: &str, value: &str) {
        insert(&mut self.parameters, encode(name).to_ascii_lowercase(), encode(value));
    }

    /// Covers a header.
    pub fn header(&mut self, name: &str, value: &[u8]) {
        insert(&mut self.headers, encode(name).to_ascii_lowercase(), encode(value.trim_ascii()));
    }

    /// Covers a parameter whose name is already encoded, as `q-url-param-list` carries it.
    pub(super) fn listed_parameter(&mut self, listed: &str, value: &str) {
        insert(&mut self.parameters, listed.to_owned(), encode(value));
    }

    /// Covers a header whose name is already encoded, as `q-header-list` carries it.
    pub(super) fn listed_header(&mut self, listed: &str, value: &[u8]) {
        insert(&mut self.headers, listed.to_owned(), encode(value.trim_ascii()));
    }

    pub(super) fn set_path(&mut self, path: &str) {
        path.clone_into(&mut self.path);
    }

    /// Value of `q-url-param-list`.
    pub fn parameter_list(&self) -> String {
        names(&self.parameters)
    }

    /// Value of `q-header-list`.
    pub fn header_list(&self) -> String {
        names(&self.headers)
    }

    /// The whole canonical text, also shown to people as `FormatString`.
    pub fn format_string(&self) -> String {
        let (parameters, headers) = (pairs(&self.parameters), pairs(&self.headers));
        format!("{}\n{}\n{parameters}\n{headers}\n", self.method, self.path)
    }

    /// What the key is applied to.
    pub(super) fn string_to_sign(&self, sign_time: &str) -> String {
        format!("sha1\n{sign_time}\n{}\n", sha1(self.format_string().as_bytes()))
    }

    pub(super) fn signature(&self, secret_key: &str, sign_time: &str, key_time: &str) -> String {
        let sign_key = hmac_sha1(secret_key.as_bytes(), key_time.as_bytes());
        hmac_sha1(sign_key.as_bytes(), self.string_to_sign(sign_time).as_bytes())
    }

    pub(super) fn signature_for(&self, secret_key: &str, validity: Validity) -> String {
        let time = validity.to_string();
        self.signature(secret_key, &time, &time)
    }
}

/// Keeps the list sorted by name, equal names by value.
fn insert(list: &mut Vec<(String, String)>, name: String, value: String) {
    let entry = (name, value);
    let place = list.partition_point(|other| *other <= entry);
    list.insert(place, entry);
}

fn names(list: &[(String, String)]) -> String {
    list.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";")
}

fn pairs(list: &[(String, String)]) -> String {
    list.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
