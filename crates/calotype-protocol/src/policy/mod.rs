//! Policies: statements that allow or deny, attached to a bucket or to a temporary key.
//!
//! An explicit denial wins over every permission. What no statement speaks of is for access lists to decide.
//! Spec: spec/cos/misc.md, policy.

mod condition;
mod members;
mod principals;
mod resource;
mod statement;

use serde_json::Value;

use crate::acl::Principal;
use crate::error_code::ErrorCode;
use crate::names::BucketName;
use crate::parse_error::ParseError;

use members::Members;
use principals::Principals;
use statement::Statement;

/// Longest text of a policy.
pub const POLICY_BYTES_MAX: usize = 20 << 10;

/// Statements, read and checked.
#[derive(Debug, Clone)]
pub struct Policy {
    statements: Vec<Statement>,
}

/// A question to a policy.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Who asks; none without a signature.
    pub principal: Option<&'a Principal>,
    /// What they want to do, as in `GetObject`. Of several names, one that is denied denies, one that is allowed allows.
    pub actions: &'a [&'a str],
    /// Where; none for the service.
    pub bucket: Option<&'a BucketName>,
    /// With which object; none for the bucket itself.
    pub key: Option<&'a str>,
    /// What conditions look at, by name (`qcs:ip`, `cos:prefix`, …).
    pub facts: &'a dyn Fn(&str) -> Option<String>,
}

/// What a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// A statement denies it, whatever others say.
    Denied,
    /// A statement allows it and none denies it.
    Allowed,
    /// Nothing.
    Silent,
}

impl Policy {
    /// Reads the policy of a bucket: each statement says for whom it is, and names this bucket.
    ///
    /// Errors: `MalformedPolicy`, with what is wrong.
    pub fn of_bucket(text: &str, bucket: &BucketName) -> Result<Self, ParseError> {
        let document = read(text)?;
        let everybodys = document.optional("principal").map(Principals::parse).transpose()?;
        let statements = statements(&document, |members| {
            let own = members.optional("principal").map(Principals::parse).transpose()?;
            own.or_else(|| everybodys.clone()).ok_or_else(|| malformed("a statement has no principal"))
        })?;
        if let Some(stranger) =
            statements.iter().flat_map(Statement::resources).find(|resource| !resource.may_be_in(bucket))
        {
            return Err(malformed(format!("resource {stranger} is not in {bucket}")));
        }
        Ok(Self { statements })
    }

    /// Reads the policy of a temporary key. It is for whoever has the key, so it names nobody.
    ///
    /// Errors: `MalformedPolicy`, with what is wrong.
    pub fn of_session(text: &str) -> Result<Self, ParseError> {
        let document = read(text)?;
        let statements = statements(&document, |members| match members.optional("principal") {
            None => Ok(Principals::Anyone),
            Some(_) => Err(malformed("the policy of a temporary key names no principal")),
        })?;
        Ok(Self { statements })
    }

    /// A policy that denies everything.
    pub fn closed() -> Self {
        Self { statements: vec![Statement::deny_all()] }
    }

    /// What the statements say about one request.
    pub fn ruling(&self, question: &Question<'_>) -> Ruling {
        let mut ruling = Ruling::Silent;
        for statement in self.statements.iter().filter(|statement| statement.applies(question)) {
            if !statement.allows {
                return Ruling::Denied;
            }
            ruling = Ruling::Allowed;
        }
        ruling
    }

    /// Whether there is any key at all for which the answer may be yes.
    pub fn may_allow(&self, principal: Option<&Principal>, action: &str) -> bool {
        self.statements.iter().any(|statement| statement.allows && statement.speaks_of(principal, action))
    }
}

/// The text a bucket keeps: `Statement` and `version` spelt as clients look for them, all below as it was sent.
///
/// - `text`: what [`Policy::of_bucket`] accepts.
pub fn kept_text(text: &str) -> Result<String, ParseError> {
    let Value::Object(members) = json(text)? else { return Err(not_an_object()) };
    let renamed = members.into_iter().map(|(name, value)| match name.to_ascii_lowercase().as_str() {
        "statement" => ("Statement".to_owned(), value),
        "version" => ("version".to_owned(), value),
        _ => (name, value),
    });
    Ok(Value::Object(renamed.collect()).to_string())
}

fn json(text: &str) -> Result<Value, ParseError> {
    if text.len() > POLICY_BYTES_MAX {
        return Err(malformed(format!("the policy is longer than {POLICY_BYTES_MAX} bytes")));
    }
    serde_json::from_str(text)
        .map_err(|error| malformed(format!("{} ({error})", ErrorCode::MalformedPolicy.default_message())))
}

fn read(text: &str) -> Result<Members, ParseError> {
    let Value::Object(members) = json(text)? else { return Err(not_an_object()) };
    Members::new(members, &["id", "principal", "statement", "version"])
}

fn statements(
    document: &Members,
    principals: impl Fn(&Members) -> Result<Principals, ParseError>,
) -> Result<Vec<Statement>, ParseError> {
    let all = match document.required("statement")? {
        Value::Array(all) if !all.is_empty() => all.as_slice(),
        Value::Array(_) => return Err(malformed("there is no statement")),
        one => std::slice::from_ref(one),
    };
    all.iter().map(|statement| Statement::parse(statement, &principals)).collect()
}

fn not_an_object() -> ParseError {
    ErrorCode::MalformedPolicy.into()
}

fn malformed(message: impl Into<String>) -> ParseError {
    ParseError::new(ErrorCode::MalformedPolicy, message)
}

#[cfg(test)]
mod tests;
