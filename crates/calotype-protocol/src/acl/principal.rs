//! Who can be granted something by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::parse_error::ParseError;

/// A person or program: `qcs::cam::uin/<owner>:uin/<user>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Principal(String);

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
