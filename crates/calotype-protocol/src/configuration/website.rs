//! `?website`: how the bucket is shown as a static website.
//!
//! Spec: spec/cos/misc.md, website.

use super::{Configuration, ConfigurationKind, Unset, either, malformed, text};
use crate::error_code::ErrorCode;
use crate::names::ObjectKey;
use crate::parse_error::ParseError;
use crate::xml::Element;

/// Most routing rules of one website.
const ROUTING_RULES_MAX: usize = 100;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "website",
    "WebsiteConfiguration",
    actions!("BucketWebsite"),
    Unset::Error(ErrorCode::NoSuchWebsiteConfiguration),
    check,
);

/// A website.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebsiteConfiguration {
    /// Name of the document a folder shows.
    pub index: String,
    /// Whether visitors who come without encryption are sent to the encrypted site.
    pub wants_https: bool,
    /// Whether `a` shows `a.html`.
    pub hides_extensions: bool,
    /// What is shown instead of an error.
    pub error: Option<ErrorDocument>,
    /// Tried in order; the first that fits decides.
    pub routing: Vec<RoutingRule>,
}

/// What is shown instead of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorDocument {
    /// The object.
    pub key: ObjectKey,
    /// Whether it comes with the status of the error, or with 200.
    pub keeps_status: bool,
}

/// Visitors are sent elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingRule {
    /// When.
    pub condition: RedirectCondition,
    /// Where to.
    pub redirect: Redirect,
}

/// When visitors are sent elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedirectCondition {
    /// When the answer would have this status.
    Status(u16),
    /// When they ask for a key that begins so.
    Prefix(String),
}

/// Where visitors are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// `http` or `https`; as they came where there is none.
    pub protocol: Option<String>,
    /// Another host.
    pub host: Option<String>,
    /// 301, 302, 307 or 308.
    pub status: u16,
    /// What becomes of the key.
    pub replacement: Option<Replacement>,
}

/// What becomes of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// This takes its place.
    Key(String),
    /// This takes the place of the prefix of the condition.
    Prefix(String),
}

/// The service says of every redirect that it is one.
fn check(root: &mut Element) -> Result<(), ParseError> {
    WebsiteConfiguration::read(root)?;
    let rules = root.child_mut("RoutingRules").map(Element::elements_mut).unwrap_or_default();
    for redirect in rules.iter_mut().filter_map(|rule| rule.child_mut("Redirect")) {
        if redirect.child("URLRedirect").is_none() {
            redirect.push(Element::leaf("URLRedirect", "Enabled"));
        }
    }
    Ok(())
}

impl Configuration for WebsiteConfiguration {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        let index = root.child("IndexDocument").ok_or_else(|| malformed("there is no IndexDocument"))?;
        let index = text(index, "Suffix")?;
        if index.contains('/') {
            return Err(malformed(format!("Suffix {index:?} must not contain a slash")));
        }
        let switch = |name: &str| match root.child(name) {
            Some(child) => super::is_enabled(child),
            None => Ok(false),
        };
        let rules = root.child("RoutingRules").map(Element::elements).unwrap_or_default();
        if rules.len() > ROUTING_RULES_MAX {
            return Err(malformed(format!("{} rules are more than {ROUTING_RULES_MAX}", rules.len())));
        }
        Ok(Self {
            index: index.to_owned(),
            wants_https: match root.child("RedirectAllRequestsTo") {
                Some(all) => either(all, "Protocol", ("https", "http"))?,
                None => false,
            },
            hides_extensions: switch("AutoAddressing")?,
            error: root.child("ErrorDocument").map(ErrorDocument::read).transpose()?,
            routing: rules.iter().map(RoutingRule::read).collect::<Result<_, _>>()?,
        })
    }
}

impl ErrorDocument {
    fn read(element: &Element) -> Result<Self, ParseError> {
        let key = text(element, "Key")?;
        let keeps_status = match element.optional_text("OriginalHttpStatus") {
            Some(_) => either(element, "OriginalHttpStatus", ("Enabled", "Disabled"))?,
            None => true,
        };
        Ok(Self { key: key.parse()?, keeps_status })
    }
}

impl RoutingRule {
    fn read(element: &Element) -> Result<Self, ParseError> {
        let condition = element.child("Condition").ok_or_else(|| malformed("a rule has no Condition"))?;
        let status: Option<u16> = condition.optional("HttpErrorCodeReturnedEquals")?;
        let prefix = condition.optional_text("KeyPrefixEquals");
        let condition = match (status, prefix) {
            (Some(status), None) if (400..600).contains(&status) => RedirectCondition::Status(status),
            (None, Some(prefix)) => RedirectCondition::Prefix(prefix.to_owned()),
            _ => {
                let wanted = "HttpErrorCodeReturnedEquals (400 to 599) or KeyPrefixEquals";
                return Err(malformed(format!("a Condition needs either {wanted}")));
            }
        };
        let redirect = element.child("Redirect").ok_or_else(|| malformed("a rule has no Redirect"))?;
        Ok(Self { redirect: Redirect::read(redirect, &condition)?, condition })
    }
}

