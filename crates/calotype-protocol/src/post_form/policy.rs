//! The policy of a form: until when it may be used, and what its fields may say.
//!
//! Spec: spec/cos/objects.md, POST Object, Policy check.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::timestamp;

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostPolicy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Equals { field: String, value: String },
    StartsWith { field: String, prefix: String },
    Length(RangeInclusive<u64>),
}

/// As it is written.
#[derive(Deserialize)]
struct Document {
    expiration: String,
    conditions: Vec<Value>,
}

impl PostPolicy {
    /// Reads the JSON text. Errors: `InvalidPolicyDocument`.
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let document: Document = serde_json::from_slice(text).map_err(|error| invalid(error.to_string()))?;
        let expiration = timestamp::parse_iso(&document.expiration);
        let expiration =
            expiration.ok_or_else(|| invalid(format!("expiration {:?} is no time", document.expiration)))?;
        let mut conditions = Vec::new();
        for condition in &document.conditions {
            Condition::parse(condition, &mut conditions)?;
        }
        Ok(Self { expiration, conditions })
    }

    /// Refuses a form the policy does not fit, and returns how many bytes its file may have.
    ///
    /// - `field`: the value of a field, by lower-case name.
    pub fn check<'a>(
        &self,
        now: Timestamp,
        field: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<RangeInclusive<u64>, ParseError> {
        if now > self.expiration {
            return Err(ParseError::new(ErrorCode::AccessDenied, "The policy of the form has expired."));
        }
        let mut length = 0..=u64::MAX;
        for condition in &self.conditions {
            let (name, fits) = match condition {
                Condition::Equals { field: name, value } => (name, field(name) == Some(value)),
                Condition::StartsWith { field: name, prefix } => {
                    (name, field(name).is_some_and(|value| value.starts_with(prefix)))
                }
                Condition::Length(range) => {
                    length = *length.start().max(range.start())..=*length.end().min(range.end());
                    continue;
                }
            };
            if !fits {
                let message = format!("Policy Condition failed: {name}");
                return Err(ParseError::new(ErrorCode::AccessDenied, message));
            }
        }
        Ok(length)
    }
}

impl Condition {
    /// `{"field": "value", ...}`, `["eq" | "starts-with", "$field", "value"]` or `["content-length-range", min, max]`.
    fn parse(value: &Value, conditions: &mut Vec<Self>) -> Result<(), ParseError> {
        let odd = || invalid(format!("{value} is no condition"));
        match value {
            Value::Object(pairs) => {
                for (field, value) in pairs {
                    let value = text(value).ok_or_else(odd)?;
                    conditions.push(Self::Equals { field: field.to_ascii_lowercase(), value });
                }
            }
            Value::Array(items) => {
                let [word, first, second] = items.as_slice() else { return Err(odd()) };
                let field = || {
                    let name = first.as_str()?.strip_prefix('$')?;
                    Some((name.to_ascii_lowercase(), text(second)?))
                };
                let number = |value: &Value| text(value).and_then(|digits| digits.parse::<u64>().ok());
                conditions.push(
                    match word.as_str().map(str::to_ascii_lowercase).as_deref() {
                        Some("eq") => field().map(|(field, value)| Self::Equals { field, value }),
                        Some("starts-with") => {
                            field().map(|(field, prefix)| Self::StartsWith { field, prefix })
                        }
                        Some("content-length-range") => {
                            number(first).zip(number(second)).map(|(min, max)| Self::Length(min..=max))
                        }
                        _ => None,
                    }
                    .ok_or_else(odd)?,
                );
            }
            _ => return Err(odd()),
        }
        Ok(())
    }
}

/// Fields are texts; some clients write their numbers as numbers.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn invalid(message: impl Into<String>) -> ParseError {
    ParseError::new(ErrorCode::InvalidPolicyDocument, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn check(conditions: &str) -> Result<RangeInclusive<u64>, ErrorCode> {
        let text = format!(r#"{{"expiration":"2023-11-14T23:13:20.000Z","conditions":{conditions}}}"#);
        let policy = PostPolicy::parse(text.as_bytes()).map_err(|error| error.code)?;
        let field = |name: &str| match name {
            "key" => Some("up/a.jpg"),
            "success_action_status" => Some("201"),
            _ => None,
        };
        let now = Timestamp::from_second(NOW).unwrap();
        policy.check(now, field).map_err(|error| error.code)
    }

    #[test]
    fn every_condition_has_to_be_met() {
        assert_eq!(check("[]"), Ok(0..=u64::MAX));
        for met in [
            r#"[{"Key":"up/a.jpg"}]"#,
            r#"[["eq","$key","up/a.jpg"],["starts-with","$Key","up/"],["starts-with","$key",""]]"#,
            r#"[{"success_action_status":201}]"#,
        ] {
            assert_eq!(check(met), Ok(0..=u64::MAX), "{met}");
        }
        for failed in [
            r#"[{"key":"up/b.jpg"}]"#,
            r#"[["starts-with","$key","down/"]]"#,
            r#"[["starts-with","$content-type",""]]"#,
            r#"[{"key":"up/a.jpg"},{"acl":"private"}]"#,
        ] {
            assert_eq!(check(failed), Err(ErrorCode::AccessDenied), "{failed}");
        }
        assert_eq!(check(r#"[["content-length-range",1,10],["content-length-range","5",20]]"#), Ok(5..=10));
    }

    #[test]
    fn what_is_no_policy_is_said_so() {
        for odd in [
            r#"["eq"]"#,
            r#"[["eq","key","a"]]"#,
            r#"[["like","$key","a"]]"#,
            r#"[["content-length-range",-1,2]]"#,
            r#"[{"key":["a"]}]"#,
            "[7]",
            "{}",
        ] {
            assert_eq!(check(odd), Err(ErrorCode::InvalidPolicyDocument), "{odd}");
        }
        for text in ["", "[]", r#"{"conditions":[]}"#, r#"{"expiration":"soon","conditions":[]}"#] {
            let error = PostPolicy::parse(text.as_bytes()).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidPolicyDocument, "{text}");
        }
    }

    #[test]
    fn a_policy_ends() {
        let policy = PostPolicy::parse(br#"{"expiration":"2023-11-14T22:13:20Z","conditions":[]}"#).unwrap();
        let at = |second| policy.check(Timestamp::from_second(second).unwrap(), |_| None);
        assert!(at(NOW).is_ok());
        assert_eq!(at(NOW + 1).unwrap_err().code, ErrorCode::AccessDenied);
    }
}
