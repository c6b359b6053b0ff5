//! At most 256 colours for one or more frames: the exact ones where they are few, well chosen ones otherwise.

use crate::ImageError;

use super::unreadable;

/// A pixel as red, green, blue, alpha from the lowest byte up. Alpha is 0 or 255.
pub(super) type Pixel = u32;

/// Pixels that choose the colours; more of them change the choice little and cost time.
const SAMPLE_PIXELS: usize = 1 << 16;

/// Slots of the exact look-up, four for each colour at the most.
const SLOTS_LOG2: u32 = 10;

/// Bits of each channel that the look-up of the nearest colour tells apart.
const CHANNEL_BITS: u32 = 6;

const UNKNOWN: u16 = u16::MAX;

/// A colour table with a fast way from colours to its indexes.
pub(super) struct Palette {
    colors: Vec<Pixel>,
    colors_max: usize,
    /// Open addressing: index + 1, or 0 for a free slot.
    slots: Vec<u16>,
    /// Index by the upper bits of a colour, filled as colours are met; empty in an exact palette.
    nearest: Vec<u16>,
    /// Squared difference a pixel that was found when the palette was made.
    mean_error: f64,
}

impl Palette {
    /// A palette with every colour of these opaque pixels, where it has room for them.
    pub(super) fn exact(pixels: &[Pixel], colors_max: usize) -> Option<Self> {
        let mut palette = Self::empty(colors_max);
        palette.extend(pixels).then_some(palette)
    }

    /// The colours that stand best for these opaque pixels.
    pub(super) fn chosen(pixels: &[Pixel], colors_max: usize) -> Result<Self, ImageError> {
        let step = pixels.len().div_ceil(SAMPLE_PIXELS);
        let sample: Vec<u8> =
            pixels.iter().step_by(step.max(1)).flat_map(|pixel| pixel.to_le_bytes()).collect();
        let image = quantizr::Image::new(&sample, sample.len() / 4, 1).map_err(unreadable)?;
        let mut options = quantizr::Options::default();
        options.set_max_colors(colors_max.clamp(2, 256) as i32).map_err(unreadable)?;
        let result = quantizr::QuantizeResult::quantize(&image, &options);
        let table = result.get_palette();
        let mut palette = Self::empty(colors_max);
        for color in table.entries.iter().take(table.count as usize) {
            palette.insert(u32::from_le_bytes([color.r, color.g, color.b, 255]));
        }
        palette.nearest = vec![UNKNOWN; 1 << (3 * CHANNEL_BITS)];
        palette.mean_error = palette.error_of(pixels);
        Ok(palette)
    }

    /// Whether these pixels can be drawn with this palette about as well as those it was made for. An exact one takes
    /// up their colours where it has room for all of them; indexes that were given keep their colours.
    pub(super) fn suits(&mut self, pixels: &[Pixel]) -> bool {
        if self.is_exact() {
            return self.extend(pixels);
        }
        self.error_of(pixels) <= self.mean_error * 1.25 + 2.0
    }

    /// Red, green and blue of every colour.
    pub(super) fn table(&self) -> Vec<u8> {
        self.colors.iter().flat_map(|color| color.to_le_bytes().into_iter().take(3)).collect()
    }

    /// Whether every pixel it was made for is in it.
    pub(super) fn is_exact(&self) -> bool {
        self.nearest.is_empty()
    }

    /// Index of the colour that comes nearest.
    pub(super) fn index_of(&mut self, pixel: Pixel) -> u8 {
        if self.nearest.is_empty() {
            return self.find(pixel).unwrap_or_else(|| self.search(pixel));
        }
        let [red, green, blue, _] =
            pixel.to_le_bytes().map(|channel| usize::from(channel >> (8 - CHANNEL_BITS)));
        let slot = (red << (2 * CHANNEL_BITS)) | (green << CHANNEL_BITS) | blue;
        if self.nearest[slot] == UNKNOWN {
            self.nearest[slot] = self.search(pixel).into();
        }
        self.nearest[slot] as u8
    }

    /// The colour at an index; indexes come from this palette.
    pub(super) fn color(&self, index: u8) -> Pixel {
        self.colors.get(usize::from(index)).copied().unwrap_or_default()
    }

    fn empty(colors_max: usize) -> Self {
        let slots = vec![0; 1 << SLOTS_LOG2];
        Self {
            colors: Vec::new(),
            colors_max: colors_max.min(256),
            slots,
            nearest: Vec::new(),
            mean_error: 0.0,
        }
    }

