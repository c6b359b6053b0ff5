//! The answer to `imageInfo`, as clients read it.
//!
//! Spec: spec/ci/info.md, 1.

use serde_json::{Map, Value};

/// What a service tells about a picture. Fields that it does not send are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageInfo {
    /// Such as `jpeg`, in lower case.
    pub format: Option<String>,
    /// Stored columns; orientation is not applied.
    pub width_px: Option<u32>,
    /// Stored rows.
    pub height_px: Option<u32>,
    /// Bytes of the object.
    pub size_bytes: Option<u64>,
    /// Of the bytes, in hex.
    pub md5: Option<String>,
    /// `hdr`, `gainmap hdr`, `sdr`, or `unknow`, spelled so.
    pub dynamic_range: Option<String>,
    /// 1 for a still picture.
    pub frame_count: Option<u32>,
    /// Bits a channel.
    pub bit_depth: Option<u32>,
    /// Dots per inch, 0 where the file does not say.
    pub vertical_dpi: Option<u32>,
    /// As [`Self::vertical_dpi`].
    pub horizontal_dpi: Option<u32>,
    /// The average colour, such as `0x736246`.
    pub photo_rgb: Option<String>,
}

/// The answer is no description of a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidImageInfo {
    /// It is no JSON object.
    #[error("the answer is no JSON object: {0}")]
    NoObject(String),
    /// A field has a value it cannot have.
    #[error("{name} is {value}")]
    Field {
        /// Its name.
        name: &'static str,
        /// What was sent.
        value: String,
    },
}

impl ImageInfo {
    /// Reads an answer. Numbers may be strings, as the vendor sends them, or numbers; unknown fields are ignored.
    pub fn parse(json: &[u8]) -> Result<Self, InvalidImageInfo> {
        let fields: Map<String, Value> =
            serde_json::from_slice(json).map_err(|error| InvalidImageInfo::NoObject(error.to_string()))?;
        Ok(Self {
            format: text(&fields, "format")?,
            width_px: number(&fields, "width")?,
            height_px: number(&fields, "height")?,
            size_bytes: number(&fields, "size")?,
            md5: text(&fields, "md5")?,
            dynamic_range: text(&fields, "dynamic_range")?,
            frame_count: number(&fields, "frame_count")?,
            bit_depth: number(&fields, "bit_depth")?,
            vertical_dpi: number(&fields, "vertical_dpi")?,
            horizontal_dpi: number(&fields, "horizontal_dpi")?,
            photo_rgb: text(&fields, "photo_rgb")?,
        })
    }
}

fn text(fields: &Map<String, Value>, name: &'static str) -> Result<Option<String>, InvalidImageInfo> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(InvalidImageInfo::Field { name, value: other.to_string() }),
    }
}

fn number<T: TryFrom<u64>>(
    fields: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<T>, InvalidImageInfo> {
    let value = match fields.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let number = match value {
        Value::String(digits) => digits.trim().parse().ok(),
        other => other.as_u64(),
    };
    let number = number.and_then(|number: u64| T::try_from(number).ok());
    number.map(Some).ok_or_else(|| InvalidImageInfo::Field { name, value: value.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sdk_07_strings_and_numbers_and_unknown_fields() {
        let strings = br#"{"format": "jpeg", "width": "960", "height": "540", "size": "158421",
            "md5": "77a16fa70e2eba652fb42e8a639c52f2", "dynamic_range": "unknow", "frame_count": "1", "bit_depth": "8",
            "vertical_dpi": "118", "horizontal_dpi": "118", "photo_rgb": "0x736246"}"#;
        let info = ImageInfo::parse(strings).unwrap();
        assert_eq!(
            (info.format.as_deref(), info.width_px, info.height_px),
            (Some("jpeg"), Some(960), Some(540))
        );
        assert_eq!((info.size_bytes, info.frame_count, info.bit_depth), (Some(158_421), Some(1), Some(8)));
        assert_eq!((info.vertical_dpi, info.horizontal_dpi), (Some(118), Some(118)));
        assert_eq!(info.photo_rgb.as_deref(), Some("0x736246"));

        let text = String::from_utf8_lossy(strings);
        let numbers: String = ["960", "540", "158421", "118", "8", "1"]
            .iter()
            .fold(text.into_owned(), |text, digits| text.replace(&format!("\"{digits}\""), digits));
        assert!(numbers.contains(r#""width": 960"#));
        assert_eq!(ImageInfo::parse(numbers.as_bytes()), Ok(info));

        let newer = br#"{"width": 5, "colour_model": {"name": "cmyk"}, "md5": null}"#;
        assert_eq!(ImageInfo::parse(newer), Ok(ImageInfo { width_px: Some(5), ..ImageInfo::default() }));
    }

    #[test]
    fn nonsense_is_named() {
        let error = ImageInfo::parse(br#"{"width": "wide"}"#).unwrap_err();
        assert_eq!(error.to_string(), r#"width is "wide""#);
        for json in ["", "[]", "\"jpeg\"", r#"{"width": -1}"#, r#"{"height": 1.5}"#, r#"{"format": 5}"#] {
            assert!(ImageInfo::parse(json.as_bytes()).is_err(), "{json}");
        }
    }
}
