//! `watermark/3`: a text or a picture that nobody sees, in every pixel of the picture.
//!
//! Spec: spec/ci/extras.md, A3

use std::{fmt, sync::Arc};

use super::{blind_search::VERSIONS, clear_text, read_pairs, unknown_name};
use crate::{
    AssetReference, Dimensions, ImageError, ImageFormat,
    blind::{HidePicture, HideText},
    ops::Operation,
    plan::Planner,
    rule::{Args, Modifiers, RuleError, base64url},
};

/// Marks of type 1 are read with the help of the unmarked picture; those of type 2 do without.
pub(super) const SEMI_BLIND: &str = "blind watermark of type 1";

/// Bytes of a text. Source: spec/ci/extras.md, A3.
const TEXT_BYTES_MAX: usize = 256;
/// Strength where nothing is said.
const LEVEL_DEFAULT: u8 = 1;
/// Version 2.0 of texts is for larger pictures.
const VERSION_2_SIDE_PX_MIN: u32 = 513;
/// How much larger than a hidden picture the other one must be, along both sides.
const PICTURE_RATIO: u32 = 8;

/// A mark to be hidden in the picture that enters the segment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct BlindMark {
    content: Content,
    version: Option<u8>,
    level: Option<u8>,
    ignores_error: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    /// Type 3.
    Text(String),
    /// Type 2.
    Picture(AssetReference),
}

/// Reads what follows `watermark/3`.
pub(super) fn parse(args: &mut Args<'_>, ignores_error: &mut bool) -> Result<Arc<dyn Operation>, RuleError> {
    let (mut kind, mut image, mut text) = (None, None, None);
    let (mut level, mut version, mut ignores) = (None, None, false);
    let refused = read_pairs(args, &mut ignores, |name, args| {
        match name {
            "type" => kind = Some(args.integer(1..=3_u8)?),
            "level" => level = Some(args.integer(0..=3_u8)?),
            "version" => version = Some(args.choice(&VERSIONS)?),
            "image" => image = Some(AssetReference::Url(clear_text(args)?)),
            "text" => text = Some(clear_text(args)?),
            _ => return Err(unknown_name(args)),
        }
        Ok(())
    })?;
    *ignores_error |= ignores;
    let missing = |expected| RuleError::syntax("watermark", "", expected);
    let complete = match kind {
        None => refused.is_some(),
        Some(3) => text.is_some(),
        Some(_) => image.is_some(),
    };
    if !complete {
        return Err(missing("type/<n> and image/<base64url> or text/<base64url>"));
    }
    if let Some(error) = refused {
        return Err(error);
    }
    let content = match (kind, text, image) {
        (Some(3), Some(text), _) => Content::Text(checked(text, version)?),
        (Some(2), _, Some(image)) => Content::Picture(image),
        _ => return Err(RuleError::not_offered("watermark", SEMI_BLIND)),
    };
    Ok(Arc::new(BlindMark { content, version, level, ignores_error: ignores }))
}

/// Refuses texts that are too long, or that the version does not take.
fn checked(text: String, version: Option<u8>) -> Result<String, RuleError> {
    if text.len() > TEXT_BYTES_MAX || text.contains('\0') {
        let expected = format!("a text of at most {TEXT_BYTES_MAX} bytes without NUL");
        return Err(RuleError::out_of_range("text", format!("{} bytes", text.len()), expected));
    }
    if version == Some(1) && !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(RuleError::out_of_range("text", text, "digits and letters, as version 1.0 takes them"));
    }
    Ok(text)
}

impl fmt::Display for BlindMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, word, content) = match &self.content {
            Content::Text(text) => (3, "text", text.as_str()),
            Content::Picture(reference) => (2, "image", reference.text()),
        };
        write!(f, "3/type/{kind}/{word}/{}", base64url::encode(content.as_bytes()))?;
        self.level.iter().try_for_each(|level| write!(f, "/level/{level}"))?;
        self.version.iter().try_for_each(|version| write!(f, "/version/{version}.0"))?;
        if self.ignores_error { f.write_str("/ignore-error/1") } else { Ok(()) }
    }
}

