//! Words of the language that this server does not carry out: their grammar is checked, then they are refused by name.

use super::{
    OperationSpec,
    watermark::{clear_text, read_pairs, unknown_name},
};
use crate::rule::{Args, RuleError, geometry::Sides};

/// Operations of `imageMogr2` that are understood and refused.
const REFUSED: [OperationSpec; 1] = [OperationSpec {
    word: "scrop",
    aliases: &[],
    usage: "scrop/<width>x<height>",
    summary: "Crops around a face.",
    parse: |args| {
        let text = args.text("a size such as 200x200")?;
        Sides::parse("scrop", text.strip_prefix('!').unwrap_or(text))?;
        Err(RuleError::not_offered("scrop", "face detection (scrop)"))
    },
}];

/// The refused operation of this name.
pub(crate) fn find(word: &str) -> Option<&'static OperationSpec> {
    REFUSED.iter().find(|spec| spec.word == word)
}

/// Rules that exist in `Pic-Operations` only. Other text passes.
pub(crate) fn check_persistent(text: &str) -> Result<(), RuleError> {
    if let Some(process) = text.strip_prefix("ci-process=") {
        let name = process.split('&').next().unwrap_or_default();
        if name.is_empty() {
            return Err(RuleError::syntax("ci-process", "", "the name of a process"));
        }
        return Err(RuleError::not_offered("ci-process", format!("ci-process={name}")));
    }
    let tokens: Vec<&str> = text.split('/').filter(|token| !token.is_empty()).collect();
    match tokens.split_first() {
        Some((&"QRcode", values)) => {
            check_qrcode(&mut Args::new("QRcode", values))?;
            Err(RuleError::not_offered("QRcode", "QR code recognition"))
        }
        _ => Ok(()),
    }
}

/// `cover/<0|1>`, and the optional rest. Source: spec/ci/extras.md, A1.
fn check_qrcode(args: &mut Args<'_>) -> Result<(), RuleError> {
    let mut covers = false;
    while let Some(name) = args.next_word() {
        match name {
            "cover" => {
                args.switch()?;
                covers = true;
            }
            "bar-type" => drop(args.integer(0..=2_i64)?),
            "segment" | "segmente" => drop(args.switch()?),
            "size" => drop(args.integer(500..=i64::MAX)?),
            _ => return Err(args.syntax("", "to be cover, bar-type, segment or size")),
        }
    }
    if covers { Ok(()) } else { Err(RuleError::syntax("QRcode", "", "cover/<0|1>")) }
}

/// Names and values of a blind mark, and the refusal. Source: spec/ci/extras.md, A3.
///
/// - `embeds`: type 3, which needs something to embed; otherwise type 4.
pub(super) fn refuse_blind_mark(args: &mut Args<'_>, ignores_error: &mut bool, embeds: bool) -> RuleError {
    let mut names = Vec::new();
    let read = read_pairs(args, ignores_error, |name, args| {
        names.push(name);
        match name {
            "type" => args.integer(1..=3_i64).map(drop),
            "level" if embeds => args.integer(0..=3_i64).map(drop),
            "version" => args.choice(&[("1.0", ()), ("2.0", ()), ("3.0", ())]),
            "image" | "text" => clear_text(args).map(drop),
            _ => Err(unknown_name(args)),
        }
    });
    let has_content = names.contains(&"image") || names.contains(&"text");
    let complete = names.contains(&"type") && (has_content || !embeds);
    let required = if embeds { "type/<n> and image/<base64url> or text/<base64url>" } else { "type/<n>" };
    match read {
        Err(error) => error,
        Ok(_) if !complete => RuleError::syntax("watermark", "", required),
        Ok(Some(error)) => error,
        Ok(None) => RuleError::not_offered("watermark", "blind watermark"),
    }
}
