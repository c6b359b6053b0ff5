//! One font: characters to glyphs, glyphs to outlines.

use std::fmt;

use bytes::Bytes;
use harfrust::{Direction, ShapeOptions, ShaperData, UnicodeBuffer};
use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};

/// A font file that was found to be readable.
pub(crate) struct Font {
    data: Bytes,
    /// Tables for shaping, made once.
    shaper: ShaperData,
    units_per_em: f64,
    /// From the base line to the top of a line.
    pub(crate) ascent_em: f64,
    /// From the base line to the bottom of a line.
    pub(crate) descent_em: f64,
}

/// A glyph of some text, measured in ems.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShapedGlyph {
    pub(crate) id: u32,
    /// How far the next glyph is.
    pub(crate) advance_em: f64,
    /// How far from its place on the base line it is drawn; up is positive.
    pub(crate) offset_em: (f64, f64),
}

impl Font {
    /// Reads a font file, or the first font of a collection. `None` where it is none, or has no outlines.
    pub(crate) fn read(data: Bytes) -> Option<Self> {
        let font = FontRef::from_index(&data, 0).ok()?;
        font.outline_glyphs().format()?;
        let metrics = font.metrics(Size::unscaled(), LocationRef::default());
        let units_per_em = f64::from(metrics.units_per_em.max(1));
        let (ascent_em, descent_em) =
            (f64::from(metrics.ascent) / units_per_em, -f64::from(metrics.descent) / units_per_em);
        let shaper = ShaperData::new(&font);
        // A font that tells nonsense about its lines gets those of most others.
        let is_sound = ascent_em.is_finite() && descent_em.is_finite() && ascent_em + descent_em > 0.1;
        let (ascent_em, descent_em) = if is_sound { (ascent_em, descent_em) } else { (0.8, 0.2) };
        Some(Self { data, shaper, units_per_em, ascent_em, descent_em })
    }

    /// Whether it has a glyph for a character.
    pub(crate) fn has(&self, character: char) -> bool {
        self.face().charmap().map(character).is_some_and(|glyph| glyph != GlyphId::NOTDEF)
    }

    /// Glyphs of text in one script and direction, from left to right.
    pub(crate) fn shape(&self, text: &str, is_rightward: bool) -> Vec<ShapedGlyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(if is_rightward { Direction::LeftToRight } else { Direction::RightToLeft });
        buffer.guess_segment_properties();
        let face = self.face();
        let shaped = self.shaper.shaper(&face).build().shape(buffer, ShapeOptions::new());
        let em = |units: i32| f64::from(units) / self.units_per_em;
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
        let glyph = |(info, at): (&harfrust::GlyphInfo, &harfrust::GlyphPosition)| ShapedGlyph {
            id: info.glyph_id,
            advance_em: em(at.x_advance),
            offset_em: (em(at.x_offset), em(at.y_offset)),
        };
        glyphs.map(glyph).collect()
    }

    /// Draws the outline of a glyph, in units of which [`Self::units_per_em`] make an em; up is positive.
    pub(crate) fn draw(&self, glyph: u32, pen: &mut impl OutlinePen) {
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        if let Some(outline) = self.face().outline_glyphs().get(GlyphId::new(glyph)) {
            // A damaged glyph is drawn as far as it goes.
            drop(outline.draw(settings, pen));
        }
    }

    /// Units of an outline that make an em.
    pub(crate) fn units_per_em(&self) -> f64 {
        self.units_per_em
    }

    fn face(&self) -> FontRef<'_> {
        FontRef::from_index(&self.data, 0).expect("the font was read before")
    }
}

impl fmt::Debug for Font {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Font").field("size_bytes", &self.data.len()).finish_non_exhaustive()
    }
}
