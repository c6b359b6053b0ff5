//! Which bucket and key a request means: host forms, path style, custom domains.
//!
//! Spec: spec/cos/README.md, 2.

use std::collections::BTreeMap;
use std::net::IpAddr;

use http::Method;
use http::request::Parts;

use crate::encoding;
use crate::error_code::ErrorCode;
use crate::names::{BucketName, ObjectKey};

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
    /// Values of `host` a client may have signed, likeliest first.
    pub signed_hosts: Vec<String>,
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

impl Addressing {
    /// Finds out what a request is about. The path is decoded once and never normalised.
    pub fn resolve(&self, parts: &Parts) -> Result<Target, AddressError> {
        let host = effective_host(parts);
        let name = without_port(&host).to_ascii_lowercase();
        let path = match parts.uri.path() {
            "" => "/".to_owned(),
            path => {
                encoding::decode(path).filter(|path| path.starts_with('/')).ok_or(AddressError::InvalidUri)?
            }
        };
        let target = |resource, style| Target {
            resource,
            host_family: HostFamily::of(&name),
            style,
            signed_hosts: signed_hosts(parts, &host),
            signed_paths: vec![path.clone()],
            host: host.clone(),
            official_suffix: format!("cos.{}.{}", self.region, self.domain),
        };
        if let Some(bucket) = self.custom_domains.get(&name) {
            return Ok(target(resource(bucket.clone(), &path), AddressingStyle::CustomDomain));
        }
        let is_base = self.base_domains.iter().any(|domain| domain.eq_ignore_ascii_case(&name));
        if !is_base
            && let Some((label, _)) = name.split_once('.').filter(|(label, _)| BucketName::has_shape(label))
        {
            let bucket = parse_bucket(label, parts.method == Method::PUT && path == "/")?;
            return Ok(target(resource(bucket, &path), AddressingStyle::VirtualHost));
        }
        let is_service_call = path == "/" && (parts.method == Method::GET || self.default_bucket.is_none());
        if is_base || is_bare(&name) {
            if is_service_call {
                let region = service_region(&name);
                return Ok(target(Resource::Service { region }, AddressingStyle::None));
            }
            return self.resolve_bare(parts, &path, target);
        }
        if path == "/" && parts.method == Method::GET {
            return Ok(target(Resource::Service { region: None }, AddressingStyle::None));
        }
        Err(no_bucket(first_label(&name), parts.method == Method::PUT && path == "/"))
    }

