//! Where the server is and who is calling.

use std::fmt;

use calotype_protocol::names::BucketName;

use crate::error::ClientError;

/// How long a signature is good for.
pub(crate) const SIGNATURE_SECONDS: i64 = 3600;

/// A server's address and a key pair.
#[derive(Clone)]
pub struct ClientConfig {
    authority: String,
    style: Style,
    pub(crate) keys: Option<Keys>,
}

/// A key pair.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) secret_id: String,
    pub(crate) secret_key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `http://host/<bucket>/<key>`: works with an address of digits.
    Path,
    /// `http://<bucket>.host/<key>`: what the official SDKs send.
    VirtualHost,
}

impl ClientConfig {
    /// A server named by `http://host[:port]`; buckets go into the path, so no name has to resolve.
    ///
    /// Errors: an address without `http://`, without a host, or with a path.
    pub fn new(endpoint: &str) -> Result<Self, ClientError> {
        let wrong =
            || ClientError::Invalid(format!("{endpoint:?} is not an address like http://127.0.0.1:9000"));
        let authority = endpoint.strip_prefix("http://").ok_or_else(wrong)?.trim_end_matches('/');
        if authority.is_empty() || authority.parse::<http::uri::Authority>().is_err() {
            return Err(wrong());
        }
        Ok(Self { authority: authority.to_owned(), style: Style::Path, keys: None })
    }

    /// Puts buckets into the host name, `http://<bucket>.<host>/<key>`, as the official SDKs do.
    pub fn virtual_hosted(mut self) -> Self {
        self.style = Style::VirtualHost;
        self
    }

    /// Signs every request with this key pair. Without one, requests are anonymous.
    pub fn keys(mut self, secret_id: impl Into<String>, secret_key: impl Into<String>) -> Self {
        self.keys = Some(Keys { secret_id: secret_id.into(), secret_key: secret_key.into() });
        self
    }

    /// Host and port, without a bucket.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Host and port to connect to, and what stands in the path before the key's own slash.
    pub(crate) fn locate(&self, bucket: Option<&BucketName>) -> (String, String) {
        match (bucket, self.style) {
            (Some(bucket), Style::VirtualHost) => (format!("{bucket}.{}", self.authority), String::new()),
            (Some(bucket), Style::Path) => (self.authority.clone(), format!("/{bucket}")),
            (None, _) => (self.authority.clone(), String::new()),
        }
    }
}

/// Shows the address and the id of the key pair only.
impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("authority", &self.authority)
            .field("style", &self.style)
            .field("secret_id", &self.keys.as_ref().map(|keys| &keys.secret_id))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_goes_into_the_path_or_into_the_host() {
        let bucket = "photos-1250000000".parse().unwrap();
        let config = ClientConfig::new("http://cos.example.test:9000/").unwrap();
        assert_eq!(
            config.locate(Some(&bucket)),
            ("cos.example.test:9000".to_owned(), "/photos-1250000000".to_owned())
        );
        let (host, path) = config.virtual_hosted().locate(Some(&bucket));
        assert_eq!((host.as_str(), path.as_str()), ("photos-1250000000.cos.example.test:9000", ""));
    }

    #[test]
    fn an_address_without_a_scheme_is_refused_with_an_example() {
        let error = ClientConfig::new("127.0.0.1:9000").unwrap_err().to_string();
        assert!(error.contains("http://127.0.0.1:9000"), "{error}");
    }

    #[test]
    fn the_secret_is_never_shown() {
        let config = ClientConfig::new("http://a").unwrap().keys("AKIDshown", "hidden");
        let text = format!("{config:?}");
        assert!(text.contains("AKIDshown") && !text.contains("hidden"), "{text}");
    }
}
