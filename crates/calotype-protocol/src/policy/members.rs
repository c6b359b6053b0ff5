//! Members of a JSON object whose names may be written in any letter case.

use serde_json::{Map, Value};

use super::malformed;
use crate::parse_error::ParseError;

/// Members by lower-case name.
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// Refuses names that are not `known`: one that was passed over might have taken something back.
    pub(super) fn new(members: Map<String, Value>, known: &[&str]) -> Result<Self, ParseError> {
        let mut found = Map::new();
        for (name, value) in members {
            let lower = name.to_ascii_lowercase();
            if !known.contains(&lower.as_str()) {
                return Err(malformed(format!("{name:?} is not known in a policy")));
            }
            if found.insert(lower, value).is_some() {
                return Err(malformed(format!("{name:?} is given twice")));
            }
        }
        Ok(Self(found))
    }

    /// Null counts as not there.
    pub(super) fn optional(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn required(&self, name: &str) -> Result<&Value, ParseError> {
        self.optional(name).ok_or_else(|| malformed(format!("{name} is missing")))
    }
}

/// One text, or a list of them that is not empty.
pub(super) fn texts<'a>(name: &str, value: &'a Value) -> Result<Vec<&'a str>, ParseError> {
    let all = match value {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let texts: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
    let texts = texts.filter(|texts| !texts.is_empty());
    texts.ok_or_else(|| malformed(format!("{name} is {value}, expected a text or a list of texts")))
}