    /// Takes up all colours or none of them.
    fn extend(&mut self, pixels: &[Pixel]) -> bool {
        let known = self.colors.len();
        let mut last = None;
        for pixel in pixels {
            if last != Some(*pixel) && !self.insert(*pixel) {
                let colors = std::mem::take(&mut self.colors);
                self.slots.fill(0);
                colors.into_iter().take(known).for_each(|color| {
                    self.insert(color);
                });
                return false;
            }
            last = Some(*pixel);
        }
        true
    }

    /// Whether the colour is in the palette now.
    fn insert(&mut self, pixel: Pixel) -> bool {
        let slot = self.slot(pixel);
        if self.slots[slot] == 0 {
            if self.colors.len() >= self.colors_max {
                return false;
            }
            self.colors.push(pixel);
            self.slots[slot] = self.colors.len() as u16;
        }
        true
    }

    fn find(&self, pixel: Pixel) -> Option<u8> {
        self.slots[self.slot(pixel)].checked_sub(1).map(|index| index as u8)
    }

    /// The slot that holds the colour, or the free one where it would go. At most a quarter of them are taken.
    fn slot(&self, pixel: Pixel) -> usize {
        let mask = (1 << SLOTS_LOG2) - 1;
        let mut slot = (pixel.wrapping_mul(0x9E37_79B1) >> (32 - SLOTS_LOG2)) as usize;
        while let Some(index) = self.slots[slot].checked_sub(1) {
            if self.colors[usize::from(index)] == pixel {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn search(&self, pixel: Pixel) -> u8 {
        let numbered = self.colors.iter().zip(0_u32..);
        let best = numbered.map(|(color, index)| distance(*color, pixel) << 8 | index).min();
        best.unwrap_or_default() as u8
    }

    fn error_of(&mut self, pixels: &[Pixel]) -> f64 {
        let step = pixels.len().div_ceil(SAMPLE_PIXELS).max(1);
        let mut sum = 0_u64;
        let mut count = 0_u64;
        for pixel in pixels.iter().step_by(step) {
            let index = self.index_of(*pixel);
            sum += u64::from(distance(self.color(index), *pixel));
            count += 1;
        }
        sum as f64 / count.max(1) as f64
    }
}

/// Squared distance in red, green and blue; below 2 to the 18th.
fn distance(one: Pixel, other: Pixel) -> u32 {
    let square = |shift: u32| {
        let difference = (one >> shift & 0xFF).abs_diff(other >> shift & 0xFF);
        difference * difference
    };
    square(0) + square(8) + square(16)
}

#[cfg(test)]
mod tests {
    use super::Palette;

    fn opaque(red: u8, green: u8, blue: u8) -> u32 {
        u32::from_le_bytes([red, green, blue, 255])
    }

    #[test]
    fn few_colours_stay_exact_and_more_are_taken_up_while_there_is_room() {
        let pixels: Vec<_> = (0..=250).map(|level| opaque(level, 255 - level, 7)).collect();
        let mut palette = Palette::exact(&pixels, 255).unwrap();
        let indexes: Vec<_> = pixels.iter().map(|pixel| palette.index_of(*pixel)).collect();
        assert!(palette.suits(&[opaque(1, 2, 3), opaque(1, 2, 4)]));
        assert!(!palette.suits(&[opaque(2, 2, 1), opaque(2, 2, 2), opaque(2, 2, 3)]));
        assert_eq!(palette.table().len(), 253 * 3);
        for (pixel, index) in pixels.iter().zip(indexes) {
            assert_eq!((palette.index_of(*pixel), palette.color(index)), (index, *pixel));
        }
        assert!(Palette::exact(&pixels, 250).is_none());
    }

    #[test]
    fn many_colours_are_chosen_well() {
        let pixels: Vec<_> = (0..64_u32 * 64 * 16)
            .map(|at| opaque((at % 64 * 4) as u8, (at / 64 % 64 * 4) as u8, (at / 4096 * 16) as u8))
            .collect();
        let mut palette = Palette::chosen(&pixels, 256).unwrap();
        assert!(palette.colors.len() > 200 && palette.colors.len() <= 256);
        assert!(palette.mean_error < 900.0, "{}", palette.mean_error);
        assert!(palette.suits(&pixels));
        assert_eq!(Palette::chosen(&pixels, 2).unwrap().colors.len(), 2);
    }
}
