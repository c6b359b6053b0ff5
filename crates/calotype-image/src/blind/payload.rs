//! From a text to bits and back: padded to one of a few lengths, with a checksum that tells a text from chance.

use flate2::Crc;

/// Bytes of text that a payload can hold. A reader tries them all, so no length has to be sent.
pub(super) const TEXT_BYTES: [usize; 5] = [16, 32, 64, 128, 256];

const CHECKSUM_BYTES: usize = 4;

/// Bits that are read least clearly, of which a reader tries both values.
const DOUBTFUL_BITS: usize = 8;

/// Bits of the payload for some bytes of text.
pub(super) fn bit_count(text_bytes: usize) -> usize {
    (text_bytes + CHECKSUM_BYTES) * 8
}

/// The length of the payload that holds a text; `None` where it is too long for any.
pub(super) fn text_bytes_for(text: &str) -> Option<usize> {
    TEXT_BYTES.into_iter().find(|text_bytes| *text_bytes >= text.len())
}

/// The bits of a text which is no longer than `text_bytes`.
pub(super) fn bits(text: &str, text_bytes: usize) -> Vec<bool> {
    let mut block = text.as_bytes().to_vec();
    block.resize(text_bytes, 0);
    let checksum = checksum(&block);
    block.extend_from_slice(&checksum);
    block.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect()
}

/// The text of bits, each above 0 for a 1; `None` where there is none.
pub(super) fn text(clarity: &[f32]) -> Option<String> {
    let mut bytes: Vec<u8> = clarity
        .chunks_exact(8)
        .map(|bits| bits.iter().fold(0, |byte, clarity| byte << 1 | u8::from(*clarity > 0.0)))
        .collect();
    let mut order: Vec<usize> = (0..clarity.len()).collect();
    order.sort_by(|one, other| clarity[*one].abs().total_cmp(&clarity[*other].abs()));
    let doubtful = &order[..DOUBTFUL_BITS.min(order.len())];
    for attempt in 0..1_u32 << doubtful.len() {
        // Each attempt differs from the one before it in a single bit.
        if attempt > 0 {
            let bit = doubtful[attempt.trailing_zeros() as usize];
            bytes[bit / 8] ^= 0x80 >> (bit % 8);
        }
        let (block, found) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
        if checksum(block) == found {
            return words(block);
        }
    }
    None
}

/// The text in front of the padding. Nothing at all is no text.
fn words(block: &[u8]) -> Option<String> {
    let end = block.iter().position(|byte| *byte == 0).unwrap_or(block.len());
    String::from_utf8(block[..end].to_vec()).ok().filter(|text| !text.is_empty())
}

fn checksum(block: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut crc = Crc::new();
    crc.update(block);
    crc.sum().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::{bit_count, bits, text, text_bytes_for};

    fn clarity(bits: &[bool]) -> Vec<f32> {
        bits.iter().map(|bit| if *bit { 1.0 } else { -1.0 }).collect()
    }

    #[test]
    fn texts_come_back_at_every_length() {
        for words in ["a", "UIN12345678", "exactly 16 bytes", &"中文".repeat(42), &"x".repeat(256)] {
            let text_bytes = text_bytes_for(words).unwrap();
            let bits = bits(words, text_bytes);
            assert_eq!(bits.len(), bit_count(text_bytes));
            assert_eq!(text(&clarity(&bits)).as_deref(), Some(words));
        }
        assert_eq!(text_bytes_for(&"x".repeat(257)), None);
    }

    #[test]
    fn doubtful_bits_are_put_right_and_clear_ones_are_not() {
        let bits = bits("UIN12345678", 16);
        let mut unclear = clarity(&bits);
        for bit in [3, 40, 77, 100, 159] {
            unclear[bit] *= -0.1;
        }
        assert_eq!(text(&unclear).as_deref(), Some("UIN12345678"));
        let mut wrong = clarity(&bits);
        (0..12).for_each(|bit| wrong[bit * 13] *= -0.9);
        assert_eq!(text(&wrong), None);
    }

    #[test]
    fn chance_says_nothing() {
        assert_eq!(text(&vec![-1.0; bit_count(16)]), None);
        assert_eq!(text(&vec![0.0; bit_count(64)]), None);
    }
}
