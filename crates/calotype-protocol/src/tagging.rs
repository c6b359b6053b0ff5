//! Tags of objects, in a header and in XML.
//!
//! Spec: spec/cos/objects.md, PUT Object and Object tagging.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::encoding;
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::query::Query;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Most tags of one object.
pub const OBJECT_TAGS_MAX: usize = 10;
/// Longest key of a tag.
pub const TAG_KEY_BYTES_MAX: usize = 128;
/// Longest value of a tag.
pub const TAG_VALUE_BYTES_MAX: usize = 256;

/// One name and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Unique within its set.
    pub key: String,
    /// May be empty.
    pub value: String,
}

/// Tags in the order they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TagSet(pub Vec<Tag>);

impl TagSet {
    /// Reads `x-cos-tagging`: `k1=v1&k2=v2`, URL-encoded.
    pub fn from_header(text: &str) -> Result<Self, ParseError> {
        let query = Query::parse(text);
        let tags = query.parameters().iter().map(|parameter| Tag {
            key: parameter.name.clone(),
            value: parameter.value.clone().unwrap_or_default(),
        });
        Self(tags.collect()).checked(OBJECT_TAGS_MAX)
    }

    /// Refuses too many, too long, empty or repeated keys.
    pub fn checked(self, tags_max: usize) -> Result<Self, ParseError> {
        let refuse = |message: String| Err(ParseError::new(ErrorCode::InvalidTag, message));
        if self.0.len() > tags_max {
            return refuse(format!("{} tags are more than {tags_max}", self.0.len()));
        }
        for (place, tag) in self.0.iter().enumerate() {
            if tag.key.is_empty() || tag.key.len() > TAG_KEY_BYTES_MAX {
                return refuse(format!("tag key {:?} has not 1 to {TAG_KEY_BYTES_MAX} bytes", tag.key));
            }
            if tag.value.len() > TAG_VALUE_BYTES_MAX {
                return refuse(format!(
                    "value of tag {:?} has more than {TAG_VALUE_BYTES_MAX} bytes",
                    tag.key
                ));
            }
            if self.0[..place].iter().any(|other| other.key == tag.key) {
                return refuse(format!("tag {:?} is given twice", tag.key));
            }
        }
        Ok(self)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As the header carries it.
impl fmt::Display for TagSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, tag) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { "&" };
            write!(f, "{separator}{}={}", encoding::encode(&tag.key), encoding::encode(&tag.value))?;
        }
        Ok(())
    }
}

impl XmlBody for TagSet {
    const ROOT: &'static str = "Tagging";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.parent("TagSet", |xml| {
            for tag in &self.0 {
                xml.parent("Tag", |xml| {
                    xml.leaf("Key", &tag.key);
                    xml.leaf("Value", &tag.value);
                });
            }
        });
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let tags = root.child("TagSet").into_iter().flat_map(|set| set.children("Tag"));
        let read = |tag: &Element| {
            let key = tag.required_text("Key")?.to_owned();
            Ok(Tag { key, value: tag.text_of("Value").to_owned() })
        };
        Ok(Self(tags.map(read).collect::<Result<_, MalformedXml>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_and_written_in_order() {
        let tags = TagSet::from_header("b=2&a=1%262&%E5%9B%BE=").unwrap();
        assert_eq!(tags.to_string(), "b=2&a=1%262&%E5%9B%BE=");
        assert_eq!(TagSet::from_xml(tags.to_xml()).unwrap(), tags);
        assert!(TagSet::default().to_xml().ends_with("<Tagging><TagSet/></Tagging>"));
    }

    #[test]
    fn limits_hold_on_both_sides() {
        let tags = |count: usize| (0..count).map(|i| format!("k{i}=v")).collect::<Vec<_>>().join("&");
        assert!(TagSet::from_header(&tags(10)).is_ok());
        for bad in
            [tags(11), "a=1&a=2".into(), format!("{}=", "k".repeat(129)), format!("k={}", "v".repeat(257))]
        {
            assert_eq!(TagSet::from_header(&bad).unwrap_err().code, ErrorCode::InvalidTag, "{bad}");
        }
        assert!(TagSet::from_header(&format!("{}={}", "k".repeat(128), "v".repeat(256))).is_ok());
    }
}
