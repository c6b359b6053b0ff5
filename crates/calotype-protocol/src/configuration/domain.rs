//! `?domain`: host names that stand for the bucket.
//!
//! Spec: spec/cos/misc.md, domain.

use std::net::IpAddr;

use super::{Configuration, ConfigurationKind, Unset, either, malformed, some_of, text};
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::xml::Element;

/// Most names of one bucket.
const DOMAINS_MAX: usize = 100;

pub(super) const KIND: ConfigurationKind =
    ConfigurationKind::one("domain", "DomainConfiguration", actions!("BucketDomain"), Unset::Empty, |root| {
        DomainConfiguration::read(root).map(drop)
    });

/// The names of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainConfiguration {
    /// No name is there twice.
    pub rules: Vec<DomainRule>,
}

/// One name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainRule {
    /// In lower case, without port.
    pub name: String,
    /// Whether requests under this name are answered.
    pub is_enabled: bool,
    /// As what the bucket is shown there.
    pub shown_as: DomainUse,
}

/// As what a bucket is shown under one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainUse {
    /// The interface.
    Rest,
    /// A static website.
    Website,
}

impl Configuration for DomainConfiguration {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        let rules = some_of(root, "DomainRule", DOMAINS_MAX)?;
        let rules: Vec<DomainRule> = rules.into_iter().map(DomainRule::read).collect::<Result<_, _>>()?;
        for (place, rule) in rules.iter().enumerate() {
            if rules[..place].iter().any(|other| other.name == rule.name) {
                return Err(malformed(format!("domain {:?} is given twice", rule.name)));
            }
        }
        Ok(Self { rules })
    }
}

impl DomainRule {
    fn read(rule: &Element) -> Result<Self, ParseError> {
        let name = text(rule, "Name")?.trim().to_ascii_lowercase();
        if !is_bindable(&name) {
            return Err(ParseError::argument(format!("domain {name:?} cannot be bound to a bucket")));
        }
        let shown_as = match rule.optional_text("Type").unwrap_or("REST") {
            "REST" => DomainUse::Rest,
            "WEBSITE" => DomainUse::Website,
            other => return Err(malformed(format!("Type is {other:?}, it can be REST or WEBSITE"))),
        };
        let is_enabled = either(rule, "Status", ("ENABLED", "DISABLED"))?;
        Ok(Self { name, is_enabled, shown_as })
    }
}

/// A name of DNS with a dot in it, that is not a way to name the service or some bucket already.
fn is_bindable(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let first = name.split('.').next().unwrap_or_default();
    name.len() <= 253
        && name.contains('.')
        && name.split('.').all(is_label)
        && name.parse::<IpAddr>().is_err()
        && !["service", "cos"].contains(&first)
        && !BucketName::has_shape(first)
}

#[cfg(test)]
mod tests {
    use super::super::tests::refusal;
    use super::*;
    use crate::error_code::ErrorCode;

    fn document(name: &str) -> String {
        format!(
            "<DomainConfiguration><DomainRule><Status>ENABLED</Status><Name>{name}</Name><Type>WEBSITE</Type>\
             </DomainRule></DomainConfiguration>"
        )
    }

    #[test]
    fn names_are_read_in_lower_case() {
        let read = DomainConfiguration::from_kept(&document("IMG.example.com")).unwrap();
        let rule =
            DomainRule { name: "img.example.com".into(), is_enabled: true, shown_as: DomainUse::Website };
        assert_eq!(read.rules, [rule]);
    }

    #[test]
    fn names_that_mean_something_already_are_refused() {
        for name in [
            "localhost",
            "127.0.0.1",
            "cos.ap-guangzhou.myqcloud.com",
            "service.cos.myqcloud.com",
            "photos-1250000000.cos.ap-guangzhou.myqcloud.com",
            "a b.com",
            "-a.com",
            ".com",
        ] {
            assert_eq!(refusal(&KIND, &document(name)), ErrorCode::InvalidArgument, "{name}");
        }
        let twice = document("a.com").replace(
            "</DomainConfiguration>",
            "<DomainRule><Status>DISABLED</Status><Name>A.com</Name></DomainRule></DomainConfiguration>",
        );
        assert_eq!(refusal(&KIND, &twice), ErrorCode::MalformedXML);
        assert_eq!(refusal(&KIND, &document("a.com").replace("ENABLED", "on")), ErrorCode::MalformedXML);
    }
}
