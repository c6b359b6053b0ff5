//! Headers about encryption at rest.
//!
//! Spec: spec/cos/objects.md, Server-side encryption headers.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};
use md5::{Digest, Md5};

use crate::error_code::ErrorCode;
use crate::header;
use crate::parse_error::ParseError;

const ALGORITHM: &str = "x-cos-server-side-encryption";

/// Names of the three headers that bring a key along.
pub(crate) struct KeyHeaders {
    algorithm: &'static str,
    key: &'static str,
    key_md5: &'static str,
}

/// The key of the object a request is about.
pub(crate) const KEY: KeyHeaders = KeyHeaders {
    algorithm: "x-cos-server-side-encryption-customer-algorithm",
    key: "x-cos-server-side-encryption-customer-key",
    key_md5: "x-cos-server-side-encryption-customer-key-md5",
};

/// The key that opens the source of a copy.
pub(crate) const COPY_SOURCE_KEY: KeyHeaders = KeyHeaders {
    algorithm: "x-cos-copy-source-server-side-encryption-customer-algorithm",
    key: "x-cos-copy-source-server-side-encryption-customer-key",
    key_md5: "x-cos-copy-source-server-side-encryption-customer-key-md5",
};

/// The encryption a client asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Encryption {
    /// None.
    #[default]
    None,
    /// With a key of the service: `AES256`.
    Service,
    /// With a key of a key service: `cos/kms`.
    Kms {
        /// Which key, if not the default one.
        key_id: Option<HeaderValue>,
        /// Context for the key service.
        context: Option<HeaderValue>,
    },
    /// With a key the client brings along every time.
    Customer(CustomerKey),
}

/// A key the client brings along; only its MD5 is ever shown.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerKey {
    /// 256 bits.
    pub key: [u8; 32],
    /// MD5 of the key in Base64.
    pub key_md5: String,
}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerKey").field("key_md5", &self.key_md5).finish_non_exhaustive()
    }
}

impl Encryption {
    /// Reads the headers of an upload.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, ParseError> {
        if let Some(key) = CustomerKey::from_headers(headers)? {
            return Ok(Self::Customer(key));
        }
        match header::text(headers, ALGORITHM)? {
            None => Ok(Self::None),
            Some("AES256") => Ok(Self::Service),
            Some("cos/kms" | "KMS") => Ok(Self::Kms {
                key_id: header::value(headers, "x-cos-server-side-encryption-cos-kms-key-id").cloned(),
                context: header::value(headers, "x-cos-server-side-encryption-context").cloned(),
            }),
            Some(other) => Err(ParseError::new(
                ErrorCode::SSEContentNotSupported,
                format!("{ALGORITHM} {other:?} is neither AES256 nor cos/kms"),
            )),
        }
    }

    /// Writes the headers of an upload, with the key if there is one.
    pub fn write_request(&self, headers: &mut HeaderMap) {
        self.write_reply(headers);
        if let Self::Customer(key) = self {
            key.write(headers, &KEY);
        }
    }

    /// Writes what answers echo: never a key.
    pub fn write_reply(&self, headers: &mut HeaderMap) {
        match self {
            Self::None => {}
            Self::Service => header::set(headers, "x-cos-server-side-encryption", "AES256"),
            Self::Kms { key_id, context } => {
                header::set(headers, "x-cos-server-side-encryption", "cos/kms");
                for (name, value) in [
                    ("x-cos-server-side-encryption-cos-kms-key-id", key_id),
                    ("x-cos-server-side-encryption-context", context),
                ] {
                    if let Some(value) = value {
                        headers.insert(name, value.clone());
                    }
                }
            }
            Self::Customer(key) => {
                header::set(headers, "x-cos-server-side-encryption-customer-algorithm", "AES256");
                header::set(headers, "x-cos-server-side-encryption-customer-key-md5", &key.key_md5);
            }
        }
    }
}

impl CustomerKey {
    /// The key with its MD5 worked out.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key, key_md5: STANDARD.encode(Md5::digest(key)) }
    }

    /// Reads the key a download, part or upload brings along.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, ParseError> {
        Self::read(headers, &KEY)
    }

    /// Reads the key that opens the source of a copy.
    pub fn from_copy_source_headers(headers: &HeaderMap) -> Result<Option<Self>, ParseError> {
        Self::read(headers, &COPY_SOURCE_KEY)
    }

    /// All three headers or none; the key has to have the MD5 that was given.
    fn read(headers: &HeaderMap, names: &KeyHeaders) -> Result<Option<Self>, ParseError> {
        let text = |name| header::text(headers, name);
        let (algorithm, key, key_md5) = (text(names.algorithm)?, text(names.key)?, text(names.key_md5)?);
        let (Some(algorithm), Some(key), Some(key_md5)) = (algorithm, key, key_md5) else {
            if algorithm.or(key).or(key_md5).is_none() {
                return Ok(None);
            }
            return Err(ParseError::argument("customer key needs algorithm, key and key-MD5 together"));
        };
        if algorithm != "AES256" {
            return Err(ParseError::argument(format!("customer key algorithm {algorithm:?} is not AES256")));
        }
        let bytes: [u8; 32] = STANDARD
            .decode(key)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| ParseError::argument("customer key is not 32 bytes in Base64"))?;
        let read = Self::new(bytes);
        if read.key_md5 != key_md5 {
            return Err(ParseError::argument("customer key does not have the given MD5"));
        }
        Ok(Some(read))
    }

    /// Writes all three headers.
    pub(crate) fn write(&self, headers: &mut HeaderMap, names: &KeyHeaders) {
        header::set(headers, names.algorithm, "AES256");
        header::set(headers, names.key, STANDARD.encode(self.key));
        header::set(headers, names.key_md5, &self.key_md5);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_written_and_read_back() {
        let kms = Encryption::Kms { key_id: Some(HeaderValue::from_static("id")), context: None };
        for encryption in
            [Encryption::None, Encryption::Service, kms, Encryption::Customer(CustomerKey::new([7; 32]))]
        {
            let mut headers = HeaderMap::new();
            encryption.write_request(&mut headers);
            assert_eq!(Encryption::from_headers(&headers), Ok(encryption));
        }
    }

    #[test]
    fn a_customer_key_is_whole_and_right_or_refused() {
        let mut headers = HeaderMap::new();
        Encryption::Customer(CustomerKey::new([7; 32])).write_request(&mut headers);
        for name in ["algorithm", "key", "key-md5"] {
            let mut bad = headers.clone();
            bad.remove(format!("x-cos-server-side-encryption-customer-{name}"));
            assert!(Encryption::from_headers(&bad).is_err(), "{name}");
        }
        headers.insert("x-cos-server-side-encryption-customer-key-md5", HeaderValue::from_static("AAAA"));
        assert!(Encryption::from_headers(&headers).is_err());
    }

    #[test]
    fn answers_and_logs_never_show_a_key() {
        let encryption = Encryption::Customer(CustomerKey::new([7; 32]));
        let mut headers = HeaderMap::new();
        encryption.write_reply(&mut headers);
        assert!(!headers.contains_key("x-cos-server-side-encryption-customer-key"));
        assert!(!format!("{encryption:?}").contains("7, 7"));
    }
}
