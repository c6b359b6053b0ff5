//! Grants: one right for one grantee.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Principal;
use crate::parse_error::ParseError;

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

impl Grantee {
    pub(super) fn includes(&self, caller: Option<&Principal>) -> bool {
        match self {
            Self::AllUsers => true,
            Self::AuthenticatedUsers => caller.is_some(),
            Self::User(principal) => caller == Some(principal),
        }
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
