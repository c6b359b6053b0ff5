//! Patterns in which `*` stands for any text, as documents of buckets write them.

/// Whether `text` is what `pattern` says. Every `*` stands for any text, also none; the rest is compared as it is.
///
/// Takes time in the product of both lengths at most.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        // The earliest place leaves the most for the pieces behind it.
        let Some(place) = rest.find(piece) else { return false };
        rest = &rest[place + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("*", "a"),
            ("a*", "a"),
            ("a*c", "abcbc"),
            ("*.qq.com", "www.qq.com"),
            ("a*b*c", "a-b-b-c"),
            ("**", "x"),
            ("图*", "图片"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "a"), ("a", "A"), ("a*a", "a"), ("*.qq.com", "qq.com"), ("a*b*c", "a-c"), ("a*", "ba")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
