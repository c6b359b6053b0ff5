//! `watermark/4`: which blind watermark to look for.
//!
//! Spec: spec/ci/extras.md, A3

use super::{clear_text, read_pairs, unknown_name};
use crate::{
    AssetReference,
    rule::{Args, MarkKind, MarkSearch, RuleError},
};

/// Versions of the rule, as they are written.
pub(super) const VERSIONS: [(&str, u8); 3] = [("1.0", 1), ("2.0", 2), ("3.0", 3)];

/// Reads what follows `watermark/4`.
pub(crate) fn parse(args: &mut Args<'_>) -> Result<MarkSearch, RuleError> {
    let (mut kind, mut image, mut version) = (None, None, None);
    let refused = read_pairs(args, &mut false, |name, args| {
        match name {
            "type" => kind = Some(args.integer(1..=3_u8)?),
            "version" => version = Some(args.choice(&VERSIONS)?),
            "image" => image = Some(AssetReference::Url(clear_text(args)?)),
            "text" => drop(clear_text(args)?),
            _ => return Err(unknown_name(args)),
        }
        Ok(())
    })?;
    let missing = |expected| RuleError::syntax("watermark", "", expected);
    let kind = match (kind, refused) {
        (_, Some(error)) => return Err(error),
        (None, None) => return Err(missing("type/<n>")),
        (Some(kind), None) => kind,
    };
    let kind = match (kind, image) {
        (3, _) => MarkKind::Text,
        (_, None) => return Err(missing("image/<base64url>")),
        (2, Some(image)) => MarkKind::Picture(image),
        (_, Some(_)) => return Err(RuleError::not_offered("watermark", super::blind_mark::SEMI_BLIND)),
    };
    Ok(MarkSearch { kind, version })
}
