//! One item of an AVIF file, most often a picture, and the properties that are linked to it.

use super::boxes::{Code, Reader};
use crate::Orientation;

/// An item and what is said about it.
#[derive(Debug, Default)]
pub(super) struct Item<'a> {
    pub id: u32,
    pub kind: Code,
    pub mime: &'a [u8],
    pub place: Option<Place>,
    pub properties: Vec<(Code, &'a [u8])>,
}

#[derive(Debug)]
pub(super) struct Place {
    /// 0: offsets into the file, 1: into the `idat` box.
    pub method: u16,
    pub extents: Vec<(u64, u64)>,
}

/// Colour as `nclx` gives it: code points of ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ColorCode {
    pub primaries: u16,
    pub transfer: u16,
    pub matrix: u16,
    pub full_range: bool,
}

impl<'a> Item<'a> {
    pub(super) fn property(&self, code: &Code) -> Option<&'a [u8]> {
        self.properties.iter().find(|(found, _)| found == code).map(|(_, content)| *content)
    }

    pub(super) fn is_alpha(&self) -> bool {
        let kind = self.property(b"auxC").and_then(|content| Reader(content.get(4..)?).text());
        matches!(kind, Some(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" | b"urn:mpeg:hevc:2015:auxid:1"))
    }

    /// From the decoder's configuration, or the list of channels.
    pub(super) fn bit_depth(&self) -> u8 {
        let configured = self.property(b"av1C").and_then(|content| content.get(2)).map(|flags| {
            match (flags & 0x40 != 0, flags & 0x20 != 0) {
                (false, _) => 8,
                (true, false) => 10,
                (true, true) => 12,
            }
        });
        let listed = self.property(b"pixi").and_then(|content| content.get(5)).copied();
        configured.or(listed).unwrap_or(8)
    }

    pub(super) fn color(&self) -> Option<ColorCode> {
        let codes = self.properties.iter().filter(|(code, _)| code == b"colr");
        codes.filter_map(|(_, content)| content.strip_prefix(b"nclx")).find_map(|content| {
            let mut reader = Reader(content);
            Some(ColorCode {
                primaries: reader.u16()?,
                transfer: reader.u16()?,
                matrix: reader.u16()?,
                full_range: reader.u8()? & 0x80 != 0,
            })
        })
    }

    /// A turn against the clock comes first, then the mirror. Source: ISO/IEC 23008-12, 6.5.10 and 6.5.12.
    pub(super) fn orientation(&self) -> Option<Orientation> {
        let quarters = self.property(b"irot").and_then(|content| content.first()).map(|turn| turn & 3);
        // 0 exchanges top and bottom, 1 left and right.
        let mirror = self.property(b"imir").and_then(|content| content.first()).map(|axis| axis & 1);
        if quarters.is_none() && mirror.is_none() {
            return None;
        }
        Some(match (quarters.unwrap_or(0), mirror) {
            (0, None) => Orientation::Upright,
            (0, Some(0)) | (2, Some(1)) => Orientation::FlipVertical,
            (0, Some(_)) | (2, Some(_)) => Orientation::FlipHorizontal,
            (1, None) => Orientation::Rotate270,
            (1, Some(0)) | (3, Some(1)) => Orientation::Transpose,
            (1, Some(_)) | (_, Some(_)) => Orientation::Transverse,
            (2, None) => Orientation::Rotate180,
            (_, None) => Orientation::Rotate90,
        })
    }
}