    /// A host without a bucket: path style, or the default bucket.
    fn resolve_bare(
        &self,
        parts: &Parts,
        path: &str,
        target: impl Fn(Resource, AddressingStyle) -> Target,
    ) -> Result<Target, AddressError> {
        let (segment, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
        if BucketName::has_shape(segment) {
            let bucket = parse_bucket(segment, parts.method == Method::PUT && rest.is_empty())?;
            let rest = format!("/{rest}");
            let mut target = target(resource(bucket, &rest), AddressingStyle::Path);
            target.signed_paths.push(rest);
            return Ok(target);
        }
        match &self.default_bucket {
            Some(bucket) => Ok(target(resource(bucket.clone(), path), AddressingStyle::DefaultBucket)),
            None => Err(no_bucket(segment, parts.method == Method::PUT && rest.is_empty())),
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

    /// Address of an object without scheme, the way this client addresses the service; the key is not encoded.
    pub fn location(&self, bucket: &BucketName, key: &ObjectKey) -> String {
        format!("{}/{key}", self.location_host(bucket))
    }

    /// Address of an object as a URL, with the key encoded.
    pub fn location_url(&self, scheme: &str, bucket: &BucketName, key: &ObjectKey) -> String {
        format!("{scheme}://{}/{}", self.location_host(bucket), encoding::encode_path(key.as_str()))
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

/// Host and path of a request without scheme and query, as error bodies show them.
pub fn requested_resource(parts: &Parts) -> String {
    format!("{}{}", effective_host(parts), parts.uri.path())
}

/// The authority of an absolute target wins over the Host header. Empty when there is neither.
fn effective_host(parts: &Parts) -> String {
    match parts.uri.authority() {
        Some(authority) => {
            let text = authority.as_str();
            text.rsplit_once('@').map_or(text, |(_, host)| host).to_owned()
        }
        None => host_header(parts).unwrap_or_default(),
    }
}

fn host_header(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(http::header::HOST)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

/// Cuts `:port` off, also behind `[v6]`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|b| b.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    }
}

fn signed_hosts(parts: &Parts, effective: &str) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for host in [Some(effective.to_owned()), host_header(parts)].into_iter().flatten() {
        let bare = without_port(&host).to_owned();
        for candidate in [host.clone(), bare.clone(), host.to_ascii_lowercase(), bare.to_ascii_lowercase()] {
            if !hosts.contains(&candidate) {
                hosts.push(candidate);
            }
        }
    }
    hosts
}

fn resource(bucket: BucketName, path: &str) -> Resource {
    match &path[1..] {
        "" => Resource::Bucket(bucket),
        key => Resource::Object { bucket, key: key.to_owned() },
    }
}

fn is_bare(name: &str) -> bool {
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    name.starts_with("service.")
        || name.starts_with("cos.")
        || address.parse::<IpAddr>().is_ok()
        // `localhost`, or the name of a machine on the local network.
        || !name.contains('.')
}

/// `cos.<region>.<domain>` speaks for one region only.
fn service_region(name: &str) -> Option<String> {
    let (region, domain) = name.strip_prefix("cos.")?.split_once('.')?;
    (domain.contains('.')).then(|| region.to_owned())
}

fn first_label(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn parse_bucket(name: &str, creates: bool) -> Result<BucketName, AddressError> {
    name.parse().map_err(|_| no_bucket(name, creates))
}

fn no_bucket(name: &str, creates: bool) -> AddressError {
    let name = name.to_owned();
    if creates { AddressError::InvalidBucketName(name) } else { AddressError::NoSuchBucket(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use proptest::prelude::*;

    const BUCKET: &str = "examplebucket-1250000000";

    fn parts(method: &str, uri: &str, host: &str) -> Parts {
        Request::builder().method(method).uri(uri).header("host", host).body(()).unwrap().into_parts().0
    }

    fn resolve(uri: &str, host: &str) -> Result<Target, AddressError> {
        Addressing::default().resolve(&parts("GET", uri, host))
    }

    fn bucket_and_key(uri: &str, host: &str) -> (String, String) {
        let target = resolve(uri, host).unwrap();
        (target.bucket().unwrap().to_string(), target.key().unwrap_or_default().to_owned())
    }

    #[test]
    fn cos_addr_01_cos_addr_02_first_label_is_the_bucket_whatever_follows() {
        for suffix in [
            "cos.ap-guangzhou.myqcloud.com",
            "cos.x.example.test",
            "cos-internal.r.tencentcos.cn",
            "cos.ap-guangzhou.example.test:9000",
            "COS.Example.Test",
        ] {
            let host = format!("{BUCKET}.{suffix}");
            assert_eq!(bucket_and_key("/a/b.jpg", &host), (BUCKET.into(), "a/b.jpg".into()), "{host}");
            assert_eq!(bucket_and_key("/?acl", &host), (BUCKET.into(), String::new()));
        }
    }

    #[test]
    fn cos_addr_03_path_style_on_bare_hosts() {
        for host in
            ["127.0.0.1:9000", "localhost", "[::1]:9000", "cos.ap-guangzhou.myqcloud.com", "photos:80"]
        {
            assert_eq!(
                bucket_and_key(&format!("/{BUCKET}/a%2Fb"), host),
                (BUCKET.into(), "a/b".into()),
                "{host}"
            );
            assert_eq!(bucket_and_key(&format!("/{BUCKET}"), host), (BUCKET.into(), String::new()));
        }
        let target = resolve(&format!("/{BUCKET}/k"), "127.0.0.1:9000").unwrap();
        assert_eq!(target.signed_paths, [format!("/{BUCKET}/k"), "/k".into()]);
    }

    #[test]
    fn cos_addr_04_custom_domain_stands_for_its_bucket() {
        let addressing = Addressing {
            custom_domains: BTreeMap::from([("img.example.test".into(), BUCKET.parse().unwrap())]),
            ..Addressing::default()
        };
        let target = addressing.resolve(&parts("GET", "/k", "IMG.example.test:9000")).unwrap();
        assert_eq!((target.bucket().unwrap().as_str(), target.key()), (BUCKET, Some("k")));
        let (own, other) = (BUCKET.parse().unwrap(), "other-1".parse().unwrap());
        assert_eq!(target.location_host(&own), "IMG.example.test:9000");
        assert_eq!(target.location_host(&other), "other-1.cos.ap-guangzhou.myqcloud.com");
    }

    #[test]
    fn cos_addr_05_service_host_forms() {
        for (host, region) in [
            ("service.cos.myqcloud.com", None),
            ("cos.ap-guangzhou.myqcloud.com", Some("ap-guangzhou")),
            ("127.0.0.1:9000", None),
            ("unknown.example.test", None),
        ] {
            let region = region.map(str::to_owned);
            assert_eq!(resolve("/?marker=", host).unwrap().resource, Resource::Service { region }, "{host}");
        }
        assert_eq!(resolve("/k", "unknown.example.test"), Err(AddressError::NoSuchBucket("unknown".into())));
    }

    #[test]
    fn cos_addr_06_second_label_names_the_family() {
        for (label, family) in [
            ("pic", HostFamily::Pic),
            ("ci", HostFamily::Ci),
            ("cos-website", HostFamily::Website),
            ("cos", HostFamily::Cos),
        ] {
            let target = resolve("/", &format!("{BUCKET}.{label}.r.myqcloud.com")).unwrap();
            assert_eq!((target.host_family, target.bucket().unwrap().as_str()), (family, BUCKET));
        }
    }

    #[test]
    fn cos_addr_08_default_bucket_takes_what_names_none() {
        let addressing =
            Addressing { default_bucket: Some(BUCKET.parse().unwrap()), ..Addressing::default() };
        let target = addressing.resolve(&parts("GET", "/a/b", "127.0.0.1")).unwrap();
        assert_eq!((target.bucket().unwrap().as_str(), target.key()), (BUCKET, Some("a/b")));
        assert_eq!(target.style, AddressingStyle::DefaultBucket);
    }

    #[test]
    fn cos_addr_12_bad_names_are_refused_on_creation_and_missing_elsewhere() {
        for (uri, host) in [
            ("/Upper-1250000000", "127.0.0.1"),
            ("/under_score-1250000000", "127.0.0.1"),
            ("/-lead-1250000000", "127.0.0.1"),
            ("/noappid", "127.0.0.1"),
            ("/", "noappid.cos.ap-guangzhou.myqcloud.com"),
        ] {
            let put = Addressing::default().resolve(&parts("PUT", uri, host)).unwrap_err();
            assert_eq!(put.code(), ErrorCode::InvalidBucketName, "{uri} {host}");
            let head = Addressing::default().resolve(&parts("HEAD", uri, host)).unwrap_err();
            assert_eq!(head.code(), ErrorCode::NoSuchBucket, "{uri} {host}");
        }
    }

    #[test]
    fn absolute_target_wins_over_the_host_header() {
        let uri = format!("http://{BUCKET}.cos.ap-guangzhou.myqcloud.com:80/k");
        let target = resolve(&uri, "127.0.0.1:9000").unwrap();
        assert_eq!(target.bucket().unwrap().as_str(), BUCKET);
        let host = format!("{BUCKET}.cos.ap-guangzhou.myqcloud.com");
        assert_eq!(
            target.signed_hosts,
            [format!("{host}:80"), host, "127.0.0.1:9000".into(), "127.0.0.1".into()]
        );
    }

    #[test]
    fn paths_are_decoded_once_and_never_normalised() {
        let host = format!("{BUCKET}.cos.r.example.test");
        for (uri, key) in [
            ("/a//b", "a//b"),
            ("/a/../b", "a/../b"),
            ("/.%2Fx/..%2Fa.txt", "./x/../a.txt"),
            ("/%2541", "%41"),
            ("//a", "/a"),
            ("/a%2Fb", "a/b"),
            ("/a+b", "a+b"),
            ("/%E5%9B%BE%20%E7%89%87.jpg", "图 片.jpg"),
        ] {
            assert_eq!(bucket_and_key(uri, &host).1, key);
        }
        assert_eq!(resolve("/%ff", &host), Err(AddressError::InvalidUri));
    }

    #[test]
    fn locations_follow_the_way_the_client_came() {
        let (own, other) = (BUCKET.parse().unwrap(), "other-1".parse().unwrap());
        let key = "a b/图.jpg".parse().unwrap();
        let virtual_host = resolve("/k", &format!("{BUCKET}.cos.r.example.test:9000")).unwrap();
        assert_eq!(virtual_host.location(&own, &key), format!("{BUCKET}.cos.r.example.test:9000/a b/图.jpg"));
        assert_eq!(virtual_host.location_host(&other), "other-1.cos.r.example.test:9000");
        assert_eq!(
            virtual_host.location_url("http", &own, &key),
            format!("http://{BUCKET}.cos.r.example.test:9000/a%20b/%E5%9B%BE.jpg")
        );
    }

    #[test]
    fn pers_53_location_of_a_path_style_request() {
        let target = resolve(&format!("/{BUCKET}/k"), "127.0.0.1:9000").unwrap();
        let location = target.location(&BUCKET.parse().unwrap(), &"k".parse().unwrap());
        assert_eq!(location, format!("127.0.0.1:9000/{BUCKET}/k"));
    }

    proptest! {
        #[test]
        fn any_host_and_path_resolve_or_not(host in "[ -~]{0,40}", path in "/[!$-;=@-Z_a-z~%]{0,40}") {
            if let Ok(request) = Request::builder().uri(path).header("host", host).body(()) {
                let _ = Addressing::default().resolve(&request.into_parts().0);
            }
        }
    }
}
