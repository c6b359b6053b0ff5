//! The small languages inside of values.

use std::fmt;

/// Defines an enum whose variants are words on the wire.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word,)+ })
            }
        }
    };
}

words! {
    /// One of nine places in a picture. Spec: spec/ci/crop.md, 3.
    Gravity {
        /// Top left corner.
        NorthWest = "northwest",
        /// Middle of the top edge.
        North = "north",
        /// Top right corner.
        NorthEast = "northeast",
        /// Middle of the left edge.
        West = "west",
        /// Middle of the picture.
        Center = "center",
        /// Middle of the right edge.
        East = "east",
        /// Bottom left corner.
        SouthWest = "southwest",
        /// Middle of the bottom edge.
        South = "south",
        /// Bottom right corner.
        SouthEast = "southeast",
    }
}

words! {
    /// A format to write. Spec: spec/ci/format.md, 1.
    Format {
        /// JPEG.
        Jpg = "jpg",
        /// JPEG, smaller and slower.
        Yjpeg = "yjpeg",
        /// PNG.
        Png = "png",
        /// GIF.
        Gif = "gif",
        /// WebP.
        Webp = "webp",
        /// BMP.
        Bmp = "bmp",
        /// TIFF.
        Tiff = "tiff",
        /// AVIF, where the server has it.
        Avif = "avif",
        /// HEIF, where the server has it.
        Heif = "heif",
    }
}

words! {
    /// A mirror. Spec: spec/ci/rotate.md.
    Flip {
        /// Top to bottom.
        Vertical = "vertical",
        /// Left to right.
        Horizontal = "horizontal",
    }
}

words! {
    /// A field of the label for generated content. Spec: spec/ci/format.md, 7.
    Label {
        /// What the content is; required.
        Label = "Label",
        /// Who made it.
        ContentProducer = "ContentProducer",
        /// Its number there.
        ProduceId = "ProduceID",
        /// For the producer's own use.
        ReservedCode1 = "ReservedCode1",
        /// For the propagator's own use.
        ReservedCode2 = "ReservedCode2",
        /// Its number with the propagator.
        PropagateId = "PropagateID",
        /// Who spreads it.
        ContentPropagator = "ContentPropagator",
    }
}

/// A size for `thumbnail`. Spec: spec/ci/thumbnail.md, 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Geometry {
    /// Both sides in percent.
    Percent(u32),
    /// The width in percent.
    PercentWidth(u32),
    /// The height in percent.
    PercentHeight(u32),
    /// A width; the height follows.
    Width(u32),
    /// A height; the width follows.
    Height(u32),
    /// The largest size inside of a width and a height.
    Inside(u32, u32),
    /// The same, never larger than the source.
    InsideShrinking(u32, u32),
    /// The same, never smaller than the source.
    InsideEnlarging(u32, u32),
    /// The smallest size that covers a width and a height.
    Cover(u32, u32),
    /// Exactly this width and height.
    Exact(u32, u32),
    /// At most this many pixels.
    Area(u32),
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "!{percent}p"),
            Self::PercentWidth(percent) => write!(f, "!{percent}px"),
            Self::PercentHeight(percent) => write!(f, "!x{percent}p"),
            Self::Width(width) => write!(f, "{width}x"),
            Self::Height(height) => write!(f, "x{height}"),
            Self::Inside(width, height) => write!(f, "{width}x{height}"),
            Self::InsideShrinking(width, height) => write!(f, "{width}x{height}>"),
            Self::InsideEnlarging(width, height) => write!(f, "{width}x{height}<"),
            Self::Cover(width, height) => write!(f, "!{width}x{height}r"),
            Self::Exact(width, height) => write!(f, "{width}x{height}!"),
            Self::Area(pixels) => write!(f, "{pixels}@"),
        }
    }
}

/// An upper bound for the bytes of a JPEG. Spec: spec/ci/quality.md, 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeLimit {
    /// In units of 1024 bytes.
    Kilobytes(u32),
    /// In units of 1024 * 1024 bytes.
    Megabytes(u32),
}

impl fmt::Display for SizeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kilobytes(count) => write!(f, "{count}k"),
            Self::Megabytes(count) => write!(f, "{count}m"),
        }
    }
}

/// An opaque colour: red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}
