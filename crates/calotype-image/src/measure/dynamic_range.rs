//! Whether a picture is made for displays that are brighter than standard.

use crate::{ImageFormat, bytes_at::u32_be, metadata::Metadata};

/// Transfer functions of ITU-T H.273 for high dynamic range: PQ and HLG.
const TRANSFER_PQ: u8 = 16;
const TRANSFER_HLG: u8 = 18;

/// Attribute of the XMP packet of a picture that a gain map belongs to.
const GAIN_MAP_MARK: &[u8] = b"hdrgm:Version";

/// The word for `dynamic_range`; `unknow` is spelled so on the wire. Source: spec/ci/info.md, 1.
pub(super) fn word(format: ImageFormat, bytes: &[u8], metadata: &Metadata) -> &'static str {
    let high = match format {
        #[cfg(feature = "avif")]
        ImageFormat::Avif => crate::codec::avif::is_high_dynamic_range(bytes),
        ImageFormat::Png | ImageFormat::Apng => png_is_high(bytes),
        _ => false,
    };
    let has_gain_map = || {
        let xmp = metadata.xmp.as_deref().unwrap_or_default();
        xmp.windows(GAIN_MAP_MARK.len()).any(|window| window == GAIN_MAP_MARK)
    };
    match high {
        true => "hdr",
        false if has_gain_map() => "gainmap hdr",
        false => "unknow",
    }
}

/// A `cICP` chunk, which stands before the pixels, has the transfer function in its second byte.
fn png_is_high(png: &[u8]) -> bool {
    let mut chunks = png.get(8..).unwrap_or_default();
    while let (Some(length), Some(name)) = (u32_be(chunks, 0), chunks.get(4..8)) {
        match name {
            b"cICP" => return matches!(chunks.get(9), Some(&(TRANSFER_PQ | TRANSFER_HLG))),
            b"IDAT" => break,
            _ => chunks = chunks.get((length as usize).saturating_add(12)..).unwrap_or_default(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::word;
    use crate::{ImageFormat, metadata::Metadata};

    #[test]
    fn info_08_an_ordinary_picture_is_unknow() {
        assert_eq!(word(ImageFormat::Jpeg, b"", &Metadata::default()), "unknow");
        let xmp = b"<rdf:Description hdrgm:Version='1.0'/>".to_vec();
        let metadata = Metadata { xmp: Some(xmp), ..Metadata::default() };
        assert_eq!(word(ImageFormat::Jpeg, b"", &metadata), "gainmap hdr");
    }

    #[test]
    fn a_png_tells_its_transfer_function() {
        let png =
            |transfer| [b"\x89PNG\r\n\x1a\n\0\0\0\x04cICP\x09", &[transfer, 0, 1, 0, 0, 0, 0][..]].concat();
        assert_eq!(word(ImageFormat::Png, &png(16), &Metadata::default()), "hdr");
        assert_eq!(word(ImageFormat::Png, &png(13), &Metadata::default()), "unknow");
        assert_eq!(word(ImageFormat::Png, &png(16)[..14], &Metadata::default()), "unknow");
    }
}
