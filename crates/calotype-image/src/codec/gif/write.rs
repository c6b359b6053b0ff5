//! Writes frames as patches: only what changed is stored, in the colours of the frame before where they suit.

use std::borrow::Cow;

use gif::{DisposalMethod, Encoder, Frame, Repeat};

use super::palette::{Palette, Pixel};
use crate::{
    Dimensions, ImageError, ImageFormat, Layout, Raster,
    codec::{EncodeRequest, FrameSink},
};

/// Alpha from this on is opaque: half of full scale. Source: spec/ci/format.md, 1.
const OPAQUE_ALPHA_MIN: u8 = 128;

/// The index of pixels that stay as they are, in palettes that have one.
const TRANSPARENT: u8 = 0;

/// Which pixels of an area are drawn.
#[derive(PartialEq, Eq)]
enum Choice {
    ChangedPixels,
    AllPixels,
}

/// A GIF under construction.
pub(super) struct Writer {
    width: u16,
    height: u16,
    dimensions: Dimensions,
    animated: bool,
    repeat: Option<Repeat>,
    colors_max: usize,
    /// The first one is the file's; frames of later ones carry their own table.
    palettes: Vec<Table>,
    /// Packed frames, and the palette of each.
    frames: Vec<(Frame<'static>, usize)>,
    /// The canvas as it is shown with the frame that waits.
    shown: Vec<Pixel>,
    /// The last frame: how it is disposed of depends on the next one.
    waiting: Option<Patch>,
    /// Time shown so far, which keeps rounding to hundredths from adding up.
    elapsed_ms: u64,
}

/// A palette as it is written.
struct Table {
    palette: Palette,
    /// Whether index 0 stands for pixels that stay as they are. Colours come behind it, so that more may follow.
    has_transparent: bool,
}

/// An area of indexes that is still to be packed.
struct Patch {
    area: Area,
    indexes: Vec<u8>,
    uses_transparency: bool,
    table: usize,
    delay: u16,
}

/// Columns `left..right` and rows `top..bottom` of the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Writer {
    pub(super) fn begin(request: EncodeRequest<'_>) -> Result<Self, ImageError> {
        let Dimensions { width_px, height_px } = request.dimensions;
        let (Ok(width), Ok(height)) = (u16::try_from(width_px), u16::try_from(height_px)) else {
            return Err(failed(request.dimensions, "a side is over 65535"));
        };
        let animated = request.frame_count > 1;
        let repeat = match request.loop_count {
            0 => Some(Repeat::Infinite),
            1 => None,
            plays => Some(Repeat::Finite(u16::try_from(plays - 1).unwrap_or(u16::MAX))),
        };
        Ok(Self {
            width,
            height,
            dimensions: request.dimensions,
            animated,
            repeat: repeat.filter(|_| animated),
            colors_max: usize::from(request.settings.palette_colors_max.clamp(2, 256)),
            palettes: Vec::new(),
            frames: Vec::new(),
            shown: vec![0; request.dimensions.pixels() as usize],
            waiting: None,
            elapsed_ms: 0,
        })
    }

    /// Makes the waiting frame clear its area where pixels turn transparent, which patches cannot do themselves.
    fn settle_waiting(&mut self, next: &[Pixel]) -> Result<(), ImageError> {
        let Some(mut patch) = self.waiting.take() else { return Ok(()) };
        let width = usize::from(self.width);
        let cleared =
            Area::where_differs(&self.shown, next, width, |before, after| before != 0 && after == 0);
        let Some(cleared) = cleared else { return self.pack(patch, DisposalMethod::Keep) };
        if !self.palettes[patch.table].has_transparent {
            return Err(self.failure("an opaque frame turned transparent"));
        }
        patch.grow(patch.area.union(cleared));
        for y in patch.area.top..patch.area.bottom {
            self.shown[y * width + patch.area.left..y * width + patch.area.right].fill(0);
        }
        self.pack(patch, DisposalMethod::Background)
    }

    /// The part of `next` that differs from what is shown, in the colours of a palette.
    fn make_patch(&mut self, next: &[Pixel], layout: Layout, delay: u16) -> Result<Patch, ImageError> {
        let width = usize::from(self.width);
        let whole = Area { left: 0, top: 0, right: width, bottom: usize::from(self.height) };
        // The first frame covers the canvas, for viewers that would show the ground otherwise. A frame that
        // changes nothing still has its time, so it keeps one pixel.
        let area = match Area::where_differs(&self.shown, next, width, |before, after| before != after) {
            _ if self.palettes.is_empty() => whole,
            Some(area) => area,
            None => Area { left: 0, top: 0, right: 1, bottom: 1 },
        };
        let pixels: Vec<Pixel> = area.pixels(next, width).collect();
        let before = area.pixels(&self.shown, width);
        let mut drawn: Vec<Pixel> = pixels
            .iter()
            .zip(before)
            .map(|(after, before)| if *after == before { 0 } else { *after })
            .collect();
        if self.choose_palette(&pixels, &drawn, layout)? == Choice::AllPixels {
            drawn = pixels;
        }
        let table = self.palettes.len() - 1;
        let uses_transparency = drawn.contains(&0);
        let indexes = self.palettes[table].indexes(&drawn, area.right - area.left, !self.animated);
        Ok(Patch { area, indexes, uses_transparency, table, delay })
    }

