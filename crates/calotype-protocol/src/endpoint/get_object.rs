//! `GET /<key>`: an object, a part of it, or a picture made from it on the way.
//!
//! Spec: spec/cos/objects.md, GET Object; spec/ci/README.md, 1 and 2.

use std::collections::BTreeMap;

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, EXPIRES,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::attributes::{ContentHeaders, StorageClass, read_metadata, write_metadata};
use crate::conditions::Conditions;
use crate::encryption::CustomerKey;
use crate::names::{BucketName, ETag, ObjectKey, VersionId};
use crate::parse_error::ParseError;
use crate::query::Query;
use crate::range::ByteRange;
use crate::{header, timestamp};

/// Downloads an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetObject {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
    /// Which bytes; none for all.
    pub range: Option<ByteRange>,
    /// Demands on the object.
    pub conditions: Conditions,
    /// Headers of the answer that the `response-…` parameters replace.
    pub overrides: Vec<(HeaderName, HeaderValue)>,
    /// How fast the body may go, in bits per second.
    pub traffic_limit: Option<u64>,
    /// Opens an object that was stored with a key of the client.
    pub customer_key: Option<CustomerKey>,
    /// What to make of the object.
    pub processing: Option<Processing>,
    /// Names without a value that nobody knows; one may be the name of a style.
    pub unknown_flags: Vec<String>,
}

/// What a download makes of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Processing {
    /// An instruction such as `imageMogr2/thumbnail/!50p`, decoded.
    Rule(String),
    /// Looks for foreign data in a picture.
    Inspect,
    /// The untouched original, past the protection of originals.
    Original,
    /// A process that is known and not offered, by its name.
    Unsupported(String),
}

/// `response-…` parameters and the headers they replace.
const OVERRIDES: [(&str, HeaderName); 6] = [
    ("response-content-type", CONTENT_TYPE),
    ("response-content-language", CONTENT_LANGUAGE),
    ("response-expires", EXPIRES),
    ("response-cache-control", CACHE_CONTROL),
    ("response-content-disposition", CONTENT_DISPOSITION),
    ("response-content-encoding", CONTENT_ENCODING),
];

impl GetObject {
    /// Downloads a whole object as it is.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
            range: None,
            conditions: Conditions::default(),
            overrides: Vec::new(),
            traffic_limit: None,
            customer_key: None,
            processing: None,
            unknown_flags: Vec::new(),
        }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Result<Self, ParseError> {
        let query = request.query;
        let instructions: Vec<String> = query.instructions().collect();
        let is_unknown = |name: &&str| !super::subresource::is_modifier(name) && instructions.is_empty();
        Ok(Self {
            bucket: request.bucket.clone(),
            key: request.key.clone(),
            version_id: request.version_id(),
            range: header::text(request.headers, "range").ok().flatten().and_then(ByteRange::parse),
            conditions: Conditions::from_headers(request.headers, ""),
            overrides: parse_overrides(query)?,
            traffic_limit: request.traffic_limit()?,
            customer_key: CustomerKey::from_headers(request.headers)?,
            processing: parse_processing(query)?,
            unknown_flags: query.flags().filter(is_unknown).map(str::to_owned).collect(),
        })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::object(Method::GET, &self.bucket, &self.key);
        match &self.processing {
            Some(Processing::Rule(instruction)) => wire.query.push_flag(instruction),
            Some(Processing::Inspect) => wire.query.push("ci-process", Some("ImageInspect".into())),
            Some(Processing::Original) => wire.query.push("ci-process", Some("originImage".into())),
            Some(Processing::Unsupported(name)) => wire.query.push("ci-process", Some(name.clone())),
            None => {}
        }
        self.unknown_flags.iter().for_each(|flag| wire.query.push_flag(flag));
        wire.query.push_optional("versionId", self.version_id.as_ref());
        for (parameter, name) in OVERRIDES {
            let value = self.overrides.iter().find(|(other, _)| *other == name).map(|(_, value)| value);
            wire.query.push_optional(parameter, value.map(|value| String::from_utf8_lossy(value.as_bytes())));
        }
        header::set_optional(&mut wire.headers, "range", self.range);
        self.conditions.write(&mut wire.headers, "");
        header::set_optional(&mut wire.headers, "x-cos-traffic-limit", self.traffic_limit);
        if let Some(key) = &self.customer_key {
            key.write(&mut wire.headers, crate::encryption::PREFIX);
        }
        wire
    }
}

fn parse_overrides(query: &Query) -> Result<Vec<(HeaderName, HeaderValue)>, ParseError> {
    let given = OVERRIDES
        .into_iter()
        .filter_map(|(parameter, name)| Some((parameter, name, query.value(parameter)?)));
    given
        .map(|(parameter, name, text)| {
            let value = HeaderValue::from_bytes(text.as_bytes());
            let value = value
                .map_err(|_| ParseError::argument(format!("{parameter} {text:?} is not a header value")))?;
            Ok((name, value))
        })
        .collect()
}

