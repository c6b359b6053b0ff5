//! Text as shapes: which font has a character, where glyphs stand, and what their outlines cover.
//!
//! It knows no picture and no colour. Everything is measured in ems until it is drawn.

mod embedded;
mod font;
mod fonts;
mod layout;
mod outline;

pub(crate) use embedded::FILES as EMBEDDED_FILES;
pub use fonts::{Fonts, UnreadableFont};
pub(crate) use layout::TextLayout;
pub(crate) use outline::Placing;
