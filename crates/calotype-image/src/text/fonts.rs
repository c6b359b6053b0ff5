//! All fonts at hand, found by name, and asked one after the other for a character.
//!
//! Spec: spec/ci/watermark.md, 3

use std::sync::Arc;

use bytes::Bytes;

use super::{
    embedded::{self, EMOJI, SANS},
    font::Font,
};

/// The embedded fonts, and those that the operator has added. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub struct Fonts(Arc<[AddedFont]>);

#[derive(Debug)]
struct AddedFont {
    name: String,
    font: Arc<Font>,
}

/// A file that was given as a font and is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the font {0:?} cannot be read: expected TrueType or OpenType with outlines")]
pub struct UnreadableFont(pub String);

impl Fonts {
    /// Adds fonts to the embedded ones.
    ///
    /// - `files`: name of each file, such as `simsun.ttc`, and its bytes; of a collection the first font is taken.
    ///   Where a character is missing in the font a rule names, they are asked in this order.
    pub fn with(files: impl IntoIterator<Item = (String, Bytes)>) -> Result<Self, UnreadableFont> {
        let read = |(name, bytes): (String, Bytes)| match Font::read(bytes) {
            Some(font) => Ok(AddedFont { name, font: Arc::new(font) }),
            None => Err(UnreadableFont(name)),
        };
        Ok(Self(files.into_iter().map(read).collect::<Result<_, _>>()?))
    }

    /// The font that a rule names, or what stands for it, and after it those that are asked for what it does not have.
    pub(super) fn chain(&self, name: &str) -> Chain {
        let named = self.named(name).unwrap_or_else(|| embedded::substitute(&simplified(name)));
        let mut fonts = vec![Arc::clone(named), Arc::clone(&SANS)];
        fonts.extend(self.0.iter().map(|added| Arc::clone(&added.font)));
        Chain { fonts }
    }

    /// A font the operator has added: by its exact name, or by its name as people spell it.
    fn named(&self, name: &str) -> Option<&Arc<Font>> {
        let exact = self.0.iter().find(|added| added.name == name);
        let alike = || self.0.iter().find(|added| simplified(&added.name) == simplified(name));
        exact.or_else(alike).map(|added| &added.font)
    }
}

/// A name without its extension, in lower case, and without the Chinese part that some names end with.
pub(super) fn simplified(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    match stem.trim_end_matches(|letter: char| !letter.is_ascii()) {
        "" => stem,
        latin => latin.to_owned(),
    }
}

/// Fonts in the order in which they are asked.
pub(super) struct Chain {
    fonts: Vec<Arc<Font>>,
}

impl Chain {
    /// The font that a rule names.
    pub(super) fn first(&self) -> &Arc<Font> {
        &self.fonts[0]
    }

    /// The first font that has everything that is to be drawn as one; else the first that has its beginning; else the
    /// first of all, which shows that something is missing.
    pub(super) fn font_for(&self, cluster: &str) -> &Arc<Font> {
        // Text with an emoji sign behind it, or a sequence of signs, is meant as an emoji.
        let emoji_first = cluster.contains(['\u{FE0F}', '\u{200D}', '\u{20E3}']);
        let fonts = || {
            let emoji = std::iter::once(&*EMOJI);
            emoji.clone().filter(move |_| emoji_first).chain(&self.fonts).chain(emoji)
        };
        let has_all = |font: &&Arc<Font>| cluster.chars().filter(|c| !is_ignorable(*c)).all(|c| font.has(c));
        let has_first = |font: &&Arc<Font>| cluster.chars().next().is_some_and(|c| font.has(c));
        fonts().find(has_all).or_else(|| fonts().find(has_first)).unwrap_or_else(|| self.first())
    }
}

/// Whether a character only says how others are shown.
fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' | '\u{2060}' | '\u{FEFF}' | '\u{E0020}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_people_spell_them() {
        for name in ["simfang仿宋.ttf", "SimFang.ttf", "SIMFANG"] {
            assert_eq!(simplified(name), "simfang", "{name}");
        }
        assert_eq!(simplified("幼圆.TTF"), "幼圆");
        assert_eq!(simplified("STHeiti-Light.ttc"), "stheiti-light");
        assert_eq!(simplified(".SFUI-Regular"), "");
    }

    #[test]
    fn wmt_17_a_font_of_the_operator_is_found_by_its_name() {
        let file = Bytes::from_static(include_bytes!("../../fonts/NotoEmoji-Regular.subset.ttf"));
        let fonts = Fonts::with([("signs图.ttf".to_owned(), file)]).unwrap();
        for name in ["signs图.ttf", "Signs.TTF", "signs"] {
            assert!(Arc::ptr_eq(fonts.chain(name).first(), &fonts.0[0].font), "{name}");
        }
        assert!(Arc::ptr_eq(fonts.chain("tahoma.ttf").first(), &SANS));
        assert!(Arc::ptr_eq(fonts.chain("an unknown font").first(), &SANS));
        assert!(!Arc::ptr_eq(fonts.chain("simsun宋体.ttc").first(), &SANS));
    }

    #[test]
    fn what_is_no_font_is_named() {
        let file = Bytes::from_static(b"not a font");
        assert_eq!(
            Fonts::with([("a.ttf".to_owned(), file)]).unwrap_err(),
            UnreadableFont("a.ttf".to_owned())
        );
    }

    #[test]
    fn every_character_goes_to_a_font_that_has_it() {
        let chain = Fonts::default().chain("tahoma.ttf");
        for (cluster, expected) in [
            ("é", &*SANS),
            ("中", &*SANS),
            ("か", &*SANS),
            ("1", &*SANS),
            ("😀", &*EMOJI),
            ("❤\u{FE0F}", &*EMOJI),
        ] {
            assert!(Arc::ptr_eq(chain.font_for(cluster), expected), "{cluster}");
        }
        assert!(Arc::ptr_eq(chain.font_for("\u{10FFFD}"), chain.first()));
    }
}
