//! `GET /` without a bucket: the buckets of an account.
//!
//! Spec: spec/cos/buckets.md, GET Service.

use http::Method;
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::QueryValues;
use super::listing::{Owner, moment};
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::query::Query;
use crate::tagging::Tag;
use crate::timestamp;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Most buckets on one page, and as many as there are when nothing is said.
pub const BUCKETS_PER_PAGE_MAX: u32 = 2000;

/// Asks for one page of buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListBuckets {
    /// Only names behind it; empty for the first page.
    pub marker: String,
    /// Buckets on the page.
    pub max_keys: u32,
    /// Only buckets of this region.
    pub region: Option<String>,
    /// Only buckets with this tag.
    pub tag: Option<Tag>,
    /// Only buckets made before or after a moment.
    pub created: Option<CreatedFilter>,
}

/// Which buckets by the moment of their creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreatedFilter {
    /// On which side of it.
    pub range: CreatedRange,
    /// The moment.
    pub moment: Timestamp,
}

/// A side of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum CreatedRange {
    Before,
    After,
    NotAfter,
    NotBefore,
}

/// One page of buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAllMyBucketsResult {
    /// The account.
    pub owner: Owner,
    /// Whether there is more.
    pub is_truncated: bool,
    /// As asked.
    pub marker: String,
    /// The last name of this page, when there is more.
    pub next_marker: Option<String>,
    /// By name.
    pub buckets: Vec<ListedBucket>,
}

/// One bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBucket {
    /// Its name.
    pub name: BucketName,
    /// Its region.
    pub region: String,
    /// When it was made.
    pub created: Timestamp,
}

impl Default for ListBuckets {
    fn default() -> Self {
        Self { marker: String::new(), max_keys: BUCKETS_PER_PAGE_MAX, region: None, tag: None, created: None }
    }
}

impl ListBuckets {
    pub(super) fn parse(query: &Query, host_region: Option<&str>) -> Result<Self, ParseError> {
        let tag = query.value("tagkey").map(|key| Tag { key: key.to_owned(), value: query.text("tagvalue") });
        Ok(Self {
            marker: query.text("marker"),
            max_keys: query.count("max-keys", BUCKETS_PER_PAGE_MAX)?,
            region: query.value("region").or(host_region).map(str::to_owned),
            tag,
            created: parse_created(query)?,
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::service(Method::GET);
        wire.query.push_optional("marker", (!self.marker.is_empty()).then_some(&self.marker));
        wire.query.push_optional("max-keys", Some(self.max_keys));
        wire.query.push_optional("region", self.region.as_ref());
        if let Some(tag) = &self.tag {
            wire.query.push("tagkey", Some(tag.key.clone()));
            wire.query.push("tagvalue", Some(tag.value.clone()));
        }
        if let Some(created) = &self.created {
            wire.query.push("create-time", Some(created.moment.as_second().to_string()));
            wire.query.push("range", Some(created.range.word().to_owned()));
        }
        wire
    }
}

fn parse_created(query: &Query) -> Result<Option<CreatedFilter>, ParseError> {
    let Some(second) = query.parsed::<i64>("create-time")? else { return Ok(None) };
    let word = query.text("range");
    let range = CreatedRange::ALL.into_iter().find(|range| range.word() == word);
    match (range, Timestamp::from_second(second)) {
        (Some(range), Ok(moment)) => Ok(Some(CreatedFilter { range, moment })),
        _ => Err(ParseError::argument(format!("create-time {second} with range {word:?} is not valid"))),
    }
}

impl CreatedFilter {
    /// Whether a bucket made at that moment is asked for.
    pub fn includes(&self, created: Timestamp) -> bool {
        match self.range {
            CreatedRange::Before => created < self.moment,
            CreatedRange::After => created > self.moment,
            CreatedRange::NotAfter => created <= self.moment,
            CreatedRange::NotBefore => created >= self.moment,
        }
    }
}

impl CreatedRange {
    const ALL: [Self; 4] = [Self::Before, Self::After, Self::NotAfter, Self::NotBefore];

    fn word(self) -> &'static str {
        match self {
            Self::Before => "lt",
            Self::After => "gt",
            Self::NotAfter => "lte",
            Self::NotBefore => "gte",
        }
    }
}

impl XmlBody for ListAllMyBucketsResult {
    const ROOT: &'static str = "ListAllMyBucketsResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        self.owner.write("Owner", xml);
        xml.leaf("IsTruncated", self.is_truncated);
        xml.leaf("Marker", &self.marker);
        xml.optional("NextMarker", self.next_marker.as_deref());
        xml.parent("Buckets", |xml| {
            for bucket in &self.buckets {
                xml.parent("Bucket", |xml| {
                    xml.leaf("Name", &bucket.name);
                    xml.leaf("Location", &bucket.region);
                    xml.leaf("CreationDate", timestamp::iso_seconds(bucket.created));
                    xml.leaf("BucketType", "cos");
                });
            }
        });
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let buckets = root.child("Buckets").into_iter().flat_map(|buckets| buckets.children("Bucket"));
        let read = |bucket: &Element| {
            Ok(ListedBucket {
                name: bucket.required("Name")?,
                region: bucket.text_of("Location").to_owned(),
                created: moment(bucket, "CreationDate")?,
            })
        };
        Ok(Self {
            owner: root.child("Owner").map(Owner::read).unwrap_or_default(),
            is_truncated: root.flag("IsTruncated"),
            marker: root.text_of("Marker").to_owned(),
            next_marker: root.optional_text("NextMarker").map(str::to_owned),
            buckets: buckets.map(read).collect::<Result<_, MalformedXml>>()?,
        })
    }
}
