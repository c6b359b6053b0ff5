//! Rules without knowing their grammar by heart: builders that print the text of the wire.
//!
//! ```
//! use calotype_client::rule::{Geometry, Gravity, ImageMark, ImageMogr2};
//!
//! let rule = ImageMogr2::new()
//!     .thumbnail(Geometry::Width(1080))
//!     .quality(80)
//!     .then(ImageMark::key("logo.png").gravity(Gravity::NorthEast).scaled_to_width(100));
//! assert_eq!(
//!     rule.to_string(),
//!     "imageMogr2/thumbnail/1080x/quality/80|watermark/1/image_key/bG9nby5wbmc/gravity/northeast/scatype/1/spcent/100"
//! );
//! ```
//!
//! Values are sent as they are given; the server knows their ranges and names the one that is wrong. A word that is
//! said twice is refused by it as well. Spec: spec/ci/README.md, 2.1.

mod image_mogr2;
mod image_view2;
#[cfg(test)]
mod tests;
mod values;
mod watermark;

use std::fmt::{self, Display, Write};

pub use image_mogr2::ImageMogr2;
pub use image_view2::ImageView2;
pub use values::{Color, Flip, Format, Geometry, Gravity, Label, SizeLimit};
pub use watermark::{ImageMark, TextMark};

/// Segments that are carried out one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule(String);

impl Rule {
    /// Adds a segment: one of the builders here, or plain text such as `imageInfo`.
    pub fn then(mut self, segment: impl Display) -> Self {
        write!(self.0, "|{segment}").expect("text is written to memory");
        self
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A verb, and words with their values behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words(String);

impl Words {
    fn begin(verb: &str) -> Self {
        Self(verb.to_owned())
    }

    fn word(&mut self, word: &str) {
        write!(self.0, "/{word}").expect("text is written to memory");
    }

    fn pair(&mut self, word: &str, value: impl Display) {
        write!(self.0, "/{word}/{value}").expect("text is written to memory");
    }
}

/// What every builder of a segment has: words with values, a next segment, and its text.
macro_rules! segment {
    ($builder:ident { $($(#[$doc:meta])* $method:ident($value:ident: $kind:ty) => $word:literal;)* }) => {
        impl $builder {
            $($(#[$doc])*
            pub fn $method(mut self, $value: $kind) -> Self {
                self.0.pair($word, $value);
                self
            })*

            /// Returns the original instead of an error where the picture is too large or a value out of range.
            pub fn ignore_error(mut self) -> Self {
                self.0.pair("ignore-error", 1);
                self
            }

            /// Goes on with another segment, see [`Rule::then`](super::Rule::then).
            pub fn then(self, segment: impl std::fmt::Display) -> super::Rule {
                super::Rule(self.to_string()).then(segment)
            }
        }

        impl std::fmt::Display for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0.0)
            }
        }
    };
}
use segment;
