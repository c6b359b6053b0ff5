//! `watermark`: a picture or a text laid on every frame.
//!
//! Spec: spec/ci/watermark.md.

use calotype_protocol::encoding::base64url;

use super::{Color, Gravity, Words, segment};

/// A mark that is a picture of the source's bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageMark(Words);

/// A mark that is a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMark(Words);

/// Both kinds are placed, scaled and repeated in the same way.
macro_rules! mark {
    ($builder:ident { $($own:tt)* }) => {
        segment! { $builder {
            /// Where in the picture; bottom right without.
            gravity(place: Gravity) => "gravity";
            /// Moves it inwards from the left or right edge.
            dx(pixels: i32) => "dx";
            /// Moves it inwards from the upper or lower edge.
            dy(pixels: i32) => "dy";
            /// Opacity, 1 to 100; 90 without.
            dissolve(percent: u8) => "dissolve";
            $($own)*
        } }

        impl $builder {
            /// Scales it to this share of the picture's width, 1 to 1000.
            pub fn scaled_to_width(self, permille: u32) -> Self {
                self.scaled(1, permille)
            }

            /// Scales it to this share of the picture's height, 1 to 1000.
            pub fn scaled_to_height(self, permille: u32) -> Self {
                self.scaled(2, permille)
            }

            /// Scales it to this share of the picture's area, 1 to 250.
            pub fn scaled_to_area(self, permille: u32) -> Self {
                self.scaled(3, permille)
            }

            fn scaled(mut self, kind: u8, permille: u32) -> Self {
                self.0.pair("scatype", kind);
                self.0.pair("spcent", permille);
                self
            }

            /// Repeats it over the whole picture.
            ///
            /// - `degrees`: clockwise turn of each tile, 0 to 360.
            /// - `spacing_percent`: gap between tiles in percent of the mark's sides, 0 to 100.
            pub fn tiled(mut self, degrees: u16, spacing_percent: u8) -> Self {
                self.0.pair("batch", 1);
                self.0.pair("degree", degrees);
                self.0.pair("spacing", spacing_percent);
                self
            }
        }
    };
}

mark! { ImageMark {} }

mark! { TextMark {
    /// Pixels of an em, 1 to 2000; 13 without.
    font_size(pixels: u32) => "fontsize";
    /// How dark the shadow is, 0 to 100; none without.
    shadow(percent: u8) => "shadow";
} }

impl ImageMark {
    /// By its address on the server, which may be signed or carry an instruction of its own.
    pub fn url(url: &str) -> Self {
        Self::new("image", url)
    }

    /// By its key in the bucket of the source.
    pub fn key(key: &str) -> Self {
        Self::new("image_key", key)
    }

    fn new(name: &str, value: &str) -> Self {
        let mut words = Words::begin("watermark/1");
        words.pair(name, base64url(value));
        Self(words)
    }

    /// Scales a mark down that is larger than the picture.
    pub fn shrink_to_fit(mut self) -> Self {
        self.0.pair("blogo", 1);
        self
    }

    /// Keeps the middle of a mark that is larger than the picture.
    pub fn crop_to_fit(mut self) -> Self {
        self.0.pair("blogo", 2);
        self
    }
}

impl TextMark {
    /// One or more lines.
    pub fn new(text: &str) -> Self {
        let mut words = Words::begin("watermark/2");
        words.pair("text", base64url(text));
        Self(words)
    }

    /// The name of a font, such as `simhei黑体.ttf`; `tahoma.ttf` without.
    pub fn font(mut self, name: &str) -> Self {
        self.0.pair("font", base64url(name));
        self
    }

    /// Its colour; dark gray without.
    pub fn fill(mut self, color: Color) -> Self {
        self.0.pair("fill", base64url(&color.to_string()));
        self
    }
}
