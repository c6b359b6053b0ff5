//! `?response-control`: which `response-*` parameters are honoured.
//!
//! Spec: spec/cos/misc.md.

use super::{ConfigurationKind, Unset, malformed};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::xml::Element;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "response-control",
    "ResponseControlConfiguration",
    actions!("BucketResponseControl"),
    Unset::Error(ErrorCode::NoSuchConfiguration),
    check,
);

fn check(root: &mut Element) -> Result<(), ParseError> {
    let list = root.child("ControlParamList").ok_or_else(|| malformed("there is no ControlParamList"))?;
    match list.children("Param").find(|parameter| !parameter.text().starts_with("response-")) {
        Some(other) => {
            Err(ParseError::argument(format!("Param {:?} does not change a response", other.text())))
        }
        None => Ok(()),
    }
}