fn parse_processing(query: &Query) -> Result<Option<Processing>, ParseError> {
    if let Some(instruction) = query.instruction()? {
        // The Python SDK writes this process as a flag.
        let inspects = instruction == "imageInspect";
        return Ok(Some(if inspects { Processing::Inspect } else { Processing::Rule(instruction) }));
    }
    let Some(name) = query.ci_process() else { return Ok(None) };
    Ok(Some(match known_process(name)? {
        "ImageInspect" => Processing::Inspect,
        "originImage" => Processing::Original,
        name => Processing::Unsupported(name.to_owned()),
    }))
}

/// Names of `ci-process`, offered or not.
const PROCESSES: &[&str] = &[
    "AIBodyRecognition",
    "AIEnhanceImage",
    "AIGameRec",
    "AIImageAnalysis",
    "AIImageColoring",
    "AIImageCrop",
    "AILicenseRec",
    "AIObjectDetect",
    "AIPicMatting",
    "AIPortraitMatting",
    "AISuperResolution",
    "AssessQuality",
    "AutoTranslationBlock",
    "DetectCar",
    "DetectFace",
    "GoodsMatting",
    "IDCardOCR",
    "ImageAIGCMetadata",
    "ImageInspect",
    "ImageRepair",
    "ImageSearch",
    "ImageTargetRec",
    "OCR",
    "QRcode",
    "RecognizeLogo",
    "ai-recognition",
    "detect-label",
    "detect-pet",
    "doc-preview",
    "face-effect",
    "filehash",
    "getplaylist",
    "originImage",
    "pm3u8",
    "qrcode-generate",
    "sensitive-content-recognition",
    "snapshot",
    "videoinfo",
];

/// Refuses names nobody knows.
pub(super) fn known_process(name: &str) -> Result<&str, ParseError> {
    if PROCESSES.contains(&name) {
        Ok(name)
    } else {
        Err(ParseError::argument(format!("ci-process {name:?} is not known")))
    }
}

/// Headers of the answer to a download or HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHeaders {
    /// Headers that describe content.
    pub content: ContentHeaders,
    /// User metadata.
    pub metadata: BTreeMap<String, HeaderValue>,
    /// Size of what the answer holds or would hold.
    pub content_length: Option<u64>,
    /// Which bytes of the object these are, as `bytes a-b/total`.
    pub content_range: Option<String>,
    /// Tag of the object.
    pub etag: Option<ETag>,
    /// When the object was written.
    pub last_modified: Option<Timestamp>,
    /// CRC-64 of the whole object.
    pub crc64: Option<u64>,
    /// Its class.
    pub storage_class: StorageClass,
    /// Its version.
    pub version_id: Option<VersionId>,
    /// How many tags it has.
    pub tag_count: Option<u32>,
}

impl ObjectHeaders {
    /// Writes the headers of an answer.
    pub fn write(&self, headers: &mut HeaderMap) {
        self.content.write(headers);
        write_metadata(&self.metadata, headers);
        header::set_optional(headers, "content-length", self.content_length);
        header::set_optional(headers, "content-range", self.content_range.as_deref());
        header::set_optional(headers, "etag", self.etag.as_ref().map(ETag::quoted));
        header::set_optional(headers, "last-modified", self.last_modified.map(timestamp::http_date));
        header::set_optional(headers, "x-cos-hash-crc64ecma", self.crc64);
        let class = (self.storage_class != StorageClass::Standard).then_some(self.storage_class);
        header::set_optional(headers, "x-cos-storage-class", class);
        header::set_optional(headers, "x-cos-version-id", self.version_id.as_ref());
        header::set_optional(headers, "x-cos-tagging-count", self.tag_count);
        header::set(headers, "accept-ranges", "bytes");
    }

    /// Reads the headers of an answer. Pictures made on the way have tags of another shape; those are left out.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, ParseError> {
        let modified = header::text(headers, "last-modified")?;
        Ok(Self {
            content: ContentHeaders::from_headers(headers),
            metadata: read_metadata(headers)?,
            content_length: header::parsed(headers, "content-length")?,
            content_range: header::text(headers, "content-range")?.map(str::to_owned),
            etag: header::parsed(headers, "etag").ok().flatten(),
            last_modified: modified.and_then(timestamp::parse_http_date),
            crc64: header::parsed(headers, "x-cos-hash-crc64ecma")?,
            storage_class: header::parsed(headers, "x-cos-storage-class")?.unwrap_or_default(),
            version_id: header::text(headers, "x-cos-version-id")?.map(VersionId::from),
            tag_count: header::parsed(headers, "x-cos-tagging-count")?,
        })
    }
}
