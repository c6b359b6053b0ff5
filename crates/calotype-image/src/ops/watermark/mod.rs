//! `watermark/<type>/<name>/<value>/...`: a picture or a text laid on every frame.
//!
//! Spec: spec/ci/watermark.md; types 3 and 4: spec/ci/extras.md, A3

mod blind_mark;
mod blind_search;
mod grid;
mod image_mark;
mod manner;
mod text_mark;

use std::sync::Arc;

pub(crate) use blind_search::parse as parse_search;

use super::Operation;
use crate::rule::{Args, RuleError, RuleErrorKind, base64url};

#[derive(Debug, Clone, Copy)]
enum Kind {
    Image,
    Text,
    BlindEmbed,
    BlindExtract,
}

const KINDS: [(&str, Kind); 4] =
    [("1", Kind::Image), ("2", Kind::Text), ("3", Kind::BlindEmbed), ("4", Kind::BlindExtract)];

/// Reads what follows the verb. `ignores_error` is set where the segment says so, even if it is refused.
pub(crate) fn parse(args: &mut Args<'_>, ignores_error: &mut bool) -> Result<Arc<dyn Operation>, RuleError> {
    match args.choice(&KINDS)? {
        Kind::Image => image_mark::parse(args, ignores_error),
        Kind::Text => text_mark::parse(args, ignores_error),
        Kind::BlindEmbed => blind_mark::parse(args, ignores_error),
        Kind::BlindExtract => Err(args.syntax("4", "to stand alone, as it makes no picture")),
    }
}

/// Reads names with one value each up to the end of the segment, every name at most once.
///
/// - `read`: reads the value of a name; a name it does not know is its own mistake.
/// - Gives back the first value out of range: it counts only after the whole segment has been read, because a
///   misspelling outweighs it and `ignore-error/1` may follow.
pub(super) fn read_pairs<'a>(
    args: &mut Args<'a>,
    ignores_error: &mut bool,
    mut read: impl FnMut(&'a str, &mut Args<'a>) -> Result<(), RuleError>,
) -> Result<Option<RuleError>, RuleError> {
    let mut names = Vec::new();
    let mut refused = None;
    while let Some(name) = args.next_word() {
        if names.contains(&name) {
            return Err(args.syntax(name, "each name only once"));
        }
        names.push(name);
        let value = if name == "ignore-error" {
            args.switch().map(|on| *ignores_error |= on)
        } else {
            read(name, args)
        };
        match value {
            Err(error) if error.kind == RuleErrorKind::Syntax => return Err(error),
            Err(error) => drop(refused.get_or_insert(error)),
            Ok(()) => {}
        }
    }
    Ok(refused)
}

/// The mistake of a name that a kind of mark does not have.
pub(super) fn unknown_name(args: &Args<'_>) -> RuleError {
    args.syntax("", "to be a parameter of this watermark")
}

/// A value in URL-safe Base64 that is some text.
pub(super) fn clear_text(args: &mut Args<'_>) -> Result<String, RuleError> {
    let value = args.text("URL-safe Base64")?;
    let clear = base64url::decode_text(value).filter(|clear| !clear.is_empty());
    clear.ok_or_else(|| args.syntax(value, "URL-safe Base64 of UTF-8 text"))
}
