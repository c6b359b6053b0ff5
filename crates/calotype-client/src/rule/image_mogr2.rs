//! `imageMogr2`: any operations, in the order they are added.
//!
//! Spec: spec/ci/README.md, 2.1 and 3.

use calotype_protocol::encoding::base64url;

use super::{Color, Flip, Format, Geometry, Gravity, Label, SizeLimit, Words, segment};

/// A segment of operations on pixels, frames and the encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageMogr2(Words);

segment! { ImageMogr2 {
    /// Scales.
    thumbnail(geometry: Geometry) => "thumbnail";
    /// Makes a circle of this radius around the middle.
    iradius(radius_px: u32) => "iradius";
    /// Rounds the corners.
    rradius(radius_px: u32) => "rradius";
    /// Turns clockwise by 0 to 360 degrees.
    rotate(degrees: u16) => "rotate";
    /// Mirrors.
    flip(direction: Flip) => "flip";
    /// Lightens (above 0) or darkens (below 0), -100 to 100.
    bright(percent: i32) => "bright";
    /// Raises (above 0) or lowers (below 0) the contrast, -100 to 100.
    contrast(percent: i32) => "contrast";
    /// Sharpens, 10 to 300.
    sharpen(strength: u32) => "sharpen";
    /// Where `cut` and `crop` take their window.
    gravity(place: Gravity) => "gravity";
    /// Moves that window inwards from the left or right edge.
    dx(pixels: i32) => "dx";
    /// Moves that window inwards from the upper or lower edge.
    dy(pixels: i32) => "dy";
    /// Writes another format.
    format(format: Format) => "format";
    /// At most this quality, 0 to 100.
    quality(quality: u8) => "quality";
    /// This share of the source's quality, in percent.
    rquality(percent: u8) => "rquality";
    /// At least this quality, 0 to 100.
    lquality(quality: u8) => "lquality";
    /// Reduces an animation to so many frames; 1 keeps the first thirty.
    cgif(frames: u32) => "cgif";
    /// Keeps every n-th frame of an animation.
    egif(interval: u32) => "egif";
    /// Keeps one frame of an animation, counted from 1.
    frame(number: u32) => "frame";
    /// Lets a JPEG have at most so many bytes, as far as quality can do that.
    size_limit(limit: SizeLimit) => "size-limit";
} }

impl ImageMogr2 {
    /// A segment without operations; at least one has to be added.
    #[allow(clippy::new_without_default, reason = "an empty segment is no rule yet")]
    pub fn new() -> Self {
        Self(Words::begin("imageMogr2"))
    }

    /// Undoes the turn that the orientation tag describes.
    pub fn auto_orient(mut self) -> Self {
        self.0.word("auto-orient");
        self
    }

    /// Leaves out tags, comments and profiles.
    pub fn strip(mut self) -> Self {
        self.0.word("strip");
        self
    }

    /// Fills up what `thumbnail` left free, in this colour; white without one.
    pub fn pad(mut self, color: Option<Color>) -> Self {
        self.0.pair("pad", 1);
        if let Some(color) = color {
            self.0.pair("color", base64url(&color.to_string()));
        }
        self
    }

    /// Keeps a window at an offset.
    pub fn cut(mut self, width_px: u32, height_px: u32, dx_px: i32, dy_px: i32) -> Self {
        self.0.pair("cut", format_args!("{width_px}x{height_px}x{dx_px}x{dy_px}"));
        self
    }

    /// Scales down until the size is covered, and keeps exactly that size. With one side, only cuts.
    pub fn crop(mut self, width_px: Option<u32>, height_px: Option<u32>) -> Self {
        let side = |side: Option<u32>| side.map_or_else(String::new, |side| side.to_string());
        self.0.pair("crop", format_args!("{}x{}", side(width_px), side(height_px)));
        self
    }

    /// Crops around a face.
    pub fn scrop(mut self, width_px: u32, height_px: u32) -> Self {
        self.0.pair("scrop", format_args!("{width_px}x{height_px}"));
        self
    }

    /// Cuts into tiles and keeps one of them, counted from 0. A side that is not given is the whole one.
    pub fn index_crop(mut self, width_px: Option<u32>, height_px: Option<u32>, index: u32) -> Self {
        self.0.word("indexcrop");
        for (word, side) in [("width", width_px), ("height", height_px)] {
            if let Some(side) = side {
                self.0.pair(word, side);
            }
        }
        self.0.pair("index", index);
        self
    }

    /// Blurs with a Gaussian of deviation `sigma`, cut off at `radius_px` from 1 to 50.
    pub fn blur(mut self, radius_px: u32, sigma: f32) -> Self {
        self.0.pair("blur", format_args!("{radius_px}x{sigma}"));
        self
    }

    /// Turns gray.
    pub fn grayscale(mut self) -> Self {
        self.0.pair("grayscale", 1);
        self
    }

    /// Writes a JPEG in several scans, or in one.
    pub fn interlace(mut self, on: bool) -> Self {
        self.0.pair("interlace", u8::from(on));
        self
    }

    /// Exactly this quality, even if the source has less.
    pub fn quality_forced(mut self, quality: u8) -> Self {
        self.0.pair("quality", format_args!("{quality}!"));
        self
    }

    /// As [`Self::size_limit`], but keeps the original where that is not larger.
    pub fn size_limit_or_original(mut self, limit: SizeLimit) -> Self {
        self.0.pair("size-limit", format_args!("{limit}!"));
        self
    }

    /// Makes a GIF of the source and these pictures of its bucket, each shown for some milliseconds. Must come last.
    pub fn animate<'a>(mut self, duration_ms: u32, images: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.pair("animate/duration", duration_ms);
        self.0.word("images");
        images.into_iter().for_each(|url| self.0.word(&base64url(url)));
        self
    }

    /// Labels generated content.
    pub fn aigc_metadata<'a>(mut self, fields: impl IntoIterator<Item = (Label, &'a str)>) -> Self {
        self.0.word("AIGCMetadata");
        for (field, value) in fields {
            self.0.pair(&field.to_string(), base64url(value));
        }
        self
    }
}
