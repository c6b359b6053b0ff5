//! Which bucket and key a request means: host forms, path style, custom domains.
//!
//! Spec: spec/cos/README.md, 2.

mod host;
mod location;
mod own_url;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};

use crate::error_code::ErrorCode;
use crate::names::BucketName;

pub use host::requested_resource;

/// What the service has to know about its own names.
#[derive(Debug, Clone)]
pub struct Addressing {
    /// The one region this service speaks for. Hosts may name any region.
    pub region: String,
    /// Domain behind `<bucket>.cos.<region>.` in addresses the service makes up itself.
    pub domain: String,
    /// Host names, without port, that carry no bucket: `/` lists buckets, `/<bucket>/<key>` is path style.
    pub base_domains: Vec<String>,
    /// Host names, without port, that stand for one bucket.
    pub custom_domains: BTreeMap<String, BucketName>,
    /// Those of [`Self::custom_domains`] that show their bucket as a website.
    pub website_domains: BTreeSet<String>,
    /// The bucket of requests that name none at all.
    pub default_bucket: Option<BucketName>,
}

impl Default for Addressing {
    fn default() -> Self {
        Self {
            region: "ap-guangzhou".into(),
            domain: "myqcloud.com".into(),
            base_domains: Vec::new(),
            custom_domains: BTreeMap::new(),
            website_domains: BTreeSet::new(),
            default_bucket: None,
        }
    }
}

/// Where a request goes, and what of it a client may have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Service, bucket or object.
    pub resource: Resource,
    /// Which of the vendor's services the host name belongs to.
    pub host_family: HostFamily,
    /// How the bucket was named.
    pub style: AddressingStyle,
    /// The effective host as sent, with its port.
    pub host: String,
    /// Decoded paths a client may have signed, as received first.
    pub signed_paths: Vec<String>,
    /// `cos.<region>.<domain>`, for addresses of buckets the host does not name.
    official_suffix: String,
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// All buckets of the account.
    Service {
        /// The region the host limits the answer to.
        region: Option<String>,
    },
    /// One bucket.
    Bucket(BucketName),
    /// One key of a bucket; not checked yet, so that the answer can say what is wrong with it.
    Object {
        /// Where the key lives.
        bucket: BucketName,
        /// The decoded path without its first slash, or what follows the bucket.
        key: String,
    },
}

/// The second label of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostFamily {
    /// Objects and buckets.
    #[default]
    Cos,
    /// Cloud Infinite jobs and templates.
    Ci,
    /// Image styles and switches.
    Pic,
    /// Static website.
    Website,
}

/// How a request named its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressingStyle {
    /// First label of the host.
    VirtualHost,
    /// First segment of the path.
    Path,
    /// A domain bound to the bucket.
    CustomDomain,
    /// Not at all: [`Addressing::default_bucket`].
    DefaultBucket,
    /// The request is for the service.
    None,
}

/// Why a request leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The path is not UTF-8 or no path at all.
    #[error("the path of the request is not valid")]
    InvalidUri,
    /// No bucket can have the name; said to those who try to create it.
    #[error("bucket name {0:?} is not valid")]
    InvalidBucketName(String),
    /// Neither host nor path names a bucket.
    #[error("{0:?} names no bucket")]
    NoSuchBucket(String),
}

impl AddressError {
    /// The word for the answer.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidUri => ErrorCode::InvalidURI,
            Self::InvalidBucketName(_) => ErrorCode::InvalidBucketName,
            Self::NoSuchBucket(_) => ErrorCode::NoSuchBucket,
        }
    }
}

impl Target {
    /// The bucket, unless the request is for the service.
    pub fn bucket(&self) -> Option<&BucketName> {
        match &self.resource {
            Resource::Service { .. } => None,
            Resource::Bucket(bucket) | Resource::Object { bucket, .. } => Some(bucket),
        }
    }

    /// The key as it was sent, if there is one.
    pub fn key(&self) -> Option<&str> {
        match &self.resource {
            Resource::Object { key, .. } => Some(key),
            Resource::Service { .. } | Resource::Bucket(_) => None,
        }
    }
}

impl HostFamily {
    fn of(name: &str) -> Self {
        match name.split('.').nth(1) {
            Some("ci") => Self::Ci,
            Some("pic") => Self::Pic,
            Some("cos-website") => Self::Website,
            _ => Self::Cos,
        }
    }
}

#[cfg(test)]
mod tests;
