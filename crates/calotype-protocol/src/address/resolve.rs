//! From host and path to bucket and key.

use std::net::IpAddr;

use http::Method;
use http::request::Parts;

use super::host::{effective_host, without_port};
use super::{AddressError, Addressing, AddressingStyle, HostFamily, Resource, Target};
use crate::encoding;
use crate::names::BucketName;

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
            // Elsewhere a second label called `ci` or `pic` is somebody's own name.
            host_family: match style {
                AddressingStyle::VirtualHost => HostFamily::of(&name),
                AddressingStyle::CustomDomain if self.website_domains.contains(&name) => HostFamily::Website,
                _ => HostFamily::Cos,
            },
            style,
            signed_paths: vec![path.clone()],
            host: host.clone(),
            official_suffix: ["cos.", &self.region, ".", &self.domain].concat(),
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
