//! Colours as rules write them.

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
}
