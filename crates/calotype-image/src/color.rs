//! Colours as rules write them.

use std::fmt;

/// An opaque sRGB colour, eight bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Color {
    /// `#FFFFFF`, what alpha is flattened onto unless a rule says otherwise.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };

    /// One of the sixteen basic names of CSS, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, [red, green, blue])| Self { red: *red, green: *green, blue: *blue })
    }

    /// Reads `#RRGGBB` in any case, the `#` being optional; anything else is `None`.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self { red: channel(0)?, green: channel(2)?, blue: channel(4)? })
    }
}

const NAMES: [(&str, [u8; 3]); 16] = [
    ("aqua", [0, 255, 255]),
    ("black", [0, 0, 0]),
    ("blue", [0, 0, 255]),
    ("fuchsia", [255, 0, 255]),
    ("gray", [128, 128, 128]),
    ("green", [0, 128, 0]),
    ("lime", [0, 255, 0]),
    ("maroon", [128, 0, 0]),
    ("navy", [0, 0, 128]),
    ("olive", [128, 128, 0]),
    ("purple", [128, 0, 128]),
    ("red", [255, 0, 0]),
    ("silver", [192, 192, 192]),
    ("teal", [0, 128, 128]),
    ("white", [255, 255, 255]),
    ("yellow", [255, 255, 0]),
];

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_in_any_case_with_or_without_the_mark() {
        let gray = Color { red: 0x3D, green: 0x3D, blue: 0x3D };
        assert_eq!(Color::from_hex("#3D3D3D"), Some(gray));
        assert_eq!(Color::from_hex("3d3d3D"), Some(gray));
        assert_eq!(gray.to_string(), "#3D3D3D");
        for wrong in ["red5", "#fff", "#FFFFFFFF", "", "#", "#GGGGGG", "##FFFFF", "é3D3D"] {
            assert_eq!(Color::from_hex(wrong), None, "{wrong}");
        }
    }
}
