//! `watermark/2`: a text as the mark.
//!
//! Spec: spec/ci/watermark.md, 2

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use super::{
    clear_text,
    grid::{Grid, Seen},
    manner::Manner,
    read_pairs, unknown_name,
};
use crate::{
    Color, Dimensions, ImageError, Layout, PixelOperation, Raster,
    kernel::Stamp,
    ops::Operation,
    plan::Planner,
    rule::{Args, Modifiers, RuleError, base64url},
    text::{Placing, TextLayout},
};

/// Characters of one text. Source: spec/ci/watermark.md, 2.
const CHARACTERS_MAX: usize = 1_024;
const DEFAULT_FONT: &str = "tahoma.ttf";
const DEFAULT_SIZE_PX: u32 = 13;
const DEFAULT_FILL: Color = Color { red: 0x3D, green: 0x3D, blue: 0x3D };

/// A text to be laid on the picture that enters the segment.
#[derive(Debug, Clone, PartialEq)]
struct TextMark {
    text: String,
    font: String,
    /// `fontsize`: pixels of an em, unless the mark is scaled by the picture.
    size_px: u32,
    fill: Color,
    /// How dark the shadow is, 0 to 100.
    shadow_percent: u8,
    manner: Manner,
}

pub(super) fn parse(args: &mut Args<'_>, ignores_error: &mut bool) -> Result<Arc<dyn Operation>, RuleError> {
    let mut mark = TextMark {
        text: String::new(),
        font: DEFAULT_FONT.to_owned(),
        size_px: DEFAULT_SIZE_PX,
        fill: DEFAULT_FILL,
        shadow_percent: 0,
        manner: Manner::default(),
    };
    let (mut has_text, mut ignores) = (false, false);
    let refused = read_pairs(args, &mut ignores, |name, args| {
        match name {
            "text" => {
                has_text = true;
                mark.text = read_text(args)?;
            }
            "font" => mark.font = clear_text(args)?,
            "fontsize" => mark.size_px = args.integer(1..=2_000)?,
            "fill" => mark.fill = read_fill(args)?,
            "shadow" => mark.shadow_percent = args.integer(0..=100)?,
            _ => return mark.manner.read(name, args).unwrap_or_else(|| Err(unknown_name(args))),
        }
        Ok(())
    })?;
    mark.manner.ignores_error = ignores;
    *ignores_error |= ignores;
    if !has_text {
        return Err(RuleError::syntax("watermark", "", "text/<base64url>"));
    }
    if let Some(error) = refused {
        return Err(error);
    }
    mark.manner.check()?;
    Ok(Arc::new(mark))
}

fn read_text(args: &mut Args<'_>) -> Result<String, RuleError> {
    let text = clear_text(args)?;
    let count = text.chars().count();
    if count > CHARACTERS_MAX {
        let expected = format!("at most {CHARACTERS_MAX} characters");
        return Err(args.out_of_range(format!("{count} characters"), expected));
    }
    Ok(text)
}

fn read_fill(args: &mut Args<'_>) -> Result<Color, RuleError> {
    let text = clear_text(args)?;
    let color = Color::from_name(&text).or_else(|| Color::from_hex(&text));
    color.ok_or_else(|| args.syntax(text, "a colour such as #3D3D3D, or one of the 16 basic names"))
}

impl fmt::Display for TextMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base64 = |text: &str| base64url::encode(text.as_bytes());
        write!(f, "2/text/{}", base64(&self.text))?;
        if self.font != DEFAULT_FONT {
            write!(f, "/font/{}", base64(&self.font))?;
        }
        if self.size_px != DEFAULT_SIZE_PX {
            write!(f, "/fontsize/{}", self.size_px)?;
        }
        if self.fill != DEFAULT_FILL {
            write!(f, "/fill/{}", base64(&self.fill.to_string()))?;
        }
        if self.shadow_percent != 0 {
            write!(f, "/shadow/{}", self.shadow_percent)?;
        }
        write!(f, "{}", self.manner)
    }
}

impl Operation for TextMark {
    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.ignore_error |= self.manner.ignores_error;
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let layout = TextLayout::new(planner.assets().fonts(), &self.font, &self.text);
        if layout.width_em <= 0.0 {
            return Ok(()); // nothing but characters that are not shown
        }
        let picture = planner.size();
        let size_px = self
            .manner
            .factor((layout.width_em, layout.height_em), picture)
            .unwrap_or_else(|| f64::from(self.size_px));
        let shadow_px = if self.shadow_percent == 0 { 0.0 } else { (size_px * 0.06).round().max(1.0) };
        let side = |em: f64| (em * size_px + shadow_px).ceil().max(1.0) as u32;
        let boxed = Dimensions { width_px: side(layout.width_em), height_px: side(layout.height_em) };
        planner.apply(Arc::new(Drawing {
            layout,
            size_px,
            shadow_px,
            boxed,
            angle_degrees: self.manner.angle_degrees(),
            grid: self.manner.grid(boxed, picture),
            fill: self.fill,
            shadow_percent: self.shadow_percent,
            opacity_percent: self.manner.dissolve_percent,
            stamp: OnceLock::new(),
        }));
        Ok(())
    }
}

