//! URL-safe Base64 as rules carry it: strict in what is written, tolerant in what is read.
//!
//! Spec: spec/ci/README.md, 2.2

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Writes the URL-safe alphabet without padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

/// Reads both alphabets, any number of trailing `=`, and a blank in place of `+`.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for digit in group {
            bits = bits << 6 | value(*digit)?;
        }
        match group.len() {
            4 => bytes.extend_from_slice(&bits.to_be_bytes()[1..]),
            3 => bytes.extend_from_slice(&(bits >> 2).to_be_bytes()[2..]),
            2 => bytes.push((bits >> 4).to_be_bytes()[3]),
            _ => return None, // six bits alone are no byte
        }
    }
    Some(bytes)
}

/// Reads Base64 of UTF-8 text.
pub(crate) fn decode_text(text: &str) -> Option<String> {
    String::from_utf8(decode(text)?).ok()
}

fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'-' | b'+' | b' ' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn req_30_url_safe_characters() {
        let text = decode_text("6IW-6K6v5LqRwrfkuIfosaHkvJjlm74").unwrap();
        assert_eq!(text, "腾讯云·万象优图");
        assert_eq!(encode(text.as_bytes()), "6IW-6K6v5LqRwrfkuIfosaHkvJjlm74");
    }

    #[test]
    fn req_31_standard_alphabet_and_a_blank_for_plus() {
        assert_eq!(decode("6IW+6K6v"), decode("6IW-6K6v"));
        assert_eq!(decode("6IW 6K6v"), decode("6IW-6K6v"));
        assert!(decode("6IW-6K6v").is_some());
    }

    #[test]
    fn padding_is_optional_and_may_be_too_much() {
        for text in ["IzNEM0QzRA", "IzNEM0QzRA==", "IzNEM0QzRA===="] {
            assert_eq!(decode_text(text).unwrap(), "#3D3D3D");
        }
    }

    #[test]
    fn garbage_is_refused() {
        for text in ["@@@@", "A", "AAAAA", "A=A", "é"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
