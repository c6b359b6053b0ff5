//! Words of the language that this server does not carry out: their grammar is checked, then they are refused by name.

use super::OperationSpec;
use crate::rule::{Args, Gravity, RuleError, RuleErrorKind, args::integer, base64url, geometry::Sides};

/// Operations of `imageMogr2` that are understood and refused.
const REFUSED: [OperationSpec; 3] = [
    OperationSpec {
        word: "AIGCMetadata",
        aliases: &[],
        usage: "AIGCMetadata/Label/<base64url>/...",
        summary: "Labels generated content.",
        parse: |args| {
            check_aigc_metadata(args)?;
            Err(RuleError::not_offered("AIGCMetadata", "AIGCMetadata"))
        },
    },
    OperationSpec {
        word: "animate",
        aliases: &[],
        usage: "animate/duration/<ms>/images/<base64url>/...",
        summary: "Makes a GIF of several pictures.",
        parse: |args| {
            check_animate(args)?;
            Err(RuleError::not_offered("animate", "animate"))
        },
    },
    OperationSpec {
        word: "scrop",
        aliases: &[],
        usage: "scrop/<width>x<height>",
        summary: "Crops around a face.",
        parse: |args| {
            let text = args.text("a size such as 200x200")?;
            Sides::parse("scrop", text.strip_prefix('!').unwrap_or(text))?;
            Err(RuleError::not_offered("scrop", "face detection (scrop)"))
        },
    },
];

/// The refused operation of this name.
pub(crate) fn find(word: &str) -> Option<&'static OperationSpec> {
    REFUSED.iter().find(|spec| spec.word == word)
}

/// `duration/<d>` and `images/<u>/...`, the images last.
fn check_animate(args: &mut Args<'_>) -> Result<(), RuleError> {
    const EXPECTED: &str = "duration/<ms> and images/<base64url>/...";
    while let Some(name) = args.take() {
        match name {
            "duration" => {
                let text = args.text(EXPECTED)?;
                integer(text).ok_or_else(|| args.syntax(text, EXPECTED))?;
            }
            "images" if args.peek().is_some() => {
                while let Some(image) = args.take() {
                    base64url::decode_text(image).ok_or_else(|| args.syntax(image, "URL-safe Base64"))?;
                }
                return Ok(());
            }
            _ => return Err(args.syntax(name, EXPECTED)),
        }
    }
    Err(args.syntax("", EXPECTED))
}

/// Names and Base64 values, of which `Label` has to be there. Source: spec/ci/format.md, 7.
fn check_aigc_metadata(args: &mut Args<'_>) -> Result<(), RuleError> {
    const NAMES: [&str; 7] = [
        "Label",
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ReservedCode2",
        "PropagateID",
        "ContentPropagator",
    ];
    let mut labelled = false;
    while let Some(name) = args.peek().filter(|token| NAMES.contains(token)) {
        args.take();
        let value = args.text("URL-safe Base64")?;
        base64url::decode_text(value).ok_or_else(|| args.syntax(value, "URL-safe Base64"))?;
        labelled |= name == "Label";
    }
    if labelled { Ok(()) } else { Err(args.syntax("", "a Label")) }
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

/// A type, then names and values. The first value out of range is reported after the whole segment has been read;
/// `ignore-error/1` in it is passed to the caller.
pub(crate) fn check_watermark(args: &mut Args<'_>, ignores_error: &mut bool) -> Result<(), RuleError> {
    let mark = args.choice(&[
        ("1", Mark::Image),
        ("2", Mark::Text),
        ("3", Mark::BlindEmbed),
        ("4", Mark::BlindExtract),
    ])?;
    let mut names = Vec::new();
    let mut refused = None;
    while let Some(name) = args.next_word() {
        if names.contains(&name) {
            return Err(args.syntax(name, "each name only once"));
        }
        names.push(name);
        if name == "ignore-error" {
            *ignores_error |= args.switch()?;
            continue;
        }
        match check_mark_value(mark, name, args) {
            Err(error) if error.kind != RuleErrorKind::Syntax => drop(refused.get_or_insert(error)),
            checked => checked?,
        }
    }
    let has = |wanted: &[&str]| wanted.iter().any(|name| names.contains(name));
    let complete = match mark {
        Mark::Image => has(&["image", "image_key"]),
        Mark::Text => has(&["text"]),
        Mark::BlindEmbed => has(&["type"]) && has(&["image", "text"]),
        Mark::BlindExtract => has(&["type"]),
    };
    if !complete {
        return Err(RuleError::syntax("watermark", "", mark.required()));
    }
    if has(&["scatype"]) != has(&["spcent"]) {
        return Err(RuleError::syntax("watermark", "", "scatype and spcent together"));
    }
    Err(refused.unwrap_or_else(|| RuleError::not_offered("watermark", mark.feature())))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Image,
    Text,
    BlindEmbed,
    BlindExtract,
}

impl Mark {
    fn feature(self) -> &'static str {
        match self {
            Self::Image => "image watermark",
            Self::Text => "text watermark",
            Self::BlindEmbed | Self::BlindExtract => "blind watermark",
        }
    }

    fn required(self) -> &'static str {
        match self {
            Self::Image => "image/<base64url> or image_key/<base64url>",
            Self::Text => "text/<base64url>",
            Self::BlindEmbed => "type/<n> and image/<base64url> or text/<base64url>",
            Self::BlindExtract => "type/<n>",
        }
    }
}

/// One name and its value. Source: spec/ci/watermark.md and spec/ci/extras.md, A3.
fn check_mark_value(mark: Mark, name: &str, args: &mut Args<'_>) -> Result<(), RuleError> {
    use Mark::{BlindEmbed, BlindExtract, Image, Text};
    let mut whole = |low: i64, high: i64| args.integer(low..=high).map(drop);
    match (mark, name) {
        (Image | Text, "dx" | "dy") => whole(i64::from(i32::MIN), i64::from(i32::MAX)),
        (Image | Text, "dissolve") => whole(1, 100),
        (Image | Text, "batch") => whole(0, 1),
        (Image | Text, "degree") => whole(0, 360),
        (Image | Text, "spacing") => whole(0, 100),
        (Image | Text, "scatype") | (BlindEmbed | BlindExtract, "type") => whole(1, 3),
        (Image | Text, "spcent") => whole(1, 1_000),
        (Image, "blogo") => whole(1, 2),
        (Text, "fontsize") => whole(1, 2_000),
        (Text, "shadow") => whole(0, 100),
        (BlindEmbed, "level") => whole(0, 3),
        (Image | Text, "gravity") => args.choice(&Gravity::WORDS).map(drop),
        (BlindEmbed | BlindExtract, "version") => args.choice(&[("1.0", ()), ("2.0", ()), ("3.0", ())]),
        (Image, "image" | "image_key")
        | (Text, "text" | "font" | "fill")
        | (BlindEmbed | BlindExtract, "image" | "text") => {
            let value = args.text("URL-safe Base64")?;
            let clear = base64url::decode_text(value).filter(|clear| !clear.is_empty());
            clear.map(drop).ok_or_else(|| args.syntax(value, "URL-safe Base64 of UTF-8 text"))
        }
        _ => Err(args.syntax("", "to be a parameter of this watermark")),
    }
}
