//! Who may do what: canned lists, grant headers, and the XML of both directions.
//!
//! Spec: spec/cos/acl.md.

mod grant_headers;
mod policy;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::parse_error::ParseError;

pub use policy::AccessControlPolicy;

/// Most grants of one list.
pub const GRANTS_MAX: usize = 100;

/// A list that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CannedAcl {
    /// Only the owner.
    Private,
    /// Everybody reads.
    PublicRead,
    /// Everybody reads and writes; buckets only.
    PublicReadWrite,
    /// Everybody with a valid signature reads.
    AuthenticatedRead,
    /// As the bucket; objects only.
    Default,
    /// As private, on a service with one account; objects only.
    BucketOwnerRead,
    /// As private, on a service with one account; objects only.
    BucketOwnerFullControl,
}

/// What a list is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AclSubject {
    /// A bucket.
    Bucket,
    /// An object.
    Object,
}

/// One right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Permission {
    /// Read objects, or list a bucket.
    Read,
    /// Write objects of a bucket.
    Write,
    /// Read the list itself.
    ReadAcp,
    /// Replace the list itself.
    WriteAcp,
    /// All of these.
    FullControl,
}

/// A person or program: `qcs::cam::uin/<owner>:uin/<user>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Principal(String);

/// Whom a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grantee {
    /// Everybody, with or without a signature.
    AllUsers,
    /// Everybody with a valid signature.
    AuthenticatedUsers,
    /// One principal.
    User(Principal),
}

/// One right for one grantee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// May do what.
    pub permission: Permission,
}

/// The list of a bucket or object as it was set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acl {
    /// The list's name, if it was set by name.
    pub canned: Option<CannedAcl>,
    /// Grants that were given one by one.
    pub grants: Vec<Grant>,
}

impl From<CannedAcl> for Acl {
    fn from(canned: CannedAcl) -> Self {
        Self { canned: Some(canned), grants: Vec::new() }
    }
}

impl Acl {
    /// Whether a request said nothing about rights.
    pub fn is_unset(&self) -> bool {
        self.canned.is_none() && self.grants.is_empty()
    }

    /// Whether the bucket's list decides.
    pub fn is_inherited(&self) -> bool {
        self.grants.is_empty() && self.canned == Some(CannedAcl::Default)
    }

    /// Whether the list itself lets a caller in. The owner needs no list, and an inherited one lets nobody in.
    ///
    /// - `caller`: none when the request has no signature.
    pub fn allows(&self, caller: Option<&Principal>, permission: Permission) -> bool {
        let canned = self.canned.into_iter().flat_map(CannedAcl::group_grants);
        canned.chain(self.grants.iter().cloned()).any(|grant| {
            let is_right = grant.permission == permission || grant.permission == Permission::FullControl;
            is_right && grant.grantee.includes(caller)
        })
    }

    /// The grants an answer shows. A list set by name alone shows its owner; one with grants shows only those.
    pub fn listed(&self, owner: &Principal) -> Vec<Grant> {
        let mut grants: Vec<Grant> = self.canned.into_iter().flat_map(CannedAcl::group_grants).collect();
        grants.extend(self.grants.iter().cloned());
        if self.grants.is_empty() && self.canned.is_some() {
            grants.push(Grant { grantee: Grantee::User(owner.clone()), permission: Permission::FullControl });
        }
        grants
    }

    /// Refuses what a bucket or an object cannot have.
    pub fn checked(self, subject: AclSubject) -> Result<Self, ParseError> {
        if let Some(canned) = self.canned.filter(|canned| !canned.suits(subject)) {
            return Err(ParseError::argument(format!("x-cos-acl {canned} is not for {subject}s")));
        }
        if self.grants.len() > GRANTS_MAX {
            return Err(ParseError::argument(format!(
                "{} grants are more than {GRANTS_MAX}",
                self.grants.len()
            )));
        }
        let writes = self.grants.iter().any(|grant| grant.permission == Permission::Write);
        if subject == AclSubject::Object && writes {
            return Err(ParseError::argument("permission WRITE is not for objects"));
        }
        Ok(self)
    }
}

