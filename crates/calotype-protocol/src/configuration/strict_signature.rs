//! `?strict-signature`: what a signature has to cover.
//!
//! Spec: spec/cos/auth.md, 2, Strict signature mode.

use super::{Configuration, ConfigurationKind, Unset, malformed};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::xml::Element;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "strict-signature",
    "StrictSignatureConfiguration",
    actions!("BucketStrictSignature"),
    Unset::Error(ErrorCode::NoSuchConfiguration),
    |root| StrictSignature::read(root).map(drop),
);

/// What a signature has to cover where a request has it. Nothing, while the document says it is off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StrictSignature {
    /// Lower-case names of headers.
    pub headers: Vec<String>,
    /// Lower-case names of parameters, decoded.
    pub parameters: Vec<String>,
}

impl Configuration for StrictSignature {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        if root.elements().is_empty() {
            return Err(malformed("the document says nothing"));
        }
        match root.optional_text("Status").map(str::trim) {
            None | Some("Enabled") => {}
            Some("Disabled") => return Ok(Self::default()),
            Some(other) => {
                return Err(malformed(format!("Status is {other:?}, expected Enabled or Disabled")));
            }
        }
        let names = |list: &str, name: &'static str| -> Vec<String> {
            let entries = root.child(list).into_iter().flat_map(|list| list.children(name));
            entries.map(|entry| entry.text().trim().to_ascii_lowercase()).collect()
        };
        Ok(Self { headers: names("Headers", "Header"), parameters: names("Params", "Param") })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::refusal;
    use super::*;

    #[test]
    fn names_are_read_in_any_letter_case_unless_it_is_off() {
        let on = "<StrictSignatureConfiguration><Status>Enabled</Status><Headers><Header>Host</Header>\
                  <Header>range</Header></Headers><Params><Param>versionId</Param></Params></StrictSignatureConfiguration>";
        let strict = StrictSignature::from_kept(on).unwrap();
        assert_eq!(
            (strict.headers, strict.parameters),
            (vec!["host".into(), "range".into()], vec!["versionid".into()])
        );
        let off = on.replace("Enabled", "Disabled");
        assert_eq!(StrictSignature::from_kept(&off).unwrap(), StrictSignature::default());
        assert_eq!(refusal(&KIND, &on.replace("Enabled", "Perhaps")), ErrorCode::MalformedXML);
    }
}
