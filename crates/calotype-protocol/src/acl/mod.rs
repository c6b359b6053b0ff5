//! Who may do what: canned lists, grant headers, and the XML of both directions.
//!
//! Spec: spec/cos/acl.md.

mod canned;
mod grant;
mod grant_headers;
mod policy;
mod principal;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::parse_error::ParseError;

pub use canned::CannedAcl;
pub use grant::{Grant, Grantee, Permission};
pub use policy::AccessControlPolicy;
pub use principal::Principal;

/// Most grants of one list.
pub const GRANTS_MAX: usize = 100;

/// What a list is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AclSubject {
    /// A bucket.
    Bucket,
    /// An object.
    Object,
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

impl fmt::Display for AclSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bucket => "bucket",
            Self::Object => "object",
        })
    }
}

#[cfg(test)]
mod tests;
