//! `imageInfo` and the `ImageInfo` block of persistent answers. Source: spec/ci/info.md, 1, 3 and 4.

use super::{average_color, dynamic_range, exif::quoted};
use crate::{Color, ImageError, SourceImage, metadata};

/// What formats without a quality report as theirs.
const QUALITY_LOSSLESS: u8 = 100;

/// What lossy formats report whose quality cannot be read from the file: the encoder's defaults.
/// Source: spec/ci/quality.md, 1.
const QUALITY_UNKNOWN_WEBP: u8 = 80;
const QUALITY_UNKNOWN: u8 = 60;

/// The values of the `ImageInfo` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageInfo {
    /// Name of the format in upper case.
    pub format: String,
    /// Columns as stored.
    pub width_px: u32,
    /// Rows as stored.
    pub height_px: u32,
    /// Estimated quality, 100 for formats without one.
    pub quality: u8,
    /// Average colour, `0x` and six hexadecimal digits.
    pub ave: String,
    /// Exif orientation 1 to 8, 0 where there is no tag.
    pub orientation: u16,
    /// 1 for a still picture.
    pub frame_count: u32,
}

impl ImageInfo {
    /// Reads the header's values and measures the average colour.
    pub fn of(source: &SourceImage) -> Result<Self, ImageError> {
        let header = source.header();
        Ok(Self {
            format: header.format.name().to_ascii_uppercase(),
            width_px: header.dimensions.width_px,
            height_px: header.dimensions.height_px,
            quality: reported_quality(source),
            ave: color_code(average_color(source)?),
            orientation: header.orientation.map_or(0, crate::Orientation::to_exif),
            frame_count: header.frame_count,
        })
    }
}

fn reported_quality(source: &SourceImage) -> u8 {
    let header = source.header();
    match header.quality {
        Some(quality) => quality,
        None if header.lossless || !header.format.has_quality() => QUALITY_LOSSLESS,
        None if header.format == crate::ImageFormat::WebP => QUALITY_UNKNOWN_WEBP,
        None => QUALITY_UNKNOWN,
    }
}

/// `0x` and six lower-case hexadecimal digits.
pub fn color_code(color: Color) -> String {
    format!("0x{:02x}{:02x}{:02x}", color.red, color.green, color.blue)
}

/// The answer of `imageAve`.
pub fn image_ave_json(color: Color) -> String {
    format!("{{\"RGB\": \"{}\"}}", color_code(color))
}