impl Redirect {
    fn read(element: &Element, condition: &RedirectCondition) -> Result<Self, ParseError> {
        let protocol = element.optional_text("Protocol").map(str::to_ascii_lowercase);
        if let Some(other) = protocol.as_ref().filter(|word| !["http", "https"].contains(&word.as_str())) {
            return Err(malformed(format!("Protocol is {other:?}, it can be http or https")));
        }
        let host = element.optional_text("HostName").map(str::to_owned);
        let is_host =
            |host: &String| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b));
        if let Some(host) = host.as_ref().filter(|host| !is_host(host)) {
            return Err(malformed(format!("HostName {host:?} is no host")));
        }
        let status = element.optional("HttpRedirectCode")?.unwrap_or(302);
        if ![301, 302, 307, 308].contains(&status) {
            return Err(malformed(format!("HttpRedirectCode is {status}, it can be 301, 302, 307 or 308")));
        }
        let by_prefix = matches!(condition, RedirectCondition::Prefix(_));
        let replacement =
            match (element.optional_text("ReplaceKeyWith"), element.child("ReplaceKeyPrefixWith")) {
                (Some(key), None) => Some(Replacement::Key(key.to_owned())),
                (None, Some(prefix)) if by_prefix => Some(Replacement::Prefix(prefix.text().to_owned())),
                (None, None) if host.is_some() || protocol.is_some() => None,
                _ => {
                    let wanted = "ReplaceKeyWith, or ReplaceKeyPrefixWith for a KeyPrefixEquals";
                    return Err(malformed(format!("a Redirect needs {wanted}")));
                }
            };
        Ok(Self { protocol, host, status, replacement })
    }

    /// The key visitors are sent to who asked for `key`.
    pub fn key(&self, key: &str, condition: &RedirectCondition) -> String {
        match (&self.replacement, condition) {
            (None, _) => key.to_owned(),
            (Some(Replacement::Key(other)), _) => other.clone(),
            (Some(Replacement::Prefix(other)), RedirectCondition::Prefix(prefix)) => {
                format!("{other}{}", key.strip_prefix(prefix).unwrap_or_default())
            }
            (Some(Replacement::Prefix(other)), RedirectCondition::Status(_)) => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, refusal};
    use super::*;

    const INDEX: &str = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>";

    fn document(inner: &str) -> String {
        format!("<WebsiteConfiguration>{INDEX}{inner}</WebsiteConfiguration>")
    }

    fn rule(condition: &str, redirect: &str) -> String {
        document(&format!(
            "<RoutingRules><RoutingRule><Condition>{condition}</Condition><Redirect>{redirect}</Redirect></RoutingRule>\
             </RoutingRules>"
        ))
    }

    #[test]
    fn redirects_say_that_they_are_and_nothing_else_is_added() {
        let error = document("<ErrorDocument><Key>error.html</Key></ErrorDocument>");
        assert_eq!(kept(&KIND, &error), error);
        let condition = "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>";
        let redirect = "<Protocol>https</Protocol><ReplaceKeyWith>404.html</ReplaceKeyWith>";
        let said = rule(condition, &format!("{redirect}<URLRedirect>Enabled</URLRedirect>"));
        assert_eq!(kept(&KIND, &rule(condition, redirect)), said);
        assert_eq!(kept(&KIND, &said), said);
    }

    #[test]
    fn keys_are_replaced_whole_or_in_front() {
        let site = WebsiteConfiguration::from_kept(&rule(
            "<KeyPrefixEquals>docs/</KeyPrefixEquals>",
            "<ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith>",
        ));
        let RoutingRule { condition, redirect } = site.unwrap().routing.remove(0);
        assert_eq!(redirect.key("docs/a", &condition), "documents/a");
        assert_eq!(redirect.status, 302);
    }

    #[test]
    fn nonsense_is_refused() {
        let prefix = "<KeyPrefixEquals>a</KeyPrefixEquals>";
        let replace = "<ReplaceKeyWith>b</ReplaceKeyWith>";
        for body in [
            "<WebsiteConfiguration/>".to_owned(),
            document("").replace("index.html", "a/index.html"),
            document("<ErrorDocument/>"),
            document("<AutoAddressing><Status>On</Status></AutoAddressing>"),
            rule("", replace),
            rule("<HttpErrorCodeReturnedEquals>200</HttpErrorCodeReturnedEquals>", replace),
            rule(prefix, ""),
            rule(prefix, &format!("<Protocol>ftp</Protocol>{replace}")),
            rule(prefix, &format!("<HostName>a b</HostName>{replace}")),
            rule(prefix, &format!("<HttpRedirectCode>200</HttpRedirectCode>{replace}")),
        ] {
            assert_eq!(refusal(&KIND, &body), ErrorCode::MalformedXML, "{body}");
        }
    }
}
