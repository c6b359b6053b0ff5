//! `?tagging` of buckets.
//!
//! Spec: spec/cos/misc.md, tagging.

use super::{Configuration, ConfigurationKind, Unset, malformed};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::tagging::TagSet;
use crate::xml::{Element, XmlBody};

/// Most tags of one bucket.
pub const BUCKET_TAGS_MAX: usize = 50;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "tagging",
    "Tagging",
    actions!("BucketTagging"),
    Unset::Error(ErrorCode::NoSuchTagSet),
    |root| <TagSet as Configuration>::read(root).map(drop),
);

impl Configuration for TagSet {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        if root.child("TagSet").is_none() {
            return Err(malformed("there is no TagSet"));
        }
        <Self as XmlBody>::read(root)?.checked(BUCKET_TAGS_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, refusal};
    use super::*;

    #[test]
    fn a_key_is_there_once_and_fifty_are_enough() {
        let set = |tags: String| format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
        let tag = |key: usize| format!("<Tag><Key>k{key}</Key><Value>v</Value></Tag>");
        let many = |count: usize| set((0..count).map(tag).collect());
        assert_eq!(kept(&KIND, &many(50)), many(50));
        for bad in [many(51), set(tag(1).repeat(2))] {
            assert_eq!(refusal(&KIND, &bad), ErrorCode::InvalidTag);
        }
        assert_eq!(refusal(&KIND, "<Tagging/>"), ErrorCode::MalformedXML);
    }
}
