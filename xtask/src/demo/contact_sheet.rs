//! Pictures side by side on a white sheet, each with a caption.

use anyhow::{Result, bail, ensure};

use super::letters;

/// Width and height of each picture on the sheet.
pub(super) const TILE_PX: (usize, usize) = (320, 240);

const COLUMNS: usize = 3;
const MARGIN_PX: usize = 16;
/// Height of a caption's line with the space around it.
const CAPTION_PX: usize = 26;
/// Each dot of a letter is a square of this side.
const DOT_PX: usize = 2;
const INK: [u8; 3] = [0x33, 0x33, 0x33];

/// RGB, 8 bits, rows top to bottom.
pub(super) struct ContactSheet {
    width_px: usize,
    height_px: usize,
    pixels: Vec<u8>,
    count: usize,
}

impl ContactSheet {
    /// A white sheet for so many pictures.
    pub(super) fn new(pictures: usize) -> Self {
        let rows = pictures.div_ceil(COLUMNS);
        let width_px = MARGIN_PX + COLUMNS * (TILE_PX.0 + MARGIN_PX);
        let height_px = MARGIN_PX + rows * (TILE_PX.1 + CAPTION_PX);
        Self { width_px, height_px, pixels: vec![0xFF; width_px * height_px * 3], count: 0 }
    }

    /// Adds a PNG of at most [`TILE_PX`] in the next free place.
    pub(super) fn add(&mut self, tile: &[u8], caption: &str) -> Result<()> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(tile)).read_info()?;
        let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let info = reader.next_frame(&mut pixels)?;
        let channels = match (info.color_type, info.bit_depth) {
            (png::ColorType::Rgb, png::BitDepth::Eight) => 3,
            (png::ColorType::Rgba, png::BitDepth::Eight) => 4,
            other => bail!("a tile of {other:?}"),
        };
        let (width, height) = (info.width as usize, info.height as usize);
        ensure!(width <= TILE_PX.0 && height <= TILE_PX.1, "a tile of {width}x{height}");

        let left = MARGIN_PX + self.count % COLUMNS * (TILE_PX.0 + MARGIN_PX);
        let top = MARGIN_PX + self.count / COLUMNS * (TILE_PX.1 + CAPTION_PX);
        for (y, row) in pixels.chunks_exact(width * channels).take(height).enumerate() {
            for (x, pixel) in row.chunks_exact(channels).enumerate() {
                self.set(left + x, top + y, [pixel[0], pixel[1], pixel[2]]);
            }
        }
        self.write(caption, left, top + TILE_PX.1 + 6);
        self.count += 1;
        Ok(())
    }

    /// The sheet as a PNG.
    pub(super) fn into_png(self) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width_px as u32, self.height_px as u32);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(file)
    }

    fn write(&mut self, text: &str, left: usize, top: usize) {
        for (place, letter) in text.chars().enumerate() {
            for (x, y) in letters::dots(letter) {
                let (x, y) = (left + (place * letters::ADVANCE + x) * DOT_PX, top + y * DOT_PX);
                for (dx, dy) in (0..DOT_PX).flat_map(|dy| (0..DOT_PX).map(move |dx| (dx, dy))) {
                    self.set(x + dx, y + dy, INK);
                }
            }
        }
    }

    fn set(&mut self, x: usize, y: usize, color: [u8; 3]) {
        if x < self.width_px && y < self.height_px {
            let at = (y * self.width_px + x) * 3;
            self.pixels[at..at + 3].copy_from_slice(&color);
        }
    }
}
