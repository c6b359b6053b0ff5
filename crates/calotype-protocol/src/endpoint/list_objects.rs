//! `GET /?prefix&delimiter&marker&max-keys&encoding-type`: one page of keys in order.
//!
//! Spec: spec/cos/buckets.md, GET Bucket.

use http::Method;

use super::WireRequest;
use super::incoming::{BucketRequest, QueryValues};
use super::listing::{ENTRIES_PER_PAGE_MAX, KeyCoding, ListedObject};
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Asks for one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListObjects {
    /// The bucket to list.
    pub bucket: BucketName,
    /// Only keys that begin with it.
    pub prefix: String,
    /// Keys are folded at its first occurrence behind the prefix.
    pub delimiter: Option<String>,
    /// Only keys and folded prefixes behind it; empty for the first page.
    pub marker: String,
    /// Entries on the page, keys and prefixes together.
    pub max_keys: u32,
    /// Whether the answer percent-encodes keys.
    pub encode_keys: bool,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListBucketResult {
    /// The bucket.
    pub name: BucketName,
    /// As asked.
    pub prefix: String,
    /// As asked.
    pub marker: String,
    /// As asked, at most [`ENTRIES_PER_PAGE_MAX`].
    pub max_keys: u32,
    /// As asked.
    pub delimiter: Option<String>,
    /// Whether keys are percent-encoded in the document; here they never are.
    pub encode_keys: bool,
    /// Whether there is more.
    pub is_truncated: bool,
    /// The last entry of this page, when there is more.
    pub next_marker: Option<String>,
    /// Folded keys.
    pub common_prefixes: Vec<String>,
    /// Keys.
    pub contents: Vec<ListedObject>,
}

impl ListObjects {
    /// The first page of a bucket, folded nowhere, encoded so that every key survives the XML.
    pub fn new(bucket: BucketName) -> Self {
        Self {
            bucket,
            prefix: String::new(),
            delimiter: None,
            marker: String::new(),
            max_keys: ENTRIES_PER_PAGE_MAX,
            encode_keys: true,
        }
    }

    pub(super) fn parse(request: &BucketRequest<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            bucket: request.bucket.clone(),
            prefix: request.query.text("prefix"),
            delimiter: request.query.value("delimiter").map(str::to_owned),
            marker: request.query.text("marker"),
            max_keys: request.query.count("max-keys", ENTRIES_PER_PAGE_MAX)?,
            encode_keys: request.query.encodes_keys()?,
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::GET, &self.bucket);
        let filled = |text: &String| (!text.is_empty()).then(|| text.clone());
        wire.query.push_optional("prefix", filled(&self.prefix));
        wire.query.push_optional("delimiter", self.delimiter.as_ref());
        wire.query.push_optional("marker", filled(&self.marker));
        wire.query.push_optional("max-keys", Some(self.max_keys));
        wire.query.push_optional("encoding-type", self.encode_keys.then_some("url"));
        wire
    }
}

impl XmlBody for ListBucketResult {
    const ROOT: &'static str = "ListBucketResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        let coding = KeyCoding { encoded: self.encode_keys };
        xml.leaf("Name", &self.name);
        xml.optional("EncodingType", self.encode_keys.then_some("url"));
        xml.leaf("Prefix", coding.write(&self.prefix));
        xml.leaf("Marker", coding.write(&self.marker));
        xml.leaf("MaxKeys", self.max_keys);
        xml.optional("Delimiter", self.delimiter.as_deref().map(|text| coding.write(text)));
        xml.leaf("IsTruncated", self.is_truncated);
        xml.optional("NextMarker", self.next_marker.as_deref().map(|text| coding.write(text)));
        coding.write_prefixes(&self.common_prefixes, xml);
        self.contents.iter().for_each(|object| object.write(coding, xml));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let encode_keys = root.text_of("EncodingType") == "url";
        let coding = KeyCoding { encoded: encode_keys };
        Ok(Self {
            name: root.required("Name")?,
            prefix: coding.read(root.text_of("Prefix"))?,
            marker: coding.read(root.text_of("Marker"))?,
            max_keys: root.optional("MaxKeys")?.unwrap_or(ENTRIES_PER_PAGE_MAX),
            delimiter: coding.optional(root, "Delimiter")?,
            encode_keys,
            is_truncated: root.flag("IsTruncated"),
            next_marker: coding.optional(root, "NextMarker")?,
            common_prefixes: coding.read_prefixes(root)?,
            contents: root
                .children("Contents")
                .map(|entry| ListedObject::read(coding, entry))
                .collect::<Result<_, _>>()?,
        })
    }
}
