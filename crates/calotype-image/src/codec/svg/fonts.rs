//! Text in drawings is drawn in the fonts that every build carries; fonts of the system are never looked at.

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb::{Database, FaceInfo, ID, Language, Source, Stretch, Style, Weight};
use resvg::usvg::{Font, FontFamily, FontResolver};

use crate::text::EMBEDDED_FILES;

/// Weight from which letters are bold.
const BOLD_WEIGHT_MIN: u16 = 600;

/// What the embedded fonts are, in their order.
const NAMES: [&str; 4] = ["Noto Sans SC", "Noto Sans Bold", "Noto Serif SC", "Noto Emoji"];

/// Places of the embedded fonts.
const SANS: usize = 0;
const BOLD: usize = 1;
const SERIF: usize = 2;

static EMBEDDED: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for (file, name) in EMBEDDED_FILES.into_iter().zip(NAMES) {
        // Named here: the files are cut down to their glyphs, and a file without names would be left out in silence.
        fonts.push_face_info(FaceInfo {
            id: ID::dummy(),
            source: Source::Binary(Arc::new(file)),
            index: 0,
            families: vec![(name.to_owned(), Language::English_UnitedStates)],
            post_script_name: name.to_owned(),
            style: Style::Normal,
            weight: Weight::NORMAL,
            stretch: Stretch::Normal,
            monospaced: false,
        });
    }
    Arc::new(fonts)
});

/// The embedded fonts.
pub(super) fn database() -> Arc<Database> {
    Arc::clone(&EMBEDDED)
}

/// Chooses the font that looks most like the one a drawing names; what it lacks is looked for in the others.
pub(super) fn resolver() -> FontResolver<'static> {
    FontResolver {
        select_font: Box::new(|font, fonts| fonts.faces().nth(place(font)).map(|face| face.id)),
        select_fallback: FontResolver::default_fallback_selector(),
    }
}

fn place(font: &Font) -> usize {
    match font.families().first() {
        Some(FontFamily::Serif) => SERIF,
        _ if font.weight() >= BOLD_WEIGHT_MIN => BOLD,
        _ => SANS,
    }
}
