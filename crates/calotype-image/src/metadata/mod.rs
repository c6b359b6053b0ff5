//! What travels with pixels: Exif, ICC profile and XMP, taken out of one container and put into another.
//!
//! Every block is kept as the container stores it, without its container's prefix. Pixels are never looked at.

mod aigc;
pub mod exif;
mod gif;
pub mod icc;
mod jpeg;
mod png;
mod tiff;
mod webp;

use crate::{ImageFormat, OutputSettings};

pub(crate) use aigc::is_carried_by as is_label_carried_by;
pub use aigc::{AigcLabel, label};

/// Inflated bytes of one compressed block; larger ones are ignored.
const BLOCK_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The blocks of one picture; each is absent where the file has none or it is broken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Exif, starting at its TIFF header.
    pub exif: Option<Vec<u8>>,
    /// ICC profile.
    pub icc: Option<Vec<u8>>,
    /// XMP packet, text in UTF-8.
    pub xmp: Option<Vec<u8>>,
}

impl Metadata {
    /// What a result keeps: nothing with `strip`; no profile, since pixels are sRGB by then; an orientation of 1
    /// where pixels were made upright. Its label is added. Source: spec/ci/quality.md, 2 and spec/ci/format.md, 1 and 7.
    pub fn for_output(mut self, output: &OutputSettings) -> Self {
        if output.strip {
            self = Self::default();
        }
        self.icc = None;
        if let Some(exif) = self.exif.as_mut().filter(|_| output.upright) {
            exif::set_upright(exif);
        }
        if let Some(label) = &output.label {
            self.xmp = Some(aigc::with_label(self.xmp.as_deref(), label, output.format));
        }
        self
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.exif.is_none() && self.icc.is_none() && self.xmp.is_none()
    }
}

/// Reads the blocks of a file. Damaged containers give what was found before the damage.
pub fn read(format: ImageFormat, bytes: &[u8]) -> Metadata {
    match format {
        ImageFormat::Jpeg => jpeg::read(bytes),
        ImageFormat::Png | ImageFormat::Apng => png::read(bytes),
        ImageFormat::WebP => webp::read(bytes),
        ImageFormat::Gif => gif::read(bytes),
        #[cfg(feature = "avif")]
        ImageFormat::Avif => crate::codec::avif::metadata(bytes),
        ImageFormat::Tiff => tiff::read(bytes),
        _ => Metadata::default(),
    }
}

/// Puts blocks into a file just encoded, which must not hold such blocks yet.
///
/// Containers without room for a block (Exif in GIF, BMP, a JPEG segment over 64 KB) leave it out; AVIF keeps the orientation
/// alone.
pub fn write(format: ImageFormat, encoded: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    if metadata.is_empty() {
        return encoded;
    }
    match format {
        ImageFormat::Jpeg => jpeg::write(encoded, metadata),
        ImageFormat::Png | ImageFormat::Apng => png::write(encoded, metadata),
        ImageFormat::WebP => webp::write(encoded, metadata),
        ImageFormat::Gif => gif::write(encoded, metadata),
        ImageFormat::Tiff => tiff::write(encoded, metadata),
        #[cfg(feature = "avif")]
        ImageFormat::Avif => crate::codec::avif::with_metadata(encoded, metadata),
        _ => encoded,
    }
}

/// Some writers put the JPEG prefix in front of Exif in other containers too.
fn exif_block(bytes: &[u8]) -> Option<Vec<u8>> {
    let block = bytes.strip_prefix(crate::jpeg_segments::EXIF_PREFIX).unwrap_or(bytes);
    (block.starts_with(b"II") || block.starts_with(b"MM")).then(|| block.to_vec())
}

#[cfg(test)]
mod tests {
    use super::{Metadata, read, write};
    use crate::ImageFormat;

    /// The smallest files that the splicers accept; pixels do not matter to them.
    fn bare(format: ImageFormat) -> Vec<u8> {
        match format {
            ImageFormat::Jpeg => {
                b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xDA\0\x02\0\xFF\xD9".to_vec()
            }
            ImageFormat::WebP => {
                b"RIFF\x18\0\0\0WEBPVP8 \x0B\0\0\0\0\0\0\x9D\x01\x2A\x40\x01\xF0\0\0\0".to_vec()
            }
            _ => {
                let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
                super::png::push_chunk(&mut png, b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
                super::png::push_chunk(&mut png, b"IDAT", &[]);
                super::png::push_chunk(&mut png, b"IEND", &[]);
                png
            }
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let metadata = Metadata {
            exif: Some(b"II*\0\x08\0\0\0\0\0".to_vec()),
            icc: Some((0..140_000_u32).map(|at| (at / 7) as u8).collect()),
            xmp: Some(b"<x:xmpmeta>\xC3\xA4</x:xmpmeta>".to_vec()),
        };
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let file = write(format, bare(format), &metadata);
            assert_eq!(ImageFormat::detect(&file), Some(format));
            assert_eq!(read(format, &file), metadata, "{format}");
            assert_eq!(write(format, bare(format), &Metadata::default()), bare(format));
        }
    }

    #[test]
    fn cut_files_are_no_trouble() {
        let metadata = Metadata {
            exif: Some(b"MM\0*\0\0\0\x08\0\0".to_vec()),
            icc: Some(vec![7; 300]),
            xmp: Some(b"<x/>".to_vec()),
        };
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let file = write(format, bare(format), &metadata);
            for length in 0..file.len() {
                read(format, &file[..length]);
                write(format, file[..length].to_vec(), &metadata);
            }
        }
    }

    #[test]
    fn formats_without_room_stay_as_they_are() {
        let metadata = Metadata { exif: Some(b"II*\0".to_vec()), ..Metadata::default() };
        assert_eq!(write(ImageFormat::Gif, b"GIF89a".to_vec(), &metadata), b"GIF89a");
        let large = Metadata { exif: Some(vec![b'I'; 70_000]), ..Metadata::default() };
        assert_eq!(write(ImageFormat::Jpeg, bare(ImageFormat::Jpeg), &large), bare(ImageFormat::Jpeg));
    }
}
