//! Addresses of objects as the client knows them.

use super::{Addressing, AddressingStyle, HostFamily, Resource, Target};
use crate::encoding;
use crate::names::{BucketName, ObjectKey};

impl Addressing {
    /// The address of a bucket as the service itself names it, for what no request has brought about.
    pub fn official(&self, bucket: &BucketName) -> Target {
        let official_suffix = format!("cos.{}.{}", self.region, self.domain);
        Target {
            resource: Resource::Bucket(bucket.clone()),
            host_family: HostFamily::Cos,
            style: AddressingStyle::VirtualHost,
            host: format!("{bucket}.{official_suffix}"),
            signed_paths: Vec::new(),
            official_suffix,
        }
    }
}

impl Target {
    /// Address of an object without scheme, the way this client addresses the service; the key is not encoded.
    pub fn location(&self, bucket: &BucketName, key: &ObjectKey) -> String {
        format!("{}/{key}", self.location_host(bucket))
    }

    /// Address of an object as a URL, with the key encoded.
    pub fn location_url(&self, scheme: &str, bucket: &BucketName, key: &ObjectKey) -> String {
        format!("{scheme}://{}/{}", self.location_host(bucket), encoding::encode_path(key.as_str()))
    }

    /// The host of a bucket as the cloud would name it.
    pub(crate) fn official_host(&self, bucket: &BucketName) -> String {
        format!("{bucket}.{}", self.official_suffix)
    }

    /// What stands in front of the slash and the key in [`Self::location`].
    pub fn location_host(&self, bucket: &BucketName) -> String {
        match (self.style, self.host.split_once('.')) {
            (AddressingStyle::VirtualHost, Some((_, suffix))) => {
                if self.bucket() == Some(bucket) {
                    self.host.clone()
                } else {
                    format!("{bucket}.{suffix}")
                }
            }
            (AddressingStyle::Path, _) => format!("{}/{bucket}", self.host),
            (AddressingStyle::CustomDomain | AddressingStyle::DefaultBucket, _)
                if self.bucket() == Some(bucket) =>
            {
                self.host.clone()
            }
            _ => format!("{bucket}.{}", self.official_suffix),
        }
    }
}
