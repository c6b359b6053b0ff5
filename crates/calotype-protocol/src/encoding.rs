//! Percent-encoding as COS writes it, reading it leniently, and Base64 as rules carry it.
//!
//! Spec: spec/cos/auth.md, 1.1; spec/cos/README.md, 2.2; spec/ci/README.md, 2.2.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const PATH: &AsciiSet = &STRICT.remove(b'/');

/// Encodes every byte but letters, digits and `-_.~`, with upper-case hex digits.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    percent_encode(bytes.as_ref(), STRICT).to_string()
}

/// As [`encode`], but leaves `/`: for paths and for keys in listings.
pub fn encode_path(bytes: impl AsRef<[u8]>) -> String {
    percent_encode(bytes.as_ref(), PATH).to_string()
}

/// Encodes text inside of a rule: Base64 in the URL-safe alphabet, without padding.
pub fn base64url(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Decodes a path or key once; none when the bytes are not UTF-8. A `%` without two hex digits stays.
pub fn decode(text: &str) -> Option<String> {
    percent_decode(text.as_bytes()).decode_utf8().ok().map(Into::into)
}

/// Decodes one name or value of a query, where `+` is a space. Bytes that are not UTF-8 become `U+FFFD`.
pub fn decode_query(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned()
}

/// Whether `text` has at least one well-formed `%XX`.
pub(crate) fn has_escape(text: &str) -> bool {
    text.as_bytes().windows(3).any(|w| w[0] == b'%' && w[1].is_ascii_hexdigit() && w[2].is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_unusual_is_escaped() {
        assert_eq!(encode("a/b *!'()~-_."), "a%2Fb%20%2A%21%27%28%29~-_.");
        assert_eq!(encode_path("中/a b+c.jpg"), "%E4%B8%AD/a%20b%2Bc.jpg");
    }

    #[test]
    fn sdk_02_text_in_rules_is_url_safe_without_padding() {
        for (text, encoded) in [
            ("腾讯云·万象优图", "6IW-6K6v5LqRwrfkuIfosaHkvJjlm74"),
            ("#FFFFFF", "I0ZGRkZGRg"),
            ("?>?>", "Pz4_Pg"),
            ("", ""),
        ] {
            assert_eq!(base64url(text), encoded);
        }
    }

    #[test]
    fn decoding_happens_once() {
        assert_eq!(decode("%2541+%2f"), Some("%41+/".into()));
        assert_eq!(decode("%ff"), None);
        assert_eq!(decode("100%"), Some("100%".into()));
        assert_eq!(decode_query("a+b%2Bc"), "a b+c");
    }
}
