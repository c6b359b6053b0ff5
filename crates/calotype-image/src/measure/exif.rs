//! `exif`: the tags of a picture as JSON text. Source: spec/ci/info.md, 2.

use std::{collections::BTreeMap, fmt::Display};

use exif::{Field, In, Reader, Tag, Value};

use crate::{ImageFormat, metadata};

/// What is answered for a picture without tags, which is no error.
const NO_TAGS: &str = r#"{"error" : "no exif data"}"#;

/// Bytes of a comment; longer ones are left out.
const COMMENT_BYTES_MAX: usize = 1024;

/// Letters of one value, so that tables of offsets in a TIFF file stay out.
const TEXT_MAX: usize = 4096;

/// The tags of a file.
pub fn json_of_file(format: ImageFormat, bytes: &[u8]) -> String {
    match format {
        // The tags of a TIFF file are the file itself.
        ImageFormat::Tiff => json_of_block(Some(bytes)),
        _ => json_of_block(metadata::read(format, bytes).exif.as_deref()),
    }
}

/// The tags of an Exif block that starts at its TIFF header.
pub fn json_of_block(block: Option<&[u8]>) -> String {
    let tags = block.map(read).unwrap_or_default();
    if tags.is_empty() {
        return NO_TAGS.to_owned();
    }
    let members =
        tags.into_iter().map(|(name, text)| format!("{}: {{\"val\": {}}}", quoted(&name), quoted(&text)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// Name and text of every tag of the picture, in alphabetical order. Broken blocks give what can be read.
fn read(block: &[u8]) -> BTreeMap<String, String> {
    let read = Reader::new().continue_on_error(true).read_raw(block.to_vec());
    let Ok(tags) = read.or_else(|error| error.distill_partial_result(|_| ())) else { return BTreeMap::new() };
    let fields = tags.fields().filter(|field| field.ifd_num == In::PRIMARY);
    fields.filter_map(|field| Some((name(field.tag)?, text(field)?))).collect()
}

/// `None` for tags that have no name, and for those that are not for people.
fn name(tag: Tag) -> Option<String> {
    match tag {
        Tag::MakerNote => None,
        // The name in the version of the standard that clients know.
        Tag::PhotographicSensitivity => Some("ISOSpeedRatings".to_owned()),
        _ => tag.description().map(|_| tag.to_string()),
    }
}

fn text(field: &Field) -> Option<String> {
    let text = match (&field.tag, &field.value) {
        (&Tag::ColorSpace, value) => match value.get_uint(0)? {
            1 => "sRGB".to_owned(),
            65_535 => "Uncalibrated".to_owned(),
            other => other.to_string(),
        },
        (&Tag::UserComment, Value::Undefined(bytes, _)) if bytes.len() > COMMENT_BYTES_MAX => return None,
        (_, Value::Ascii(lines)) => {
            let lines: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
            lines.join(", ").trim_end_matches('\0').to_owned()
        }
        (_, Value::Byte(bytes) | Value::Undefined(bytes, _)) => join(bytes, " "),
        (_, Value::Rational(values)) => {
            join(values.iter().map(|value| format!("{}/{}", value.num, value.denom)), ", ")
        }
        (_, Value::SRational(values)) => {
            join(values.iter().map(|value| format!("{}/{}", value.num, value.denom)), ", ")
        }
        (_, Value::Short(values)) => join(values, ", "),
        (_, Value::Long(values)) => join(values, ", "),
        (_, Value::SByte(values)) => join(values, ", "),
        (_, Value::SShort(values)) => join(values, ", "),
        (_, Value::SLong(values)) => join(values, ", "),
        (_, Value::Float(values)) => join(values, ", "),
        (_, Value::Double(values)) => join(values, ", "),
        (_, Value::Unknown(..)) => return None,
    };
    (text.len() <= TEXT_MAX).then_some(text)
}

fn join<T: Display>(values: impl IntoIterator<Item = T>, separator: &str) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(separator)
}

/// A JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\0'..='\x1F' => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use exif::{Field, In, Rational, Tag, Value, experimental::Writer};

    use super::{NO_TAGS, json_of_block, quoted};

    fn block(fields: &[(Tag, Value)]) -> Vec<u8> {
        let fields: Vec<_> = fields
            .iter()
            .map(|(tag, value)| Field { tag: *tag, ifd_num: In::PRIMARY, value: value.clone() })
            .collect();
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut bytes = std::io::Cursor::new(Vec::new());
        writer.write(&mut bytes, true).unwrap();
        bytes.into_inner()
    }

    fn rational(num: u32, denom: u32) -> Rational {
        Rational { num, denom }
    }

    #[test]
    fn info_13_info_14_info_15_info_16_every_type_has_its_text() {
        let block = block(&[
            (Tag::Model, Value::Ascii(vec![b"A \"1\"".to_vec()])),
            (Tag::DateTime, Value::Ascii(vec![b"2018:09:03 17:37:06".to_vec()])),
            (Tag::FNumber, Value::Rational(vec![rational(13, 1)])),
            (Tag::ExifVersion, Value::Undefined(b"0230".to_vec(), 0)),
            (Tag::ColorSpace, Value::Short(vec![1])),
            (Tag::PhotographicSensitivity, Value::Short(vec![100])),
            (Tag::GPSLatitude, Value::Rational(vec![rational(31, 1), rational(12, 1), rational(3000, 100)])),
            (Tag::BitsPerSample, Value::Short(vec![8, 8, 8])),
            (Tag::UserComment, Value::Undefined(vec![65; 1025], 0)),
            (Tag::MakerNote, Value::Undefined(vec![1, 2, 3], 0)),
        ]);
        let expected = concat!(
            r#"{"BitsPerSample": {"val": "8, 8, 8"},"ColorSpace": {"val": "sRGB"},"#,
            r#""DateTime": {"val": "2018:09:03 17:37:06"},"ExifVersion": {"val": "48 50 51 48"},"#,
            r#""FNumber": {"val": "13/1"},"GPSLatitude": {"val": "31/1, 12/1, 3000/100"},"#,
            r#""ISOSpeedRatings": {"val": "100"},"Model": {"val": "A \"1\""}}"#,
        );
        assert_eq!(json_of_block(Some(&block)), expected);
    }

    #[test]
    fn info_17_no_tags_are_no_error() {
        assert_eq!(json_of_block(None), NO_TAGS);
        for broken in [&b""[..], b"II*\0", b"II*\0\xFF\xFF\xFF\xFF", b"junk"] {
            assert_eq!(json_of_block(Some(broken)), NO_TAGS);
        }
    }

    #[test]
    fn text_is_safe_inside_of_json() {
        assert_eq!(quoted("a\"\\\n\u{7F}ä"), "\"a\\\"\\\\\\u000a\u{7F}ä\"");
    }
}