impl CannedAcl {
    const WORDS: [(Self, &'static str); 7] = [
        (Self::Private, "private"),
        (Self::PublicRead, "public-read"),
        (Self::PublicReadWrite, "public-read-write"),
        (Self::AuthenticatedRead, "authenticated-read"),
        (Self::Default, "default"),
        (Self::BucketOwnerRead, "bucket-owner-read"),
        (Self::BucketOwnerFullControl, "bucket-owner-full-control"),
    ];

    fn suits(self, subject: AclSubject) -> bool {
        match self {
            Self::Private | Self::PublicRead | Self::AuthenticatedRead => true,
            Self::PublicReadWrite => subject == AclSubject::Bucket,
            Self::Default | Self::BucketOwnerRead | Self::BucketOwnerFullControl => {
                subject == AclSubject::Object
            }
        }
    }

    fn group_grants(self) -> Vec<Grant> {
        let grant = |grantee, permission| Grant { grantee, permission };
        match self {
            Self::PublicRead => vec![grant(Grantee::AllUsers, Permission::Read)],
            Self::PublicReadWrite => {
                vec![grant(Grantee::AllUsers, Permission::Read), grant(Grantee::AllUsers, Permission::Write)]
            }
            Self::AuthenticatedRead => vec![grant(Grantee::AuthenticatedUsers, Permission::Read)],
            Self::Private | Self::Default | Self::BucketOwnerRead | Self::BucketOwnerFullControl => {
                Vec::new()
            }
        }
    }
}

impl Grantee {
    fn includes(&self, caller: Option<&Principal>) -> bool {
        match self {
            Self::AllUsers => true,
            Self::AuthenticatedUsers => caller.is_some(),
            Self::User(principal) => caller == Some(principal),
        }
    }
}

impl Principal {
    /// The account itself, by its UIN.
    pub fn account(uin: &str) -> Self {
        Self(format!("qcs::cam::uin/{uin}:uin/{uin}"))
    }

    /// The full form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Principal {
    type Err = ParseError;

    /// Reads `1001`, `1001/1002` or the full form.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let is_number = |uin: &str| !uin.is_empty() && uin.bytes().all(|b| b.is_ascii_digit());
        let (owner, user) = match text.strip_prefix("qcs::cam::uin/") {
            Some(rest) => rest.split_once(":uin/").unwrap_or((rest, "")),
            None => text.split_once('/').unwrap_or((text, text)),
        };
        if is_number(owner) && is_number(user) {
            Ok(Self(format!("qcs::cam::uin/{owner}:uin/{user}")))
        } else {
            Err(ParseError::argument(format!("id {text:?} names no account")))
        }
    }
}

impl TryFrom<String> for Principal {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<Principal> for String {
    fn from(principal: Principal) -> Self {
        principal.0
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CannedAcl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(canned, _)| canned == self).map_or("", |(_, word)| word);
        f.write_str(word)
    }
}

impl FromStr for CannedAcl {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let found = Self::WORDS.iter().find(|(_, word)| *word == text).map(|(canned, _)| *canned);
        found.ok_or_else(|| ParseError::argument(format!("x-cos-acl {text:?} is not known")))
    }
}

impl fmt::Display for AclSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bucket => "bucket",
            Self::Object => "object",
        })
    }
}

impl Permission {
    const WORDS: [(Self, &'static str); 5] = [
        (Self::Read, "READ"),
        (Self::Write, "WRITE"),
        (Self::ReadAcp, "READ_ACP"),
        (Self::WriteAcp, "WRITE_ACP"),
        (Self::FullControl, "FULL_CONTROL"),
    ];
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(permission, _)| permission == self).map_or("", |(_, word)| word);
        f.write_str(word)
    }
}

impl FromStr for Permission {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let found = Self::WORDS.iter().find(|(_, word)| *word == text).map(|(permission, _)| *permission);
        found.ok_or_else(|| ParseError::argument(format!("permission {text:?} is not known")))
    }
}

#[cfg(test)]
mod tests;
