//! What a bucket says about its pictures.
//!
//! Spec: spec/ci/styles.md, 3 to 5; spec/ci/extras.md, A4.

use calotype_protocol::endpoint::{ImageSlim, Setting, StyleSeparators};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::ObjectKey;
use calotype_protocol::xml::XmlBody;
use calotype_store::Documents;
use http::HeaderValue;

use crate::error::ApiError;
use crate::processing::X_ERR_NO;

/// Extensions of what is protected as an original. Source: spec/ci/styles.md, 4.
const PROTECTED_EXTENSIONS: [&str; 13] =
    ["jpg", "jpeg", "png", "bmp", "gif", "webp", "tiff", "tif", "avif", "heif", "heic", "apng", "svg"];

/// The number of a refusal to show an original.
const PROTECTED_NUMBER: i32 = -154;

/// The settings of a bucket that are about pictures, understood.
#[derive(Debug)]
pub struct PictureSettings {
    /// The characters that stand between keys and styles, in the order in which they are tried.
    pub separators: Vec<char>,
    /// Whether originals can be had through styles alone.
    pub protects_originals: bool,
    /// Whether JPEG downloads are to be compressed harder.
    pub guetzli: bool,
    /// When pictures are slimmed; none where slimming is off.
    pub slimming: Option<ImageSlim>,
}

impl Default for PictureSettings {
    fn default() -> Self {
        Self::read(&Documents::new())
    }
}

impl PictureSettings {
    /// Reads what a bucket keeps; texts were checked before they were kept.
    pub fn read(documents: &Documents) -> Self {
        let text = |setting: Setting| documents.get(setting.name());
        Self {
            separators: text(Setting::StyleSeparators)
                .map_or_else(|| StyleSeparators::default().0, |kept| kept.chars().collect()),
            protects_originals: text(Setting::OriginProtect).is_some(),
            guetzli: text(Setting::Guetzli).is_some(),
            slimming: text(Setting::ImageSlim).and_then(|kept| ImageSlim::from_xml(kept).ok()),
        }
    }

    /// Whether plain downloads of this key are slimmed.
    pub fn slims(&self, key: &ObjectKey) -> bool {
        let suffixes = self.slimming.as_ref().and_then(|slimming| slimming.automatic.as_ref());
        let (Some(suffixes), Some(extension)) = (suffixes, extension(key)) else { return false };
        suffixes.iter().any(|suffix| suffix.trim_start_matches('.').eq_ignore_ascii_case(extension))
    }

    /// Whether the original of this key can be had through styles alone.
    pub fn protects(&self, key: &ObjectKey) -> bool {
        let is_picture = |extension: &str| {
            PROTECTED_EXTENSIONS.iter().any(|protected| protected.eq_ignore_ascii_case(extension))
        };
        self.protects_originals && extension(key).is_some_and(is_picture)
    }
}

/// The refusal to show a protected original.
pub fn protected() -> ApiError {
    let message = "The original of this image is protected; it can be downloaded through a style.";
    ApiError::new(ErrorCode::AccessDenied, message).with_header(X_ERR_NO, HeaderValue::from(PROTECTED_NUMBER))
}

fn extension(key: &ObjectKey) -> Option<&str> {
    let name = key.as_str().rsplit('/').next()?;
    name.rsplit_once('.').map(|(_, extension)| extension)
}
