//! Random numbers that a seed repeats (xorshift64*); no more is asked of them.

use std::ops::Range;

pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// One of the numbers in `range`.
    pub(super) fn between(&mut self, range: Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }

    /// That many bytes that nobody sent before.
    pub(super) fn bytes(&mut self, count: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < count {
            bytes.extend(self.next().to_le_bytes());
        }
        bytes.truncate(count as usize);
        bytes
    }
}
