//! `GET /?list-type=2`: one page of keys, continued by an opaque token.
//!
//! Spec: spec/cos/buckets.md, List objects version 2.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;

use super::WireRequest;
use super::incoming::{BucketRequest, QueryValues};
use super::listing::{ENTRIES_PER_PAGE_MAX, KeyCoding, ListedObject};
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Asks for one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListObjectsV2 {
    /// The bucket to list.
    pub bucket: BucketName,
    /// Only keys that begin with it.
    pub prefix: String,
    /// Keys are folded at its first occurrence behind the prefix.
    pub delimiter: Option<String>,
    /// Only keys behind it; a token goes first.
    pub start_after: String,
    /// From the page before.
    pub continuation_token: Option<String>,
    /// Entries on the page, keys and prefixes together.
    pub max_keys: u32,
    /// Whether entries name their owner.
    pub fetch_owner: bool,
    /// Whether the answer percent-encodes keys.
    pub encode_keys: bool,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListBucketResultV2 {
    /// The bucket.
    pub name: BucketName,
    /// As asked.
    pub prefix: String,
    /// As asked.
    pub start_after: String,
    /// As asked.
    pub max_keys: u32,
    /// As asked.
    pub delimiter: Option<String>,
    /// Whether keys are percent-encoded in the document; here they never are.
    pub encode_keys: bool,
    /// Whether there is more.
    pub is_truncated: bool,
    /// Entries on this page.
    pub key_count: u32,
    /// As asked.
    pub continuation_token: Option<String>,
    /// For the next page, when there is more.
    pub next_continuation_token: Option<String>,
    /// Folded keys.
    pub common_prefixes: Vec<String>,
    /// Keys.
    pub contents: Vec<ListedObject>,
}

impl ListObjectsV2 {
    pub(super) fn parse(request: &BucketRequest<'_>) -> Result<Self, ParseError> {
        let list = Self {
            bucket: request.bucket.clone(),
            prefix: request.query.text("prefix"),
            delimiter: request.query.value("delimiter").map(str::to_owned),
            start_after: request.query.text("start-after"),
            continuation_token: request.query.value("continuation-token").map(str::to_owned),
            max_keys: request.query.count("max-keys", ENTRIES_PER_PAGE_MAX)?,
            fetch_owner: request.query.value("fetch-owner") == Some("true"),
            encode_keys: request.query.encodes_keys()?,
        };
        list.marker().map(|_| list)
    }

    /// The entry this page begins behind: what the token stands for, or `start_after`.
    pub fn marker(&self) -> Result<String, ParseError> {
        let Some(token) = &self.continuation_token else { return Ok(self.start_after.clone()) };
        let bytes = URL_SAFE_NO_PAD.decode(token).ok();
        bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| ParseError::argument(format!("continuation-token {token:?} is not valid")))
    }

    /// The token that continues behind an entry.
    pub fn token_after(entry: &str) -> String {
        URL_SAFE_NO_PAD.encode(entry)
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::GET, &self.bucket);
        let filled = |text: &String| (!text.is_empty()).then(|| text.clone());
        wire.query.push("list-type", Some("2".into()));
        wire.query.push_optional("prefix", filled(&self.prefix));
        wire.query.push_optional("delimiter", self.delimiter.as_ref());
        wire.query.push_optional("start-after", filled(&self.start_after));
        wire.query.push_optional("continuation-token", self.continuation_token.as_ref());
        wire.query.push_optional("max-keys", Some(self.max_keys));
        wire.query.push_optional("fetch-owner", self.fetch_owner.then_some("true"));
        wire.query.push_optional("encoding-type", self.encode_keys.then_some("url"));
        wire
    }
}

impl XmlBody for ListBucketResultV2 {
    const ROOT: &'static str = "ListBucketResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        let coding = KeyCoding { encoded: self.encode_keys };
        xml.leaf("Name", &self.name);
        xml.optional("EncodingType", self.encode_keys.then_some("url"));
        xml.leaf("Prefix", coding.write(&self.prefix));
        xml.leaf("StartAfter", coding.write(&self.start_after));
        xml.leaf("MaxKeys", self.max_keys);
        xml.optional("Delimiter", self.delimiter.as_deref().map(|text| coding.write(text)));
        xml.leaf("IsTruncated", self.is_truncated);
        xml.leaf("KeyCount", self.key_count);
        xml.optional("ContinuationToken", self.continuation_token.as_deref());
        xml.optional("NextContinuationToken", self.next_continuation_token.as_deref());
        coding.write_prefixes(&self.common_prefixes, xml);
        self.contents.iter().for_each(|object| object.write(coding, xml));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let encode_keys = root.text_of("EncodingType") == "url";
        let coding = KeyCoding { encoded: encode_keys };
        Ok(Self {
            name: root.required("Name")?,
            prefix: coding.read(root.text_of("Prefix"))?,
            start_after: coding.read(root.text_of("StartAfter"))?,
            max_keys: root.optional("MaxKeys")?.unwrap_or(ENTRIES_PER_PAGE_MAX),
            delimiter: coding.optional(root, "Delimiter")?,
            encode_keys,
            is_truncated: root.flag("IsTruncated"),
            key_count: root.optional("KeyCount")?.unwrap_or(0),
            continuation_token: root.optional_text("ContinuationToken").map(str::to_owned),
            next_continuation_token: root.optional_text("NextContinuationToken").map(str::to_owned),
            common_prefixes: coding.read_prefixes(root)?,
            contents: root
                .children("Contents")
                .map(|entry| ListedObject::read(coding, entry))
                .collect::<Result<_, _>>()?,
        })
    }
}
