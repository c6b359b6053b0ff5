//! Bits in the waves of a picture: each bit is one number, spread over many waves in an order nobody can guess from the
//! picture, and moved to the nearest of the places that mean 0 or 1.

use super::spectrum::Spectrum;

/// Longer waves than this would show as stains.
const LOWEST: usize = 6;

/// Which waves carry which bit.
#[derive(Debug)]
pub(super) struct Spread {
    bit_count: usize,
    slots: Vec<Slot>,
    /// By bit: one over the root of the number of its waves.
    scale: Vec<f32>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    across: usize,
    down: usize,
    bit: usize,
    sign: f32,
}

impl Spread {
    /// - `band`: waves up to this many halves are used.
    /// - `seed`: equal seeds give equal orders.
    pub(super) fn new(bit_count: usize, band: usize, seed: u64) -> Self {
        let is_in_band = |across: usize, down: usize| {
            let square = across * across + down * down;
            (LOWEST * LOWEST..band * band).contains(&square)
        };
        let mut waves: Vec<(usize, usize)> = (0..band)
            .flat_map(|down| (0..band).map(move |across| (across, down)))
            .filter(|(across, down)| is_in_band(*across, *down))
            .collect();
        let mut random = Random(seed);
        for last in (1..waves.len()).rev() {
            waves.swap(last, random.below(last + 1));
        }
        let mut counts = vec![0_u32; bit_count];
        let slots = waves.into_iter().enumerate().map(|(place, (across, down))| {
            let bit = place % bit_count;
            counts[bit] += 1;
            Slot { across, down, bit, sign: if random.below(2) == 0 { 1.0 } else { -1.0 } }
        });
        let slots = slots.collect();
        let scale = counts.iter().map(|count| 1.0 / (*count as f32).sqrt()).collect();
        Self { bit_count, slots, scale }
    }

    /// How many waves a band has for each of some bits.
    pub(super) fn waves_per_bit(bit_count: usize, band: usize) -> usize {
        (band * band - LOWEST * LOWEST) * 3 / 4 / bit_count
    }

    /// How clearly each bit can be read: above 0 it is a 1, below it is a 0, at most 1 either way.
    pub(super) fn read(&self, spectrum: &Spectrum, step: f32) -> Vec<f32> {
        let numbers = self.numbers(spectrum);
        numbers.iter().map(|number| (std::f32::consts::TAU * number / step).sin()).collect()
    }

    /// The waves to add so that the bits can be read.
    pub(super) fn changes(&self, spectrum: &Spectrum, bits: &[bool], step: f32) -> Spectrum {
        let numbers = self.numbers(spectrum);
        // A 1 is a quarter of a step above a multiple of the step, a 0 a quarter below.
        let moves = numbers.iter().zip(bits).map(|(number, bit)| {
            let offset = if *bit { 0.25 } else { -0.25 };
            ((number / step - offset).round() + offset) * step - number
        });
        let moves: Vec<f32> = moves.collect();
        let mut changes = Spectrum::zero(spectrum.order);
        for slot in &self.slots {
            let change = slot.sign * self.scale[slot.bit] * moves[slot.bit];
            changes.amplitudes[slot.down * spectrum.order + slot.across] = change;
        }
        changes
    }

    /// The number of each bit: the sum of its waves, each with its sign.
    fn numbers(&self, spectrum: &Spectrum) -> Vec<f32> {
        let mut numbers = vec![0.0; self.bit_count];
        for slot in &self.slots {
            let amplitude = spectrum.amplitudes[slot.down * spectrum.order + slot.across];
            numbers[slot.bit] += slot.sign * self.scale[slot.bit] * amplitude;
        }
        numbers
    }
}

/// SplitMix64: the same numbers on every machine, for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, Spread};
    use crate::blind::spectrum::Spectrum;

    #[test]
    fn bits_are_read_from_what_was_changed() {
        let mut spectrum = Spectrum::zero(64);
        let mut random = Random(1);
        for amplitude in &mut spectrum.amplitudes {
            *amplitude = random.below(1000) as f32 / 100.0 - 5.0;
        }
        let bits: Vec<bool> = (0..100).map(|_| random.below(2) == 1).collect();
        let spread = Spread::new(100, 64, 7);
        let changes = spread.changes(&spectrum, &bits, 0.3);
        spectrum.amplitudes.iter_mut().zip(&changes.amplitudes).for_each(|(a, change)| *a += change);
        for (clarity, bit) in spread.read(&spectrum, 0.3).iter().zip(&bits) {
            assert!(if *bit { *clarity > 0.99 } else { *clarity < -0.99 }, "{clarity}");
        }
        let squares: f32 = changes.amplitudes.iter().map(|change| change * change).sum();
        // A number is moved by half a step at most, evenly.
        assert!((squares / (100.0 * 0.3 * 0.3 / 12.0) - 1.0).abs() < 0.35, "{squares}");
    }

    #[test]
    fn the_order_never_changes() {
        let mut random = Random(0);
        assert_eq!([random.next(), random.next()], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }
}
