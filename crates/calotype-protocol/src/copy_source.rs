//! `x-cos-copy-source`: where the bytes of a copy come from.
//!
//! Spec: spec/cos/objects.md, PUT Object - Copy.

use std::fmt;

use crate::address::Addressing;
use crate::encoding;
use crate::names::{BucketName, ObjectKey, VersionId};
use crate::parse_error::ParseError;

const VERSION_SUFFIX: &str = "?versionId=";

/// An object, or one version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopySource {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
}

impl CopySource {
    /// Reads `<bucket>.<any host>/<key>`, `/<bucket>/<key>`, `<bucket>/<key>` or a URL, with the key encoded.
    pub fn parse(text: &str, addressing: &Addressing) -> Result<Self, ParseError> {
        let malformed = || ParseError::argument(format!("x-cos-copy-source {text:?} names no object"));
        let (path, version_id) = match text.trim().rsplit_once(VERSION_SUFFIX) {
            Some((path, version)) => {
                (path, encoding::decode(version).filter(|v| !v.is_empty()).map(VersionId::from))
            }
            None => (text.trim(), None),
        };
        let path =
            ["http://", "https://"].into_iter().find_map(|scheme| path.strip_prefix(scheme)).unwrap_or(path);
        let (head, rest) = path.strip_prefix('/').unwrap_or(path).split_once('/').ok_or_else(malformed)?;
        let (bucket, key) = match bucket_of(head, addressing) {
            Some(bucket) => (bucket, rest),
            // A bare host with the bucket in its path.
            None => {
                let (segment, key) = rest.split_once('/').ok_or_else(malformed)?;
                (segment.parse().map_err(|_| malformed())?, key)
            }
        };
        let key = encoding::decode(key).and_then(|key| key.parse().ok()).ok_or_else(malformed)?;
        Ok(Self { bucket, key, version_id })
    }

    /// The official form, which names a host.
    ///
    /// - `endpoint`: what follows the bucket in the host, such as `cos.ap-guangzhou.myqcloud.com`.
    pub fn to_header(&self, endpoint: &str) -> String {
        self.written(&format!("{}.{endpoint}", self.bucket))
    }

    fn written(&self, bucket: &str) -> String {
        let version = self.version_id.as_ref().map(|version| encoding::encode(version.as_str()));
        let suffix = version.map(|version| format!("{VERSION_SUFFIX}{version}")).unwrap_or_default();
        format!("{bucket}/{}{suffix}", encoding::encode_path(self.key.as_str()))
    }
}

/// The form without a host.
impl fmt::Display for CopySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(self.bucket.as_str()))
    }
}

fn bucket_of(head: &str, addressing: &Addressing) -> Option<BucketName> {
    let name = head.split(':').next().unwrap_or(head).to_ascii_lowercase();
    if let Some(bucket) = addressing.custom_domains.get(&name) {
        return Some(bucket.clone());
    }
    name.split('.').next().and_then(|label| label.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<CopySource, ParseError> {
        CopySource::parse(text, &Addressing::default())
    }

    #[test]
    fn every_form_names_the_same_object() {
        for text in [
            "example-1250000000.cos.ap-guangzhou.myqcloud.com/a%20b/%E5%9B%BE%2B.jpg",
            "example-1250000000.cos.x.example.test:9000/a%20b%2F%E5%9B%BE%2B.jpg",
            "/example-1250000000/a%20b/%E5%9B%BE+.jpg",
            "example-1250000000/a b/图+.jpg",
            "http://example-1250000000.cos.r.test/a%20b/%E5%9B%BE%2B.jpg",
            "127.0.0.1:9000/example-1250000000/a%20b/%E5%9B%BE%2B.jpg",
        ] {
            let source = parse(text).unwrap();
            assert_eq!(
                (source.bucket.as_str(), source.key.as_str()),
                ("example-1250000000", "a b/图+.jpg"),
                "{text}"
            );
            assert_eq!(source.version_id, None);
        }
    }

    #[test]
    fn a_version_may_follow() {
        let source = parse("/b-1/k%3F?versionId=MTg0").unwrap();
        assert_eq!((source.key.as_str(), source.version_id.as_ref().unwrap().as_str()), ("k?", "MTg0"));
        assert_eq!(source.to_header("cos.r.test"), "b-1.cos.r.test/k%3F?versionId=MTg0");
        assert_eq!(parse("/b-1/k?versionId=").unwrap().version_id, None);
    }

    #[test]
    fn what_names_no_object_is_refused() {
        for text in ["", "/", "b-1", "/b-1/", "nobucket/key", "/b-1/%ff"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(key in "[^\u{0}]{1,40}", version in proptest::option::of("[a-zA-Z0-9?=&]{1,20}")) {
            if let Ok(key) = key.parse() {
                let version_id = version.map(VersionId::from);
                let source = CopySource { bucket: "b-1".parse().unwrap(), key, version_id };
                prop_assert_eq!(parse(&source.to_string()), Ok(source.clone()));
                prop_assert_eq!(parse(&source.to_header("cos.r.test")), Ok(source));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            let _ = parse(&text);
        }
    }
}
