//! Walks the boxes of an ISO base media file.

use crate::bytes_at::{u32_be, u64_be};

/// Boxes side by side that are looked at.
const BOXES_MAX: usize = 4096;

/// A four-letter code.
pub(super) type Code = [u8; 4];

/// The boxes in these bytes, with their contents. Stops at the first that is damaged or cut off.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = (Code, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let code = rest.get(4..8)?.try_into().ok()?;
        let (head, size) = match u32_be(rest, 0)? {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64_be(rest, 8)?).ok()?),
            size => (8, size as usize),
        };
        let content = rest.get(head..size)?;
        rest = &rest[size..];
        Some((code, content))
    })
    .take(BOXES_MAX)
}

/// The first box of this kind.
pub(super) fn find<'a>(bytes: &'a [u8], code: &Code) -> Option<&'a [u8]> {
    boxes(bytes).find(|(found, _)| found == code).map(|(_, content)| content)
}

/// Reads numbers one after another; `None` once the bytes have run out.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A big-endian number of 0 to 8 bytes.
    pub(super) fn number(&mut self, bytes: usize) -> Option<u64> {
        if bytes > 8 {
            return None;
        }
        Some(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.number(1).map(|number| number as u8)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.number(2).map(|number| number as u16)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.number(4).map(|number| number as u32)
    }

    /// Version and flags of a full box.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        let word = self.u32()?;
        Some(((word >> 24) as u8, word & 0xFF_FFFF))
    }

    /// Text up to a zero byte, which is taken too.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = self.take(end)?;
        self.take(1)?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, boxes, find};

    #[test]
    fn boxes_of_all_sizes_are_walked_and_cut_ones_end_the_walk() {
        let bytes = b"\0\0\0\x0Aaaaa12\0\0\0\x01bbbb\0\0\0\0\0\0\0\x113\0\0\0\0cccc456";
        let found: Vec<_> = boxes(bytes).collect();
        assert_eq!(found, [(*b"aaaa", &b"12"[..]), (*b"bbbb", b"3"), (*b"cccc", b"456")]);
        assert_eq!(find(bytes, b"bbbb"), Some(&b"3"[..]));
        for length in 0..27 {
            assert!(boxes(&bytes[..length]).count() < 3);
        }
        assert_eq!(boxes(b"\0\0\0\x07aaaa").count(), 0);
    }

    #[test]
    fn numbers_end_with_the_bytes() {
        let mut reader = Reader(b"\x01\x02\x03abc\0d");
        assert_eq!((reader.u16(), reader.number(0), reader.u8()), (Some(0x102), Some(0), Some(3)));
        assert_eq!((reader.text(), reader.text()), (Some(&b"abc"[..]), None));
        assert_eq!((reader.u16(), reader.number(9)), (None, None));
    }
}