impl Operation for BlindMark {
    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.ignore_error |= self.ignores_error;
    }

    fn assets(&self) -> Vec<AssetReference> {
        match &self.content {
            Content::Picture(reference) => vec![reference.clone()],
            Content::Text(_) => Vec::new(),
        }
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let format = planner.source_format();
        if planner.frame_count > 1 || format == ImageFormat::Gif {
            return Err(ImageError::NotForFormat { operation: "watermark", format });
        }
        match &self.content {
            Content::Text(text) => self.plan_text(text, planner),
            Content::Picture(reference) => self.plan_picture(reference, planner),
        }
    }
}

impl BlindMark {
    fn plan_text(&self, text: &str, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let size = planner.size();
        if self.version == Some(2) && size.width_px.min(size.height_px) < VERSION_2_SIDE_PX_MIN {
            let side_px_min = VERSION_2_SIDE_PX_MIN;
            return Err(ImageError::TooSmall { operation: "watermark", dimensions: size, side_px_min });
        }
        let (version, level) = (self.version.unwrap_or(0), self.level.unwrap_or(LEVEL_DEFAULT));
        let mark = HideText { text: text.to_owned(), version, level };
        mark.check(size)?;
        planner.apply(Arc::new(mark));
        Ok(())
    }

    fn plan_picture(&self, reference: &AssetReference, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let (asset, size) = (Arc::clone(planner.assets().get(reference)?), planner.size());
        let Dimensions { width_px, height_px } = asset.dimensions();
        let fits = |mark: u32, side: u32| u64::from(mark) * u64::from(PICTURE_RATIO) <= u64::from(side);
        if !fits(width_px, size.width_px) || !fits(height_px, size.height_px) {
            let message = format!(
                "the mark is {width_px}x{height_px}, an image of {size} carries at most an eighth of its sides"
            );
            return Err(ImageError::InvalidForImage { operation: "watermark", message });
        }
        HidePicture::check(size)?;
        let (version, level) = (self.version.unwrap_or(0), self.level.unwrap_or(LEVEL_DEFAULT));
        planner.apply(Arc::new(HidePicture { mark: asset, version, level }));
        Ok(())
    }
}
#[cfg(test)]
mod tests {
    use crate::rule::{Rule, RuleErrorKind};

    #[test]
    fn marks_are_read_and_printed() {
        for text in [
            "watermark/3/type/3/text/VUlOMTIzNDU2Nzg",
            "watermark/3/type/3/text/VUlOMTIzNDU2Nzg/level/3/version/3.0/ignore-error/1",
            "watermark/4/type/3",
            "watermark/4/type/3/version/1.0",
            "watermark/3/type/2/image/aHR0cDovL2EvYg/level/2",
            "watermark/4/type/2/image/aHR0cDovL2EvYg/version/2.0",
        ] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
        // The sample of the manual.
        let sample: Rule = "watermark/3/type/3/text/dGVuY2VudCBjbG91ZA==".parse().unwrap();
        assert_eq!(sample.to_string(), "watermark/3/type/3/text/dGVuY2VudCBjbG91ZA");
    }

    #[test]
    fn wmb_06_grammar_comes_before_what_is_not_offered() {
        let kind = |text: &str| text.parse::<Rule>().unwrap_err().kind;
        for text in [
            "watermark/3",
            "watermark/3/text/YWJj",
            "watermark/3/type/3",
            "watermark/3/type/3/text/@@",
            "watermark/3/type/3/text/YWJj/version/4.0",
            "watermark/3/type/3/text/YWJj/text/YWJj",
            "watermark/3/type/3/text/YWJj/dx/5",
            "watermark/3/type/2/text/YWJj",
            "watermark/4",
            "watermark/4/type/3/level/1",
            "watermark/4/type/2",
            "watermark/4/type/3|imageMogr2/rotate/90",
        ] {
            assert_eq!(kind(text), RuleErrorKind::Syntax, "{text}");
        }
        let long = format!("watermark/3/type/3/text/{}", "YWFh".repeat(86));
        for text in [
            "watermark/3/type/4/text/YWJj",
            "watermark/3/type/3/text/YWJj/level/4",
            "watermark/3/type/3/text/YSBi/version/1.0",
            &long,
        ] {
            assert_eq!(kind(text), RuleErrorKind::OutOfRange, "{text}");
        }
        for text in ["watermark/3/type/1/image/aHR0cDovL2E", "watermark/4/type/1/image/aHR0cDovL2E"] {
            assert_eq!(kind(text), RuleErrorKind::NotOffered, "{text}");
        }
    }
}
