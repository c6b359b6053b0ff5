//! CRC-64/XZ, the checksum clients compare on every transfer.
//!
//! Spec: spec/cos/README.md, 5.

use crc_fast::{CrcAlgorithm, Digest};

/// A CRC that takes its input piece by piece.
#[derive(Debug)]
pub struct Crc64(Digest);

impl Crc64 {
    /// A CRC over nothing yet.
    pub fn new() -> Self {
        Self(Digest::new(CrcAlgorithm::Crc64Xz))
    }

    /// Appends `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The CRC of everything appended so far.
    pub fn value(&self) -> u64 {
        self.0.finalize()
    }
}

impl Default for Crc64 {
    fn default() -> Self {
        Self::new()
    }
}

/// The CRC of `bytes`.
pub fn crc64(bytes: &[u8]) -> u64 {
    crc_fast::checksum(CrcAlgorithm::Crc64Xz, bytes)
}

/// The CRC of two pieces one after the other, from the CRC of each and the length of the second.
pub fn combine(first: u64, second: u64, second_size_bytes: u64) -> u64 {
    crc_fast::checksum_combine(CrcAlgorithm::Crc64Xz, first, second, second_size_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLION_A: u64 = 6_701_094_182_323_390_671;
    const BCD: u64 = 385_034_036_854_231_152;

    #[test]
    fn gives_the_values_of_the_specification() {
        assert_eq!(crc64(b""), 0);
        assert_eq!(crc64(b"123456789"), 0x995D_C9BB_DF19_39FA);
        assert_eq!(crc64(b"hello"), 11_177_612_005_948_864_433);
        assert_eq!(crc64(b"hello world"), 5_981_764_153_023_615_706);
        assert_eq!(crc64(&vec![b'a'; 1 << 20]), MILLION_A);
        assert_eq!(crc64(b"bcd"), BCD);
    }

    #[test]
    fn pieces_combine_to_the_whole() {
        assert_eq!(combine(MILLION_A, BCD, 3), 16_459_478_348_349_099_966);
        assert_eq!(combine(crc64(b"hello"), 0, 0), crc64(b"hello"));
        assert_eq!(combine(0, crc64(b"hello"), 5), crc64(b"hello"));
        let mut pieces = Crc64::new();
        pieces.update(b"hello ");
        pieces.update(b"world");
        assert_eq!(pieces.value(), crc64(b"hello world"));
    }
}
