//! Lines of text, shaped: every glyph and its place.

use std::{ops::Range, sync::Arc};

use unicode_bidi::BidiInfo;
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use super::{
    font::{Font, ShapedGlyph},
    fonts::{Chain, Fonts},
    outline::{Outline, Placing},
};
use crate::{Dimensions, kernel::Coverage};

/// Text in its box. The origin is the top-left corner; down is positive.
#[derive(Debug)]
pub(crate) struct TextLayout {
    glyphs: Vec<Glyph>,
    /// Advance of the longest line.
    pub(crate) width_em: f64,
    /// All lines, each as high as the font that was named says.
    pub(crate) height_em: f64,
}

#[derive(Debug)]
struct Glyph {
    font: Arc<Font>,
    id: u32,
    x_em: f64,
    /// Of the base line.
    y_em: f64,
    advance_em: f64,
}

impl TextLayout {
    /// Shapes a text in a font; line breaks begin a new line, and other control characters are blanks.
    ///
    /// - `font_name`: as a rule writes it; any name will do.
    pub(crate) fn new(fonts: &Fonts, font_name: &str, text: &str) -> Self {
        let chain = fonts.chain(font_name);
        let text = text.replace("\r\n", "\n");
        let lines: Vec<Line> =
            text.split(['\n', '\r', '\u{2028}', '\u{2029}']).map(|line| Line::new(&chain, line)).collect();
        let width_em = lines.iter().map(|line| line.width_em).fold(0.0, f64::max);
        let line_height_em = chain.first().ascent_em + chain.first().descent_em;
        let height_em = line_height_em * lines.len() as f64;
        let mut glyphs = Vec::new();
        for (number, line) in lines.into_iter().enumerate() {
            let left_em = if line.is_rightward { 0.0 } else { width_em - line.width_em };
            let base_em = chain.first().ascent_em + line_height_em * number as f64;
            glyphs.extend(line.glyphs.into_iter().map(|glyph| Glyph {
                x_em: glyph.x_em + left_em,
                y_em: glyph.y_em + base_em,
                ..glyph
            }));
        }
        Self { glyphs, width_em, height_em }
    }

    /// What the text covers of a canvas.
    ///
    /// - `placing`: from ems to pixels of the canvas; what lies outside of it is cut off.
    /// - Returns 0 to 255 for each pixel.
    pub(crate) fn coverage(&self, placing: &Placing, canvas: Dimensions) -> Vec<u8> {
        let mut coverage = Coverage::new(canvas);
        let mut outline = Outline::default();
        for glyph in &self.glyphs {
            // Glyphs reach beyond their advance, but not by much.
            if placing.reaches((glyph.x_em, glyph.y_em), glyph.advance_em.abs() + 2.0, canvas) {
                outline.begin(placing.for_glyph(glyph.x_em, glyph.y_em, glyph.font.units_per_em()));
                glyph.font.draw(glyph.id, &mut outline);
                coverage.add(outline.edges());
            }
        }
        coverage.finish()
    }
}

struct Line {
    /// With places from the start of the line, on the base line.
    glyphs: Vec<Glyph>,
    width_em: f64,
    is_rightward: bool,
}

impl Line {
    fn new(chain: &Chain, text: &str) -> Self {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let bidi = BidiInfo::new(&text, None);
        let is_rightward = bidi.paragraphs.first().is_none_or(|paragraph| paragraph.level.is_ltr());
        let mut line = Self { glyphs: Vec::new(), width_em: 0.0, is_rightward };
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let is_rightward = levels[run.start].is_ltr();
                line.push_run(chain, &text[run], is_rightward);
            }
        }
        line
    }

    /// Adds text of one direction, behind what is there already.
    fn push_run(&mut self, chain: &Chain, text: &str, is_rightward: bool) {
        let mut pieces = pieces(chain, text);
        if !is_rightward {
            pieces.reverse();
        }
        for (range, font) in pieces {
            for shaped in font.shape(&text[range], is_rightward) {
                let (right_em, up_em) = shaped.offset_em;
                let x_em = self.width_em + right_em;
                let ShapedGlyph { id, advance_em, .. } = shaped;
                self.glyphs.push(Glyph { font: Arc::clone(&font), id, x_em, y_em: -up_em, advance_em });
                self.width_em += advance_em;
            }
        }
    }
}

/// Parts of a text that one font draws and that have one script.
fn pieces(chain: &Chain, text: &str) -> Vec<(Range<usize>, Arc<Font>)> {
    let mut pieces: Vec<(Range<usize>, Arc<Font>)> = Vec::new();
    let mut script = Script::Common;
    for (start, cluster) in text.grapheme_indices(true) {
        let font = chain.font_for(cluster);
        let range = start..start + cluster.len();
        let own = cluster.chars().map(|c| c.script()).find(|script| !is_shared(*script)).unwrap_or(script);
        match pieces.last_mut() {
            Some((piece, last)) if Arc::ptr_eq(last, font) && (own == script || is_shared(script)) => {
                piece.end = range.end;
            }
            _ => pieces.push((range, Arc::clone(font))),
        }
        script = own;
    }
    pieces
}

/// Blanks, digits and the like belong to the script around them.
fn is_shared(script: Script) -> bool {
    matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

#[cfg(test)]
mod tests;
