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
