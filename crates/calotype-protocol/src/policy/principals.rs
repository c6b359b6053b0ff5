//! For whom a statement is.

use serde_json::Value;

use super::malformed;
use super::members::{Members, texts};
use crate::acl::Principal;
use crate::parse_error::ParseError;
use crate::wildcard;

const ANYONE: &str = "qcs::cam::anyone:anyone";

/// For whom a statement is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Principals {
    /// Everybody, signed or not.
    Anyone,
    /// Those whose id one of these describes. Roles and services are among them too, and are nobody here.
    These(Vec<String>),
}

impl Principals {
    /// Reads `"*"`, or `{"qcs": [..]}` with ids.
    pub(super) fn parse(value: &Value) -> Result<Self, ParseError> {
        let members;
        let ids = match value {
            Value::Object(object) => {
                members = Members::new(object.clone(), &["qcs", "service"])?;
                let named = [members.optional("qcs"), members.optional("service")];
                let lists = named.into_iter().flatten().map(|ids| texts("principal", ids));
                lists.collect::<Result<Vec<_>, _>>()?.concat()
            }
            other => texts("principal", other)?,
        };
        if ids.is_empty() {
            return Err(malformed("principal names nobody"));
        }
        if ids.iter().any(|id| *id == "*" || *id == ANYONE) {
            return Ok(Self::Anyone);
        }
        ids.into_iter().map(pattern).collect::<Result<_, _>>().map(Self::These)
    }

    pub(super) fn include(&self, principal: Option<&Principal>) -> bool {
        match (self, principal) {
            (Self::Anyone, _) => true,
            (Self::These(_), None) => false,
            (Self::These(ids), Some(principal)) => {
                ids.iter().any(|id| wildcard::matches(id, principal.as_str()))
            }
        }
    }
}

/// The full form of an id; `:root` is the account itself.
fn pattern(id: &str) -> Result<String, ParseError> {
    if let Some(uin) = id.strip_prefix("qcs::cam::uin/").and_then(|rest| rest.strip_suffix(":root")) {
        return Ok(format!("qcs::cam::uin/{uin}:uin/{uin}"));
    }
    if id.starts_with("qcs:") || !id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/') {
        let names_somebody = id.starts_with("qcs::cam::") || id.contains(".qcloud.com");
        return if names_somebody { Ok(id.to_owned()) } else { Err(unknown(id)) };
    }
    id.parse::<Principal>().map(String::from).map_err(|_| unknown(id))
}

fn unknown(id: &str) -> ParseError {
    malformed(format!("principal {id:?} names nobody"))
}
