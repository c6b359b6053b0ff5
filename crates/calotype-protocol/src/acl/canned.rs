//! Lists that have a name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{AclSubject, Grant, Grantee, Permission};
use crate::parse_error::ParseError;

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

    pub(super) fn suits(self, subject: AclSubject) -> bool {
        match self {
            Self::Private | Self::PublicRead | Self::AuthenticatedRead => true,
            Self::PublicReadWrite => subject == AclSubject::Bucket,
            Self::Default | Self::BucketOwnerRead | Self::BucketOwnerFullControl => {
                subject == AclSubject::Object
            }
        }
    }

    pub(super) fn group_grants(self) -> Vec<Grant> {
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
