//! Picture formats, their names on the wire and how their first bytes look.

use std::fmt;

/// A picture format. Recognising one does not mean that a codec for it is built in, see [`crate::codec`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageFormat {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG with one frame.
    Png,
    /// PNG with animation chunks.
    Apng,
    /// GIF, still or animated.
    Gif,
    /// WebP, lossy, lossless, still or animated.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// TIFF; only the first page is read.
    Tiff,
    /// AV1 image.
    Avif,
    /// HEIF with HEVC inside (`heic`, `heix`, `mif1`).
    Heif,
    /// Windows icon.
    Ico,
    /// SVG, which is text.
    Svg,
}

impl ImageFormat {
    /// Lower-case name as `imageInfo` and `ProcessResults/Object/Format` spell it. Source: spec/ci/info.md, 1.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Apng => "apng",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Avif => "avif",
            Self::Heif => "heif",
            Self::Ico => "ico",
            Self::Svg => "svg",
        }
    }

    /// The media type of such a picture. Source: spec/ci/README.md, 1.1.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Apng => "image/apng",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Avif => "image/avif",
            Self::Heif => "image/heif",
            Self::Ico => "image/x-icon",
            Self::Svg => "image/svg+xml",
        }
    }

    /// Whether pixels of this format can be partly transparent.
    pub fn has_alpha(self) -> bool {
        !matches!(self, Self::Jpeg | Self::Bmp)
    }

    /// Whether an encoder of this format takes a quality from 0 to 100.
    pub fn has_quality(self) -> bool {
        matches!(self, Self::Jpeg | Self::WebP | Self::Avif | Self::Heif)
    }

    /// Whether this format can hold several timed frames.
    pub fn can_animate(self) -> bool {
        matches!(self, Self::Gif | Self::WebP | Self::Apng)
    }
}

impl fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
