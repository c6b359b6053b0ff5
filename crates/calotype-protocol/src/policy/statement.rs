//! One statement of a policy.

use serde_json::Value;

use super::condition::Condition;
use super::members::{Members, texts};
use super::principals::Principals;
use super::resource::Resource;
use super::{Question, malformed};
use crate::acl::Principal;
use crate::parse_error::ParseError;
use crate::wildcard;

/// Allows or denies some actions on some resources to some people, under conditions.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) allows: bool,
    principals: Principals,
    /// Lower-case patterns of `cos:<action>`.
    actions: Vec<String>,
    resources: Vec<Resource>,
    conditions: Vec<Condition>,
}

impl Statement {
    pub(super) fn parse(
        value: &Value,
        principals: impl Fn(&Members) -> Result<Principals, ParseError>,
    ) -> Result<Self, ParseError> {
        const KNOWN: [&str; 6] = ["action", "condition", "effect", "principal", "resource", "sid"];
        let Value::Object(members) = value else {
            return Err(malformed(format!("statement {value} is not an object")));
        };
        let members = Members::new(members.clone(), &KNOWN)?;
        let actions = texts("action", members.required("action")?)?;
        let resources = texts("resource", members.required("resource")?)?;
        let conditions = members.optional("condition").map(Condition::parse_all).transpose()?;
        Ok(Self {
            allows: allows(members.required("effect")?)?,
            principals: principals(&members)?,
            actions: actions.into_iter().map(action).collect::<Result<_, _>>()?,
            resources: resources.into_iter().map(Resource::parse).collect::<Result<_, _>>()?,
            conditions: conditions.unwrap_or_default(),
        })
    }

    pub(super) fn deny_all() -> Self {
        Self {
            allows: false,
            principals: Principals::Anyone,
            actions: vec!["*".to_owned()],
            resources: vec![Resource::everything()],
            conditions: Vec::new(),
        }
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter()
    }

    /// Whether the statement is about this request.
    pub(super) fn applies(&self, question: &Question<'_>) -> bool {
        question.actions.iter().any(|action| self.speaks_of(question.principal, action))
            && self.resources.iter().any(|resource| resource.includes(question.bucket, question.key))
            && self.conditions.iter().all(|condition| condition.holds(question.facts))
    }

    /// Whether the statement is for somebody who wants to do this, wherever.
    pub(super) fn speaks_of(&self, principal: Option<&Principal>, action: &str) -> bool {
        let action = format!("cos:{}", action.to_ascii_lowercase());
        let is_action = self.actions.iter().any(|pattern| wildcard::matches(pattern, &action));
        is_action && self.principals.include(principal)
    }
}

fn allows(effect: &Value) -> Result<bool, ParseError> {
    match effect.as_str().map(str::to_ascii_lowercase).as_deref() {
        Some("allow") => Ok(true),
        Some("deny") => Ok(false),
        _ => Err(malformed(format!("effect is {effect}, expected allow or deny"))),
    }
}

/// `name/cos:GetObject`, without the word in front, which means nothing. `*` is everything.
fn action(text: &str) -> Result<String, ParseError> {
    let bare = text.strip_prefix("name/").unwrap_or(text);
    if bare != "*" && !bare.contains(':') {
        return Err(malformed(format!("action {text:?} is not name/cos:<action>")));
    }
    Ok(bare.to_ascii_lowercase())
}
