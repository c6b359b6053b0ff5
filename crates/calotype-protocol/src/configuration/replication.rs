//! `?replication`: which other buckets get a copy of everything. Kept; nothing is copied.
//!
//! Spec: spec/cos/misc.md.

use super::{ConfigurationKind, Unset, is_enabled, malformed, some_of, text};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::xml::Element;

const RULES_MAX: usize = 1000;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "replication",
    "ReplicationConfiguration",
    actions!("BucketReplication"),
    Unset::Error(ErrorCode::ReplicationConfigurationNotFoundError),
    check,
);

fn check(root: &mut Element) -> Result<(), ParseError> {
    text(root, "Role")?;
    for rule in some_of(root, "Rule", RULES_MAX)? {
        is_enabled(rule)?;
        let destination = rule.child("Destination").ok_or_else(|| malformed("Rule has no Destination"))?;
        text(destination, "Bucket")?;
    }
    Ok(())
}
