//! `format/<name>`: the format of the result.
//!
//! Spec: spec/ci/format.md, 1

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    ImageError, ImageFormat, codec,
    plan::{Planner, Target},
    rule::{Args, RuleError},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "format",
    aliases: &[],
    usage: "format/<jpg|yjpeg|png|gif|webp|bmp|tiff|avif|svgc>",
    summary: "Writes the result in another format.",
    parse: |args| Ok(Arc::new(Format::parse(args)?)),
};

/// Every word for a format that can be written, the canonical one first.
const TARGETS: [(&str, Target); 14] = [
    ("jpg", plain(ImageFormat::Jpeg)),
    ("jpeg", plain(ImageFormat::Jpeg)),
    ("yjpeg", Target { format: ImageFormat::Jpeg, optimize: true }),
    ("png", plain(ImageFormat::Png)),
    ("gif", plain(ImageFormat::Gif)),
    ("webp", plain(ImageFormat::WebP)),
    ("bmp", plain(ImageFormat::Bmp)),
    ("tiff", plain(ImageFormat::Tiff)),
    ("tif", plain(ImageFormat::Tiff)),
    ("avif", plain(ImageFormat::Avif)),
    ("apng", plain(ImageFormat::Apng)),
    ("heif", plain(ImageFormat::Heif)),
    ("heic", plain(ImageFormat::Heif)),
    ("svgc", plain(ImageFormat::Svg)),
];

/// Words of the language that no build writes.
const NEVER_OFFERED: [&str; 2] = ["tpg", "psd"];

const fn plain(format: ImageFormat) -> Target {
    Target { format, optimize: false }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Format {
    target: Target,
}

impl Format {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        const EXPECTED: &str = "one of jpg, yjpeg, png, gif, webp, bmp, tiff, avif, svgc";
        let text = args.text(EXPECTED)?;
        let word = text.to_ascii_lowercase();
        if NEVER_OFFERED.contains(&word.as_str()) {
            return Err(RuleError::not_offered(args.word(), format!("format/{word}")));
        }
        let target = TARGETS.iter().find(|(name, _)| *name == word).map(|(_, target)| *target);
        let target = target.ok_or_else(|| args.syntax(text, EXPECTED))?;
        if !is_built_in(target.format) {
            return Err(RuleError::not_offered(args.word(), format!("format/{word}")));
        }
        Ok(Self { target })
    }
}

/// Whether this build writes the format.
pub(crate) fn is_built_in(format: ImageFormat) -> bool {
    format != ImageFormat::Apng && codec::for_format(format).is_some()
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = TARGETS.iter().find(|(_, target)| *target == self.target).map_or("", |(word, _)| word);
        write!(f, "format/{word}")
    }
}

impl Operation for Format {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn target_format(&self) -> Option<ImageFormat> {
        Some(self.target.format)
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.wishes().target = Some(self.target);
        Ok(())
    }
}
