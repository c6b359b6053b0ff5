//! The few Exif tags that steer pixels, found in the TIFF block itself.
//!
//! Only the first directory is walked. What a person may want to read is in [`crate::measure::exif`].

use crate::Orientation;

/// Directory entries that are looked at; real first directories have about twenty.
const ENTRIES_MAX: usize = 1024;

const TAG_ORIENTATION: u16 = 0x0112;
const TAG_X_RESOLUTION: u16 = 0x011A;
const TAG_Y_RESOLUTION: u16 = 0x011B;
const TAG_RESOLUTION_UNIT: u16 = 0x0128;

/// The orientation tag of an Exif block that starts at its TIFF header (`II*\0` or `MM\0*`, without `Exif\0\0`).
///
/// `None` where there is no tag, its value is none of 1 to 8, or the block is broken.
pub fn orientation(tiff: &[u8]) -> Option<Orientation> {
    let block = Block::open(tiff)?;
    Orientation::from_exif(block.number(block.entry(TAG_ORIENTATION)?)?)
}

/// Sets an existing orientation tag to 1; pixels have been made upright. Without a tag nothing changes.
pub fn set_upright(tiff: &mut [u8]) {
    set_orientation(tiff, Orientation::Upright);
}

/// Changes an existing orientation tag. Without a tag nothing changes.
pub(crate) fn set_orientation(tiff: &mut [u8], orientation: Orientation) {
    set_number(tiff, TAG_ORIENTATION, orientation.to_exif());
}

/// The smallest block that tells an orientation.
#[cfg_attr(not(feature = "avif"), allow(dead_code))]
pub(crate) fn with_orientation(orientation: Orientation) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend_from_slice(&orientation.to_exif().to_le_bytes());
    block.extend_from_slice(&[0; 6]);
    block
}

/// Makes an existing tag of the first directory one SHORT of this value.
pub(crate) fn set_number(tiff: &mut [u8], tag: u16, value: u16) {
    let Some(block) = Block::open(tiff) else { return };
    let Some(entry) = block.entry(tag) else { return };
    let (kind, value) = if block.big_endian {
        ([0, 3, 0, 0, 0, 1], value.to_be_bytes())
    } else {
        ([3, 0, 1, 0, 0, 0], value.to_le_bytes())
    };
    tiff[entry + 2..entry + 8].copy_from_slice(&kind);
    tiff[entry + 8..entry + 12].copy_from_slice(&[value[0], value[1], 0, 0]);
}

/// Resolution in dots per inch, horizontal and vertical, rounded.
pub fn dpi(tiff: &[u8]) -> Option<(u32, u32)> {
    let block = Block::open(tiff)?;
    let unit = block.entry(TAG_RESOLUTION_UNIT).and_then(|entry| block.number(entry)).unwrap_or(2);
    let per_inch = match unit {
        2 => 1.0,
        3 => 2.54,
        _ => return None,
    };
    let horizontal = block.rational(block.entry(TAG_X_RESOLUTION)?)? * per_inch;
    let vertical = block.rational(block.entry(TAG_Y_RESOLUTION)?)? * per_inch;
    Some((horizontal.round() as u32, vertical.round() as u32))
}

/// Bytes of a tag of the first directory, such as an ICC profile or XMP packet in a TIFF file.
pub(crate) fn tag_bytes(tiff: &[u8], tag: u16) -> Option<&[u8]> {
    let block = Block::open(tiff)?;
    let entry = block.entry(tag)?;
    let count = block.u32(entry + 4)? as usize;
    let at = if count <= 4 { entry + 8 } else { block.u32(entry + 8)? as usize };
    // BYTE, ASCII and UNDEFINED are the types with one byte a value.
    matches!(block.u16(entry + 2)?, 1 | 2 | 7).then(|| tiff.get(at..at.checked_add(count)?))?
}

/// A TIFF block and its first directory.
struct Block<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    directory: usize,
}

impl<'a> Block<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        let mut block = Self { bytes, big_endian, directory: 0 };
        block.directory = block.u32(4)? as usize;
        Some(block)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// Place of a tag's twelve bytes, all of which are inside of the block.
    fn entry(&self, tag: u16) -> Option<usize> {
        let count = usize::from(self.u16(self.directory)?).min(ENTRIES_MAX);
        let entries = self.directory.checked_add(2)?;
        (0..count)
            .map_while(|index| entries.checked_add(index * 12))
            .take_while(|entry| entry.checked_add(12).is_some_and(|end| end <= self.bytes.len()))
            .find(|entry| self.u16(*entry) == Some(tag))
    }

    /// The first value of a BYTE, SHORT or LONG.
    fn number(&self, entry: usize) -> Option<u32> {
        match self.u16(entry + 2)? {
            1 => self.bytes.get(entry + 8).copied().map(u32::from),
            3 => self.u16(entry + 8).map(u32::from),
            4 => self.u32(entry + 8),
            _ => None,
        }
    }

    /// The first value of a RATIONAL, finite and not negative.
    fn rational(&self, entry: usize) -> Option<f64> {
        let at = self.u32(entry + 8)? as usize;
        let (numerator, denominator) = (self.u32(at)?, self.u32(at.checked_add(4)?)?);
        (self.u16(entry + 2)? == 5 && denominator != 0).then(|| f64::from(numerator) / f64::from(denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::{dpi, orientation, set_upright, with_orientation};
    use crate::Orientation;

    fn little(orientation: u8) -> Vec<u8> {
        let mut block = with_orientation(Orientation::Upright);
        block[18] = orientation;
        block
    }

    #[test]
    fn reads_and_rewrites_both_byte_orders() {
        let mut block = little(6);
        assert_eq!(orientation(&block), Some(Orientation::Rotate90));
        set_upright(&mut block);
        assert_eq!(block, little(1));

        let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0".to_vec();
        assert_eq!(orientation(&block), Some(Orientation::Rotate270));
        set_upright(&mut block);
        assert_eq!(orientation(&block), Some(Orientation::Upright));
    }

    #[test]
    fn broken_blocks_have_no_orientation() {
        let block = little(6);
        for length in 0..22 {
            assert_eq!(orientation(&block[..length]), None, "{length} bytes");
        }
        assert_eq!(orientation(&little(0)), None);
        assert_eq!(orientation(&little(9)), None);
        assert_eq!(orientation(b"II*\0\xFF\xFF\xFF\xFF"), None);
    }

    #[test]
    fn resolution_in_centimetres_becomes_inches() {
        let mut block = b"II*\0\x08\0\0\0\x03\0".to_vec();
        block.extend_from_slice(b"\x1A\x01\x05\0\x01\0\0\0\x32\0\0\0");
        block.extend_from_slice(b"\x1B\x01\x05\0\x01\0\0\0\x32\0\0\0");
        block.extend_from_slice(b"\x28\x01\x03\0\x01\0\0\0\x03\0\0\0\0\0\0\0");
        block.extend_from_slice(b"\x64\0\0\0\x02\0\0\0");
        assert_eq!(dpi(&block), Some((127, 127)));
    }
}