/// The answer of `imageInfo`: every value is a string. `md5` is the digest of the bytes in lower-case hexadecimal.
///
/// The average colour is left out where the pixels cannot be read, because the header is enough for the rest.
pub fn image_info_json(source: &SourceImage, md5: &str) -> String {
    let header = source.header();
    let metadata = metadata::read(header.format, source.bytes());
    let (horizontal_dpi, vertical_dpi) = header.dpi.unwrap_or((0, 0));
    let mut members = vec![
        ("format", header.format.name().to_owned()),
        ("width", header.dimensions.width_px.to_string()),
        ("height", header.dimensions.height_px.to_string()),
        ("size", source.bytes().len().to_string()),
        ("md5", md5.to_owned()),
        ("dynamic_range", dynamic_range::word(header.format, source.bytes(), &metadata).to_owned()),
        ("frame_count", header.frame_count.to_string()),
        ("bit_depth", header.bit_depth.to_string()),
        ("vertical_dpi", vertical_dpi.to_string()),
        ("horizontal_dpi", horizontal_dpi.to_string()),
    ];
    if let Ok(color) = average_color(source) {
        members.push(("photo_rgb", color_code(color)));
    }
    let members: Vec<_> =
        members.iter().map(|(name, value)| format!("\"{name}\": {}", quoted(value))).collect();
    format!("{{{}}}", members.join(", "))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use bytes::Bytes;

    use super::{ImageInfo, image_ave_json, image_info_json};
    use crate::{
        Limits, SourceImage,
        measure::{average_color, exif},
    };

    fn source(name: &str) -> SourceImage {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/images");
        SourceImage::probe(Bytes::from(fs::read(folder.join(name)).unwrap()), &Limits::default()).unwrap()
    }

    fn info(name: &str) -> String {
        image_info_json(&source(name), "77a16fa70e2eba652fb42e8a639c52f2")
    }

    #[test]
    fn info_01_info_09_all_fields_are_strings_in_the_order_of_the_manual() {
        let red = info("red_64x64.png");
        let size = source("red_64x64.png").bytes().len();
        let expected = format!(
            "{}{size}{}",
            r#"{"format": "png", "width": "64", "height": "64", "size": ""#,
            concat!(
                r#"", "md5": "77a16fa70e2eba652fb42e8a639c52f2", "dynamic_range": "unknow", "frame_count": "1", "#,
                r#""bit_depth": "8", "vertical_dpi": "0", "horizontal_dpi": "0", "photo_rgb": "0xff0000"}"#,
            )
        );
        assert_eq!(red, expected);
        let land = info("land_640x427.jpg");
        for part in
            [r#""format": "jpeg""#, r#""width": "640""#, r#""height": "427""#, r#""frame_count": "1""#]
        {
            assert!(land.contains(part), "{land}");
        }
    }

    #[test]
    fn info_04_info_06_names_and_frames_of_animations() {
        for (name, format, frames) in [
            ("gif_200x100_12.gif", "gif", 12),
            ("webpa_120x80_5.webp", "webp", 5),
            ("photo_160x120.avif", "avif", 1),
        ] {
            let json = info(name);
            assert!(json.contains(&format!(r#""format": "{format}""#)), "{json}");
            assert!(json.contains(&format!(r#""frame_count": "{frames}""#)), "{json}");
        }
    }

    #[test]
    fn info_10_info_12_stored_sides_and_depth() {
        let turned = info("ori6_640x480.jpg");
        assert!(turned.contains(r#""width": "640", "height": "480""#), "{turned}");
        assert!(turned.contains(r#""bit_depth": "8""#), "{turned}");
        assert!(info("p16_200x200.png").contains(r#""bit_depth": "16""#));
    }

    #[test]
    fn info_19_info_21_image_ave_of_red() {
        let color = average_color(&source("red_64x64.png")).unwrap();
        assert_eq!(image_ave_json(color), r#"{"RGB": "0xff0000"}"#);
    }

    #[test]
    fn the_block_of_persistent_answers() {
        let png = ImageInfo::of(&source("red_64x64.png")).unwrap();
        assert_eq!((png.format.as_str(), png.quality, png.orientation), ("PNG", 100, 0));
        assert_eq!((png.width_px, png.height_px, png.ave.as_str(), png.frame_count), (64, 64, "0xff0000", 1));
        let turned = ImageInfo::of(&source("ori6_640x480.jpg")).unwrap();
        assert_eq!((turned.format.as_str(), turned.orientation), ("JPEG", 6));
        assert_eq!(ImageInfo::of(&source("photo_320x240.webp")).unwrap().quality, 80);
    }

    #[test]
    fn info_13_tags_of_a_file() {
        let picture = source("exif.jpg");
        let json = exif::json_of_file(picture.header().format, picture.bytes());
        assert!(json.contains(r#""DateTime": {"val": ""#), "{json}");
        let land = source("land_640x427.jpg");
        assert_eq!(exif::json_of_file(land.header().format, land.bytes()), r#"{"error" : "no exif data"}"#);
    }

    #[test]
    fn a_scaled_mean_is_that_of_all_pixels() {
        use crate::codec::DecodeWish;
        for name in ["hd_1200x900.jpg", "land_640x427.jpg", "wide_1000x500.jpg", "tall_500x1000.jpg"] {
            let picture = source(name);
            let whole = picture.codec().decode(picture.bytes(), picture.header(), DecodeWish::Full).unwrap();
            let (exact, quick) = (super::super::average_of(&whole.raster), average_color(&picture).unwrap());
            let near = |a: u8, b: u8| a.abs_diff(b) <= 1;
            assert!(
                near(exact.red, quick.red) && near(exact.green, quick.green) && near(exact.blue, quick.blue)
            );
        }
    }
}
