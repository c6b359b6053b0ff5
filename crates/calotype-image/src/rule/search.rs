//! Rules that look for something in a picture. Source: spec/ci/extras.md, A1 and A3.

use std::fmt;

use super::{Args, RuleError, base64url, parser::once};
use crate::AssetReference;

/// Side of the pieces that a large picture is cut into, where nothing else is said.
const PIECE_PX_DEFAULT: u32 = 1000;
const PIECE_PX_MIN: i64 = 500;

/// What a rule looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// `QRcode`: QR and bar codes.
    Codes(CodeSearch),
    /// `watermark/4`: a blind watermark.
    Mark(MarkSearch),
}

/// Which blind watermark to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkSearch {
    /// What it is.
    pub kind: MarkKind,
    /// The version it was made with, 1 to 3.
    pub version: Option<u8>,
}

/// What a blind watermark is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkKind {
    /// 3: a text, which need not be known.
    Text,
    /// 2: this picture.
    Picture(AssetReference),
}

/// `QRcode/cover/<0|1>`: which codes to look for, and what to do with those that are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeSearch {
    /// Whether to make a picture in which the codes cannot be read.
    pub covers: bool,
    /// Which codes count.
    pub kinds: CodeKinds,
    /// Side of the pieces the picture is cut into first; none where it is searched whole.
    pub piece_px: Option<u32>,
}

/// Kinds of codes, as `bar-type` counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKinds {
    /// 0
    All,
    /// 1
    Qr,
    /// 2
    Bar,
}

impl Search {
    /// The verb of a rule that looks for codes.
    pub(crate) const CODES_VERB: &'static str = "QRcode";

    /// Whether a download may ask for it.
    pub fn is_for_downloads(&self) -> bool {
        matches!(self, Self::Codes(_))
    }

    /// Pictures it refers to besides its source.
    pub fn assets(&self) -> Vec<AssetReference> {
        match self {
            Self::Mark(MarkSearch { kind: MarkKind::Picture(reference), .. }) => vec![reference.clone()],
            Self::Codes(_) | Self::Mark(_) => Vec::new(),
        }
    }
}

impl CodeSearch {
    /// Reads `cover/<0|1>` and the optional rest.
    pub(super) fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let (mut covers, mut kinds) = (None, CodeKinds::All);
        let (mut in_pieces, mut piece_px) = (false, PIECE_PX_DEFAULT);
        let mut seen = Vec::new();
        while let Some(name) = args.next_word() {
            once(&mut seen, name)?;
            match name {
                "cover" => covers = Some(args.switch()?),
                "bar-type" => {
                    kinds = match args.integer(0..=2_i64)? {
                        0 => CodeKinds::All,
                        1 => CodeKinds::Qr,
                        _ => CodeKinds::Bar,
                    };
                }
                // An official SDK misspells the word.
                "segment" | "segmente" => in_pieces = args.switch()?,
                "size" => {
                    piece_px = u32::try_from(args.integer(PIECE_PX_MIN..=i64::MAX)?).unwrap_or(u32::MAX)
                }
                _ => return Err(args.syntax("", "to be cover, bar-type, segment or size")),
            }
        }
        let missing = || RuleError::syntax(Search::CODES_VERB, "", "cover/<0|1>");
        let covers = covers.ok_or_else(missing)?;
        Ok(Self { covers, kinds, piece_px: in_pieces.then_some(piece_px) })
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Codes(search) => write!(f, "{}/{search}", Self::CODES_VERB),
            Self::Mark(search) => write!(f, "watermark/4/{search}"),
        }
    }
}

impl fmt::Display for MarkSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            MarkKind::Text => f.write_str("type/3")?,
            MarkKind::Picture(reference) => {
                write!(f, "type/2/image/{}", base64url::encode(reference.text().as_bytes()))?;
            }
        }
        self.version.iter().try_for_each(|version| write!(f, "/version/{version}.0"))
    }
}

impl fmt::Display for CodeSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cover/{}", u8::from(self.covers))?;
        match self.kinds {
            CodeKinds::All => {}
            CodeKinds::Qr => f.write_str("/bar-type/1")?,
            CodeKinds::Bar => f.write_str("/bar-type/2")?,
        }
        self.piece_px.iter().try_for_each(|size| write!(f, "/segment/1/size/{size}"))
    }
}

#[cfg(test)]
mod tests {
    use crate::rule::Rule;

    #[test]
    fn code_searches_are_read_and_printed() {
        for (text, printed) in [
            ("QRcode/cover/1", "QRcode/cover/1"),
            ("QRcode/cover/0/bar-type/0/segment/0/size/700", "QRcode/cover/0"),
            ("QRcode/bar-type/2/cover/0/segmente/1", "QRcode/cover/0/bar-type/2/segment/1/size/1000"),
            ("QRcode/cover/0/size/500/segment/1", "QRcode/cover/0/segment/1/size/500"),
        ] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), printed);
        }
    }

    #[test]
    fn qr_11_values_out_of_range_are_refused() {
        for text in [
            "QRcode",
            "QRcode/bar-type/1",
            "QRcode/cover/2",
            "QRcode/cover/1/size/499",
            "QRcode/cover/1/bar-type/3",
            "QRcode/cover/1/foo/1",
            "QRcode/cover/1|imageMogr2/rotate/90",
            "imageMogr2/rotate/90|QRcode/cover/1",
        ] {
            assert!(text.parse::<Rule>().is_err(), "{text}");
        }
    }
}
