//! Counts frames by stepping over blocks; no pixel data is unpacked.

use super::unreadable;
use crate::{Dimensions, ImageError, bytes_at::u16_le};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

const DISPOSE_TO_BACKGROUND: u8 = 2;

/// What the blocks of a file tell without their pixels.
#[derive(Debug)]
pub(super) struct Structure {
    /// The screen, made larger where the first frame reaches beyond it.
    pub canvas: Dimensions,
    /// Image descriptors found, at least 1. The last one may be cut off.
    pub frame_count: u32,
    /// How often the animation plays, 0 = forever.
    pub loop_count: u32,
    /// Whether some pixel of some composited frame may be transparent.
    pub may_show_through: bool,
    /// Behind the trailer, where there is one.
    pub end: Option<usize>,
}

impl Structure {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ImageError> {
        let cut_off = || unreadable("the header is cut off");
        let screen_width = u16_le(bytes, 6).ok_or_else(cut_off)?;
        let screen_height = u16_le(bytes, 8).ok_or_else(cut_off)?;
        let flags = *bytes.get(10).ok_or_else(cut_off)?;
        let mut blocks = Blocks { bytes, at: 13 + color_table_bytes(flags) };
        let mut structure = Self {
            canvas: Dimensions { width_px: screen_width.into(), height_px: screen_height.into() },
            frame_count: 0,
            loop_count: 1,
            may_show_through: false,
            end: None,
        };
        while structure.take_block(&mut blocks).is_some() {}
        if structure.frame_count == 0 {
            return Err(unreadable("there is no frame"));
        }
        if structure.canvas.pixels() == 0 {
            return Err(unreadable("the canvas has no pixels"));
        }
        Ok(structure)
    }

    /// Steps over one block; `None` at the trailer, at the end of the bytes and at anything unknown.
    fn take_block(&mut self, blocks: &mut Blocks<'_>) -> Option<()> {
        match blocks.byte()? {
            EXTENSION => self.take_extension(blocks),
            IMAGE => self.take_image(blocks),
            TRAILER => {
                self.end = Some(blocks.at);
                None
            }
            _ => None,
        }
    }

    fn take_extension(&mut self, blocks: &mut Blocks<'_>) -> Option<()> {
        let label = blocks.byte()?;
        let first = blocks.sub_block()?;
        match (label, first) {
            (GRAPHIC_CONTROL, [flags, ..]) => {
                let disposal = flags >> 2 & 7;
                self.may_show_through |= flags & 1 == 1 || disposal == DISPOSE_TO_BACKGROUND;
            }
            (APPLICATION, b"NETSCAPE2.0" | b"ANIMEXTS1.0") => {
                if let [1, low, high, ..] = *blocks.sub_block()? {
                    // The number counts repetitions after the first play.
                    let repeats = u32::from(u16::from_le_bytes([low, high]));
                    self.loop_count = if repeats == 0 { 0 } else { repeats + 1 };
                }
            }
            // The empty block that ends a series was the first one.
            (_, []) => return Some(()),
            _ => {}
        }
        blocks.skip_sub_blocks()
    }

    fn take_image(&mut self, blocks: &mut Blocks<'_>) -> Option<()> {
        let descriptor = blocks.take(9)?;
        let [left, top, width, height] = [0, 2, 4, 6].map(|at| u16_le(descriptor, at).map(u32::from));
        let (right, bottom) = (left? + width?, top? + height?);
        if self.frame_count == 0 {
            self.canvas.width_px = self.canvas.width_px.max(right);
            self.canvas.height_px = self.canvas.height_px.max(bottom);
            let whole = left == Some(0)
                && top == Some(0)
                && self.canvas == (Dimensions { width_px: right, height_px: bottom });
            self.may_show_through |= !whole;
        }
        self.frame_count += 1;
        blocks.take(color_table_bytes(descriptor[8]))?;
        let _code_size = blocks.byte()?;
        blocks.skip_sub_blocks()
    }
}

fn color_table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

struct Blocks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Blocks<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn sub_block(&mut self) -> Option<&'a [u8]> {
        let count = self.byte()?;
        self.take(count.into())
    }

    fn skip_sub_blocks(&mut self) -> Option<()> {
        while !self.sub_block()?.is_empty() {}
        Some(())
    }
}
