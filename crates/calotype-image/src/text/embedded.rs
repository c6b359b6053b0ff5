//! The fonts that every build carries, and which of them stands for a font of the vendor's list.
//!
//! `fonts/make_fonts.py` makes them; their licence is beside them. Spec: spec/ci/watermark.md, 3

use std::sync::{Arc, LazyLock};

use bytes::Bytes;

use super::font::Font;

/// How letters look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Sans,
    Bold,
    Serif,
}

const SANS_FILE: &[u8] = include_bytes!("../../fonts/NotoSansSC-Regular.subset.ttf");
const BOLD_FILE: &[u8] = include_bytes!("../../fonts/NotoSans-Bold.subset.ttf");
const SERIF_FILE: &[u8] = include_bytes!("../../fonts/NotoSerifSC-Regular.subset.ttf");
const EMOJI_FILE: &[u8] = include_bytes!("../../fonts/NotoEmoji-Regular.subset.ttf");

/// The files themselves, for drawings: sans first, then bold, serif and emoji.
pub(crate) const FILES: [&[u8]; 4] = [SANS_FILE, BOLD_FILE, SERIF_FILE, EMOJI_FILE];

/// Latin and Chinese without serifs: what is drawn wherever no other font has a character.
pub(super) static SANS: LazyLock<Arc<Font>> = LazyLock::new(|| embedded(SANS_FILE));
static BOLD: LazyLock<Arc<Font>> = LazyLock::new(|| embedded(BOLD_FILE));
static SERIF: LazyLock<Arc<Font>> = LazyLock::new(|| embedded(SERIF_FILE));
/// Emoji in one colour.
pub(super) static EMOJI: LazyLock<Arc<Font>> = LazyLock::new(|| embedded(EMOJI_FILE));

/// Names of the vendor's list as [`super::fonts::simplified`] spells them. Names that are not here are sans.
const CLASSES: [(&str, Class); 5] = [
    ("ahronbd", Class::Bold),
    ("ariblk", Class::Bold),
    ("simfang", Class::Serif),
    ("simkai", Class::Serif),
    ("simsun", Class::Serif),
];

/// The font that stands for a name.
pub(super) fn substitute(simplified_name: &str) -> &'static Arc<Font> {
    let class = CLASSES.iter().find(|(name, _)| *name == simplified_name).map(|(_, class)| *class);
    match class.unwrap_or(Class::Sans) {
        Class::Sans => &SANS,
        Class::Bold => &BOLD,
        Class::Serif => &SERIF,
    }
}

fn embedded(file: &'static [u8]) -> Arc<Font> {
    Arc::new(Font::read(Bytes::from_static(file)).expect("the embedded fonts are sound"))
}