    /// Keeps the last palette where it suits, and makes one that does otherwise: exact if there are few colours, even
    /// if pixels that stay as they are have to be drawn again for it.
    fn choose_palette(
        &mut self,
        pixels: &[Pixel],
        drawn: &[Pixel],
        layout: Layout,
    ) -> Result<Choice, ImageError> {
        let opaque: Vec<Pixel> = drawn.iter().copied().filter(|pixel| *pixel != 0).collect();
        let needs_transparent = opaque.len() < drawn.len();
        let last = self.palettes.last_mut().filter(|last| last.has_transparent || !needs_transparent);
        if last.is_some_and(|last| last.palette.suits(&opaque)) {
            return Ok(Choice::ChangedPixels);
        }
        let has_transparent = needs_transparent || self.animated;
        let colors_max = self.colors_max - usize::from(has_transparent);
        if let Some(palette) = Palette::exact(&opaque, colors_max) {
            self.palettes.push(Table { palette, has_transparent });
            return Ok(Choice::ChangedPixels);
        }
        if layout == Layout::Rgb
            && let Some(palette) = Palette::exact(pixels, self.colors_max)
        {
            self.palettes.push(Table { palette, has_transparent: false });
            return Ok(Choice::AllPixels);
        }
        self.palettes.push(Table { palette: Palette::chosen(&opaque, colors_max)?, has_transparent });
        Ok(Choice::ChangedPixels)
    }

    /// Compresses a frame, so that the raw indexes of one frame at a time are held.
    fn pack(&mut self, patch: Patch, dispose: DisposalMethod) -> Result<(), ImageError> {
        let Area { left, top, right, bottom } = patch.area;
        let mut frame = Frame {
            delay: patch.delay,
            dispose,
            transparent: patch.uses_transparency.then_some(TRANSPARENT),
            left: left as u16,
            top: top as u16,
            width: (right - left) as u16,
            height: (bottom - top) as u16,
            buffer: Cow::Owned(patch.indexes),
            ..Frame::default()
        };
        frame.make_lzw_pre_encoded();
        self.frames.push((frame, patch.table));
        Ok(())
    }

    /// Puts the packed frames behind the first palette, which by now has all of its colours.
    fn assemble(self) -> Result<Vec<u8>, gif::EncodingError> {
        let tables: Vec<_> = self.palettes.iter().map(Table::to_bytes).collect();
        let global = tables.first().map(Vec::as_slice).unwrap_or_default();
        let mut encoder = Encoder::new(Vec::new(), self.width, self.height, global)?;
        if let Some(repeat) = self.repeat {
            encoder.set_repeat(repeat)?;
        }
        for (mut frame, table) in self.frames {
            frame.palette = tables.get(table).filter(|_| table > 0).cloned();
            encoder.write_lzw_pre_encoded_frame(&frame)?;
        }
        encoder.into_inner()
    }

    /// Hundredths of a second for this frame, so that rounding never adds up over frames.
    fn delay(&mut self, duration_ms: u32) -> u16 {
        let before = (self.elapsed_ms + 5) / 10;
        self.elapsed_ms += u64::from(duration_ms);
        u16::try_from((self.elapsed_ms + 5) / 10 - before).unwrap_or(u16::MAX)
    }

    fn failure(&self, reason: &str) -> ImageError {
        failed(self.dimensions, reason)
    }
}

impl FrameSink for Writer {
    fn push(&mut self, raster: &Raster, duration_ms: u32) -> Result<(), ImageError> {
        if raster.dimensions() != self.dimensions {
            return Err(self.failure("a frame has another size"));
        }
        let next = pixels_of(raster);
        self.settle_waiting(&next)?;
        let delay = self.delay(duration_ms);
        self.waiting = Some(self.make_patch(&next, raster.layout(), delay)?);
        self.shown = next;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<u8>, ImageError> {
        if let Some(patch) = self.waiting.take() {
            self.pack(patch, DisposalMethod::Keep)?;
        }
        if self.frames.is_empty() {
            return Err(self.failure("there is no frame"));
        }
        let dimensions = self.dimensions;
        self.assemble().map_err(|error| failed(dimensions, error))
    }
}

impl Table {
    /// Red, green and blue of every index.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = if self.has_transparent { vec![0; 3] } else { Vec::new() };
        bytes.extend(self.palette.table());
        bytes
    }

