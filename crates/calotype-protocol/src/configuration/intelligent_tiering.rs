//! `?intelligenttiering` and `?intelligent-tiering&id=`: when objects move between tiers. Kept; bytes do not move here.
//!
//! Spec: spec/cos/misc.md, object-lock and neighbours.

use super::{ConfigurationKind, Count, Unset, text};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::xml::Element;

const ROOT: &str = "IntelligentTieringConfiguration";

/// The older form, one for a bucket.
pub(super) const SINGLE: ConfigurationKind = ConfigurationKind::one(
    "intelligenttiering",
    ROOT,
    actions!("BucketIntelligentTiering"),
    Unset::Empty,
    |root| text(root, "Status").map(drop),
);

/// The newer form, several for a bucket.
pub(super) const BY_ID: ConfigurationKind = ConfigurationKind {
    count: Count::ById { list_root: "ListBucketIntelligentTieringConfigurationsResult" },
    ..ConfigurationKind::one(
        "intelligent-tiering",
        ROOT,
        actions!("BucketIntelligentTiering"),
        Unset::Error(ErrorCode::NoSuchConfiguration),
        check_by_id,
    )
};

fn check_by_id(root: &mut Element) -> Result<(), ParseError> {
    text(root, "Id")?;
    text(root, "Status").map(drop)
}
