//! `x-cos-acl` and the five `x-cos-grant-…` headers.

use http::HeaderMap;

use super::policy::{AUTHENTICATED_USERS, group_of};
use super::{Acl, AclSubject, Grant, Grantee, Permission};
use crate::header;
use crate::parse_error::ParseError;

const GRANT_HEADERS: [(&str, Permission); 5] = [
    ("x-cos-grant-read", Permission::Read),
    ("x-cos-grant-write", Permission::Write),
    ("x-cos-grant-read-acp", Permission::ReadAcp),
    ("x-cos-grant-write-acp", Permission::WriteAcp),
    ("x-cos-grant-full-control", Permission::FullControl),
];

const ANYONE: &str = "qcs::cam::anyone:anyone";

impl Acl {
    /// Reads what a request says about rights; [`Acl::is_unset`] when it says nothing.
    pub fn from_headers(headers: &HeaderMap, subject: AclSubject) -> Result<Self, ParseError> {
        let canned = header::text(headers, "x-cos-acl")?.map(str::parse).transpose()?;
        let mut grants: Vec<Grant> = Vec::new();
        for (name, permission) in GRANT_HEADERS {
            let Some(value) = header::text(headers, name)? else { continue };
            for grantee in value.split(',') {
                let grant = Grant { grantee: parse_grantee(name, grantee)?, permission };
                if !grants.contains(&grant) {
                    grants.push(grant);
                }
            }
        }
        Self { canned, grants }.checked(subject)
    }

    /// Writes the same headers.
    pub fn write(&self, headers: &mut HeaderMap) {
        header::set_optional(headers, "x-cos-acl", self.canned);
        for (name, permission) in GRANT_HEADERS {
            let grants = self.grants.iter().filter(|grant| grant.permission == permission);
            let value: Vec<String> = grants.map(|grant| written(&grant.grantee)).collect();
            header::set_optional(headers, name, (!value.is_empty()).then(|| value.join(",")));
        }
    }
}

/// Reads `id="…"`, `uin="…"` or `uri="…"`.
fn parse_grantee(header: &str, text: &str) -> Result<Grantee, ParseError> {
    let malformed = || ParseError::argument(format!("{header} {text:?} is not id=\"...\""));
    let (name, value) = text.trim().split_once('=').ok_or_else(malformed)?;
    let value = crate::names::unquoted(value.trim());
    match name.trim().to_ascii_lowercase().as_str() {
        "id" | "uin" => parse_id(value),
        "uri" => group_of(value).ok_or_else(malformed),
        _ => Err(malformed()),
    }
}

/// Reads an id of a header or of XML; the id of nobody in particular means everybody.
pub(super) fn parse_id(id: &str) -> Result<Grantee, ParseError> {
    if id == ANYONE { Ok(Grantee::AllUsers) } else { id.parse().map(Grantee::User) }
}

fn written(grantee: &Grantee) -> String {
    match grantee {
        Grantee::AllUsers => format!("id=\"{ANYONE}\""),
        Grantee::AuthenticatedUsers => format!("uri=\"{AUTHENTICATED_USERS}\""),
        Grantee::User(principal) => format!("id=\"{principal}\""),
    }
}