    fn indexes(&mut self, pixels: &[Pixel], width: usize, still: bool) -> Vec<u8> {
        let first = u8::from(self.has_transparent);
        let palette = &mut self.palette;
        if still && !palette.is_exact() {
            return dither(pixels, width, palette, first);
        }
        let index = |pixel: &Pixel| if *pixel == 0 { TRANSPARENT } else { first + palette.index_of(*pixel) };
        pixels.iter().map(index).collect()
    }
}

impl Patch {
    /// Makes the area larger; new pixels leave the canvas as it is.
    fn grow(&mut self, area: Area) {
        if area == self.area {
            return;
        }
        let width = area.right - area.left;
        let mut indexes = vec![TRANSPARENT; width * (area.bottom - area.top)];
        let old_width = self.area.right - self.area.left;
        for (row, y) in self.indexes.chunks_exact(old_width).zip(self.area.top - area.top..) {
            let start = y * width + self.area.left - area.left;
            indexes[start..start + old_width].copy_from_slice(row);
        }
        self.uses_transparency = true;
        self.indexes = indexes;
        self.area = area;
    }
}

impl Area {
    fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The smallest area with all pixels that differ in the given sense.
    fn where_differs(
        before: &[Pixel],
        after: &[Pixel],
        width: usize,
        differs: impl Fn(Pixel, Pixel) -> bool,
    ) -> Option<Self> {
        let mut found: Option<Self> = None;
        let rows = before.chunks_exact(width).zip(after.chunks_exact(width));
        for (y, (before, after)) in rows.enumerate().filter(|(_, (before, after))| before != after) {
            let mut columns = before.iter().zip(after).map(|(before, after)| differs(*before, *after));
            let Some(left) = columns.position(|differs| differs) else { continue };
            let last = left + columns.rposition(|differs| differs).map_or(0, |at| at + 1);
            let row = Self { left, top: y, right: last + 1, bottom: y + 1 };
            found = Some(found.map_or(row, |area| area.union(row)));
        }
        found
    }

    fn pixels(self, canvas: &[Pixel], width: usize) -> impl Iterator<Item = Pixel> {
        let rows = canvas.chunks_exact(width).skip(self.top).take(self.bottom - self.top);
        rows.flat_map(move |row| &row[self.left..self.right]).copied()
    }
}

/// Pixels with alpha 0 or 255; transparent ones are all 0, whatever colour they had.
fn pixels_of(raster: &Raster) -> Vec<Pixel> {
    match raster.layout() {
        Layout::Rgb => {
            let (pixels, _) = raster.samples().as_chunks::<3>();
            pixels.iter().map(|[red, green, blue]| Pixel::from_le_bytes([*red, *green, *blue, 255])).collect()
        }
        Layout::Rgba => {
            let (pixels, _) = raster.samples().as_chunks::<4>();
            let pixel = |[red, green, blue, alpha]: &[u8; 4]| match *alpha {
                OPAQUE_ALPHA_MIN.. => Pixel::from_le_bytes([*red, *green, *blue, 255]),
                _ => 0,
            };
            pixels.iter().map(pixel).collect()
        }
    }
}

/// Floyd-Steinberg: what a pixel misses is handed on to its neighbours. Frames of animations are not dithered,
/// since the pattern would crawl and cost bytes.
fn dither(pixels: &[Pixel], width: usize, palette: &mut Palette, first: u8) -> Vec<u8> {
    let mut indexes = Vec::with_capacity(pixels.len());
    // One column more on either side, so that neighbours need no check.
    let mut this_row = vec![[0_i32; 3]; width + 2];
    let mut next_row = this_row.clone();
    for row in pixels.chunks_exact(width) {
        for (x, pixel) in row.iter().enumerate() {
            if *pixel == 0 {
                indexes.push(TRANSPARENT);
                continue;
            }
            let [red, green, blue, _] = pixel.to_le_bytes();
            let missed = this_row[x + 1];
            let [red, green, blue] = [(red, 0), (green, 1), (blue, 2)]
                .map(|(sample, channel)| (i32::from(sample) + missed[channel] / 16).clamp(0, 255));
            let index = palette.index_of(Pixel::from_le_bytes([red as u8, green as u8, blue as u8, 255]));
            indexes.push(first + index);
            let drawn = palette.color(index).to_le_bytes();
            for (channel, wanted) in [red, green, blue].into_iter().enumerate() {
                let error = wanted - i32::from(drawn[channel]);
                this_row[x + 2][channel] += error * 7;
                next_row[x][channel] += error * 3;
                next_row[x + 1][channel] += error * 5;
                next_row[x + 2][channel] += error;
            }
        }
        std::mem::swap(&mut this_row, &mut next_row);
        next_row.fill([0; 3]);
    }
    indexes
}

fn failed(dimensions: Dimensions, reason: impl std::fmt::Display) -> ImageError {
    ImageError::Encoder { format: ImageFormat::Gif, dimensions, reason: reason.to_string() }
}
