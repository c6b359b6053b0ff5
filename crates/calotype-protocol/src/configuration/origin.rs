//! `?origin`: where objects are fetched from that are not here. Kept; nothing is fetched.
//!
//! Spec: spec/cos/misc.md.

use super::{ConfigurationKind, Unset, malformed, some_of};
use crate::error_code::ErrorCode;

const RULES_MAX: usize = 100;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "origin",
    "OriginConfiguration",
    actions!("BucketOrigin"),
    Unset::Error(ErrorCode::OriginConfigurationNotFoundError),
    |root| {
        let rules = some_of(root, "OriginRule", RULES_MAX)?;
        match rules.iter().find(|rule| rule.child("OriginInfo").is_none()) {
            Some(_) => Err(malformed("OriginRule has no OriginInfo")),
            None => Ok(()),
        }
    },
);
