//! What a statement is about.

use std::fmt;

use super::malformed;
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::wildcard;

/// Buckets and objects, as a pattern: `qcs::cos:<region>:uid/<appid>:<bucket>/<key>`.
///
/// The region is not looked at: a service has one, and takes any name for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    written: String,
    scope: Scope,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    Everything,
    /// Of another service.
    Elsewhere,
    /// Buckets of one account, or of all where it is none.
    Buckets {
        app_id: Option<String>,
        bucket: String,
        key: Option<String>,
    },
}

impl Resource {
    pub(super) fn everything() -> Self {
        Self { written: "*".to_owned(), scope: Scope::Everything }
    }

    pub(super) fn parse(text: &str) -> Result<Self, ParseError> {
        let scope = scope(text).ok_or_else(|| {
            malformed(format!("resource {text:?} is not qcs::cos:<region>:uid/<appid>:<bucket>/<key>"))
        })?;
        Ok(Self { written: text.to_owned(), scope })
    }

    /// - `key`: none for the bucket itself, which `<bucket>`, `<bucket>/` and `<bucket>/*` describe.
    pub(super) fn includes(&self, bucket: Option<&BucketName>, key: Option<&str>) -> bool {
        match (&self.scope, bucket) {
            (Scope::Everything, _) => true,
            (Scope::Elsewhere, _) => false,
            // Only `*` speaks of the service.
            (Scope::Buckets { .. }, None) => false,
            (Scope::Buckets { key: pattern, .. }, Some(bucket)) => {
                let is_key = match (pattern, key) {
                    (Some(pattern), key) => wildcard::matches(pattern, key.unwrap_or_default()),
                    (None, key) => key.is_none(),
                };
                is_key && self.may_be_in(bucket)
            }
        }
    }

    /// Whether the pattern describes this bucket or something in it.
    pub(super) fn may_be_in(&self, bucket: &BucketName) -> bool {
        match &self.scope {
            Scope::Everything => true,
            Scope::Elsewhere => false,
            Scope::Buckets { app_id, bucket: pattern, .. } => {
                let is_owner = app_id.as_ref().is_none_or(|app_id| app_id == bucket.app_id());
                is_owner && wildcard::matches(pattern, bucket.as_str())
            }
        }
    }
}

fn scope(text: &str) -> Option<Scope> {
    if text == "*" {
        return Some(Scope::Everything);
    }
    let mut parts = text.strip_prefix("qcs:")?.splitn(5, ':');
    let (_project, service, _region) = (parts.next()?, parts.next()?, parts.next()?);
    let (account, name) = (parts.next()?, parts.next()?);
    if name.is_empty() {
        return None;
    }
    if service != "cos" && service != "*" {
        return Some(Scope::Elsewhere);
    }
    let app_id = match account {
        "" | "*" | "uid/*" => None,
        _ => Some(account.strip_prefix("uid/")?.to_owned()),
    };
    if name == "*" {
        return Some(Scope::Buckets { app_id, bucket: name.to_owned(), key: Some(name.to_owned()) });
    }
    // The older form: `prefix//<appid>/<short name>/<key>`.
    if let Some(older) = name.strip_prefix("prefix//") {
        let (owner, rest) = older.split_once('/')?;
        let (short, key) = split_key(rest);
        return Some(Scope::Buckets { app_id, bucket: format!("{short}-{owner}"), key });
    }
    let (bucket, key) = split_key(name);
    Some(Scope::Buckets { app_id, bucket: bucket.to_owned(), key })
}

fn split_key(name: &str) -> (&str, Option<String>) {
    match name.split_once('/') {
        Some((bucket, key)) => (bucket, Some(key.to_owned())),
        None => (name, None),
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.written)
    }
}
