//! Lays the stored patches of a GIF on one another as a viewer does.

use std::{
    io::{Chain, Cursor, Read},
    num::NonZeroU64,
};

use gif::{ColorOutput, DecodeOptions, Decoder, DisposalMethod, MemoryLimit};

use super::{structure::Structure, unreadable};
use crate::{Dimensions, Frame, ImageError, ImageHeader, Layout, Raster, codec::FrameSource};

/// Pixels that a single patch may have even on a smaller canvas.
const PATCH_PIXELS_MIN: u64 = 50_000_000;

/// A file, perhaps with a palette put in behind its header.
type Bytes<'a> = Chain<Cursor<Vec<u8>>, &'a [u8]>;

/// Header and screen descriptor.
const HEAD_BYTES: usize = 13;

/// Reads patch after patch and keeps the canvas between them.
pub(super) struct Compositor<'a> {
    decoder: Decoder<Bytes<'a>>,
    canvas: Raster,
    frames_left: u32,
    loop_count: u32,
    disposal: Disposal,
}

/// What happens to the last patch before the next one is drawn.
enum Disposal {
    Keep,
    /// The area becomes transparent: viewers ignore the background colour.
    Clear(Area),
    /// The area becomes what it was before the patch.
    Restore(Area, Vec<u8>),
}

/// The part of a patch that lies on the canvas.
#[derive(Clone, Copy)]
struct Area {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl<'a> Compositor<'a> {
    /// The header's size was checked against the limits, so the canvas may be allocated.
    pub(super) fn open(bytes: &'a [u8], header: &ImageHeader) -> Result<Self, ImageError> {
        let mut options = DecodeOptions::new();
        options.set_color_output(ColorOutput::Indexed);
        options.allow_unknown_blocks(true);
        let patch_pixels_max = header.dimensions.pixels().max(PATCH_PIXELS_MIN);
        if let Some(limit) = NonZeroU64::new(patch_pixels_max) {
            options.set_memory_limit(MemoryLimit::Bytes(limit));
        }
        let decoder = options.read_info(with_palette(bytes)).map_err(unreadable)?;
        let layout = if header.has_alpha { Layout::Rgba } else { Layout::Rgb };
        let samples = vec![0; header.dimensions.pixels() as usize * layout.channels()];
        let canvas = Raster::from_samples(header.dimensions, layout, samples)
            .ok_or_else(|| unreadable("the canvas is too large"))?;
        Ok(Self {
            decoder,
            canvas,
            frames_left: header.frame_count,
            loop_count: Structure::read(bytes)?.loop_count,
            disposal: Disposal::Keep,
        })
    }

    fn dispose(&mut self) {
        match std::mem::replace(&mut self.disposal, Disposal::Keep) {
            Disposal::Keep => {}
            Disposal::Clear(area) => {
                area.rows(&mut self.canvas).for_each(|row| row.fill(0));
            }
            Disposal::Restore(area, saved) => {
                let saved_rows = saved.chunks_exact((area.width * self.canvas.layout().channels()).max(1));
                area.rows(&mut self.canvas)
                    .zip(saved_rows)
                    .for_each(|(row, saved)| row.copy_from_slice(saved));
            }
        }
    }

    /// Draws the next patch and remembers how to take it away again; its delay in milliseconds.
    fn draw_next(&mut self) -> Result<Option<u32>, ImageError> {
        let Some(patch) = self.decoder.read_next_frame().map_err(unreadable)? else { return Ok(None) };
        let area = Area::of(patch, self.canvas.dimensions());
        let duration_ms = u32::from(patch.delay) * 10;
        let disposal = match patch.dispose {
            DisposalMethod::Any | DisposalMethod::Keep => Disposal::Keep,
            DisposalMethod::Background => Disposal::Clear(area),
            DisposalMethod::Previous => Disposal::Restore(
                area,
                area.rows(&mut self.canvas).flat_map(|row| row.iter().copied()).collect(),
            ),
        };
        let table = self.decoder.palette().map_err(unreadable)?;
        let Some(patch) = self.decoder.current_frame_info() else { return Ok(None) };
        let colors = lookup(table, patch.transparent);
        let opaque = self.canvas.layout() == Layout::Rgb;
        let stride = usize::from(patch.width).max(1);
        let rows = area.rows(&mut self.canvas).zip(patch.buffer.chunks_exact(stride));
        if opaque {
            rows.for_each(|(target, source)| draw_row::<3>(target, source, &colors));
        } else {
            rows.for_each(|(target, source)| draw_row::<4>(target, source, &colors));
        }
        self.disposal = disposal;
        Ok(Some(duration_ms))
    }
}

/// Files without a palette are shown in shades of gray, where the decoder would give up.
fn with_palette(bytes: &[u8]) -> Bytes<'_> {
    let (head, rest) = bytes.split_at(bytes.len().min(HEAD_BYTES));
    let mut head = head.to_vec();
    if let Some(flags) = head.get_mut(10).filter(|flags| **flags & 0x80 == 0) {
        *flags |= 0x87;
        head.extend((0..=255).flat_map(|level| [level; 3]));
    }
    Cursor::new(head).chain(rest)
}

impl FrameSource for Compositor<'_> {
    fn next_frame(&mut self) -> Result<Option<Frame>, ImageError> {
        if self.frames_left == 0 {
            return Ok(None);
        }
        self.frames_left -= 1;
        self.dispose();
        let duration_ms = self.draw_next()?;
        Ok(duration_ms.map(|duration_ms| Frame { raster: self.canvas.clone(), duration_ms }))
    }

    fn loop_count(&self) -> u32 {
        self.loop_count
    }
}

impl Area {
    fn of(patch: &gif::Frame<'_>, canvas: Dimensions) -> Self {
        let clip = |start: u16, length: u16, end: u32| {
            let start = usize::from(start).min(end as usize);
            (start, usize::from(length).min(end as usize - start))
        };
        let (left, width) = clip(patch.left, patch.width, canvas.width_px);
        let (top, height) = clip(patch.top, patch.height, canvas.height_px);
        Self { left, top, width, height }
    }

    fn rows(self, canvas: &mut Raster) -> impl Iterator<Item = &mut [u8]> {
        let channels = canvas.layout().channels();
        let (start, end) = (self.left * channels, (self.left + self.width) * channels);
        let row_bytes = canvas.row_bytes();
        let rows = canvas.samples_mut().chunks_exact_mut(row_bytes).skip(self.top).take(self.height);
        rows.map(move |row| &mut row[start..end])
    }
}

/// Colours by index; `None` leaves the canvas as it is. Indexes beyond the table are black in common viewers.
fn lookup(table: &[u8], transparent: Option<u8>) -> [Option<[u8; 4]>; 256] {
    let mut colors = [Some([0, 0, 0, 255]); 256];
    for (color, entry) in colors.iter_mut().zip(table.chunks_exact(3)) {
        *color = Some([entry[0], entry[1], entry[2], 255]);
    }
    if let Some(index) = transparent {
        colors[usize::from(index)] = None;
    }
    colors
}

fn draw_row<const CHANNELS: usize>(target: &mut [u8], indexes: &[u8], colors: &[Option<[u8; 4]>; 256]) {
    let (pixels, _) = target.as_chunks_mut::<CHANNELS>();
    for (pixel, index) in pixels.iter_mut().zip(indexes) {
        if let Some(color) = &colors[usize::from(*index)] {
            pixel.copy_from_slice(&color[..CHANNELS]);
        }
    }
}
