//! `GET /<path>` on the website host: a page, as a browser asks for it.
//!
//! Spec: spec/cos/misc.md, website.

use http::Method;
use http::request::Parts;

use super::GetObject;
use crate::conditions::{ConditionHeaders, Conditions};
use crate::error_code::ErrorCode;
use crate::header;
use crate::names::{BucketName, ObjectKey};
use crate::parse_error::ParseError;
use crate::range::ByteRange;

/// Shows a page. Queries mean nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitWebsite {
    /// Whose website.
    pub bucket: BucketName,
    /// The decoded path without its first slash; empty or ending in a slash for a folder.
    pub path: String,
    /// Whether only the head of the answer is wanted.
    pub is_head: bool,
    /// Demands on the page.
    pub conditions: Conditions,
    /// Which bytes of the page; none for all.
    pub range: Option<ByteRange>,
}

impl VisitWebsite {
    pub(super) fn parse(parts: &Parts, bucket: &BucketName, path: &str) -> Result<Self, ParseError> {
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return Err(ErrorCode::MethodNotAllowed.into());
        }
        Ok(Self {
            bucket: bucket.clone(),
            path: path.to_owned(),
            is_head: parts.method == Method::HEAD,
            conditions: Conditions::from_headers(&parts.headers, &ConditionHeaders::OBJECT),
            range: header::text(&parts.headers, "range").ok().flatten().and_then(ByteRange::parse),
        })
    }

    /// The download of an object that is shown for this visit.
    pub fn download(&self, key: ObjectKey) -> GetObject {
        let conditions = self.conditions.clone();
        GetObject { conditions, range: self.range, ..GetObject::new(self.bucket.clone(), key) }
    }
}