/// A text for one picture, every number settled.
#[derive(Debug)]
struct Drawing {
    layout: TextLayout,
    size_px: f64,
    /// How far the shadow lies to the right and down.
    shadow_px: f64,
    /// Size of text and shadow before they are turned.
    boxed: Dimensions,
    angle_degrees: u16,
    grid: Grid,
    fill: Color,
    shadow_percent: u8,
    opacity_percent: u8,
    /// Made for the first frame. Frames of one source have one layout.
    stamp: OnceLock<Stamp>,
}

impl Drawing {
    /// A part of the mark behind what is cut off, made ready for pictures of a layout.
    fn stamp(&self, cut: (u32, u32), part: Dimensions, layout: Layout) -> Stamp {
        let covered = self.covered(cut, part, 0.0);
        let opacity = u32::from(self.opacity_percent);
        if self.shadow_percent == 0 {
            let shares = covered.iter().map(|share| (u32::from(*share), 0));
            return Stamp::new(part, layout, shares.map(|(text, shade)| self.pixel(text, shade, opacity)));
        }
        let shaded = self.covered(cut, part, self.shadow_px);
        let shares = covered.iter().zip(&shaded).map(|(text, shade)| {
            // What of the shadow is seen beside the text.
            let shade = u32::from(*shade) * u32::from(self.shadow_percent) * u32::from(255 - text);
            (u32::from(*text), (shade + 12_750) / 25_500)
        });
        Stamp::new(part, layout, shares.map(|(text, shade)| self.pixel(text, shade, opacity)))
    }

    /// Premultiplied colour of a pixel of which text and black shadow cover shares of 255.
    fn pixel(&self, text: u32, shade: u32, opacity_percent: u32) -> [u8; 4] {
        let part = |share: u32| ((share * opacity_percent + 50) / 100) as u8;
        let text_alpha = u32::from(part(text));
        let color = |color: u8| ((u32::from(color) * text_alpha + 127) / 255) as u8;
        [color(self.fill.red), color(self.fill.green), color(self.fill.blue), part(text + shade)]
    }

    /// What the text covers of a part of the mark, moved by some pixels to the right and down before it is turned.
    fn covered(&self, cut: (u32, u32), part: Dimensions, moved_px: f64) -> Vec<u8> {
        let (sine, cosine) = f64::from(self.angle_degrees).to_radians().sin_cos();
        let centre = |size: Dimensions| (f64::from(size.width_px) / 2.0, f64::from(size.height_px) / 2.0);
        let (inner, outer) = (centre(self.boxed), centre(self.grid.mark));
        let (x, y) = (moved_px - inner.0, moved_px - inner.1);
        let origin_px = (
            outer.0 + x * cosine - y * sine - f64::from(cut.0),
            outer.1 + x * sine + y * cosine - f64::from(cut.1),
        );
        self.layout.coverage(&Placing { size_px: self.size_px, turn: (sine, cosine), origin_px }, part)
    }
}

impl PixelOperation for Drawing {
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        let (picture, mark) = (frame.dimensions(), self.grid.mark);
        if mark.pixels() > picture.pixels() {
            // No more of it is made than can be seen. Places do not overlap, so all parts together are no larger than
            // the picture.
            for (left, top) in self.grid.corners(picture) {
                if let Some(seen) = Seen::of((left, top), mark, picture) {
                    let stamp = self.stamp(seen.cut, seen.size, frame.layout());
                    stamp.draw(frame, seen.corner.0, seen.corner.1);
                }
            }
            return Ok(());
        }
        let made = || self.stamp((0, 0), mark, frame.layout());
        let stamp = match self.stamp.get_or_init(made) {
            stamp if stamp.layout() == frame.layout() => stamp,
            _ => &made(),
        };
        for (left, top) in self.grid.corners(picture) {
            stamp.draw(frame, left, top);
        }
        Ok(())
    }

    /// Of text and shadow the sums and shares, and the stamp, for a mark of at most the size of the picture.
    fn extra_bytes(&self, frame_bytes: u64) -> u64 {
        (self.grid.mark.pixels() * 20).min(frame_bytes * 5)
    }
}
