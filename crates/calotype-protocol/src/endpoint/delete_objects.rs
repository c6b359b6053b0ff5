//! `POST /?delete`: removes up to a thousand objects at once.
//!
//! Spec: spec/cos/objects.md, DELETE Multiple Objects.

use http::Method;

use super::WireRequest;
use super::incoming::BucketRequest;
use crate::error_code::ErrorCode;
use crate::header;
use crate::names::{BucketName, ObjectKey, VersionId};
use crate::parse_error::ParseError;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Most objects of one request.
pub const OBJECTS_PER_DELETE_MAX: usize = 1000;

/// Removes the objects its body lists: a [`DeleteList`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteObjects {
    /// Where the objects live.
    pub bucket: BucketName,
    /// MD5 the body has to have.
    pub content_md5: [u8; 16],
}

/// The body of the request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeleteList {
    /// Whether the answer names failures only.
    pub quiet: bool,
    /// 1 to [`OBJECTS_PER_DELETE_MAX`].
    pub objects: Vec<ObjectIdentifier>,
}

/// One object, or one version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectIdentifier {
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none leaves a marker where versions are kept.
    pub version_id: Option<VersionId>,
}

/// The body of the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeleteResult {
    /// What is gone.
    pub deleted: Vec<DeletedObject>,
    /// What is not, and why.
    pub errors: Vec<DeleteError>,
}

/// One object that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedObject {
    /// Its key.
    pub key: ObjectKey,
    /// The delete marker that was made or removed.
    pub delete_marker_version_id: Option<VersionId>,
    /// The version the request named.
    pub version_id: Option<VersionId>,
}

/// One object that is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteError {
    /// Its key.
    pub key: ObjectKey,
    /// The version the request named.
    pub version_id: Option<VersionId>,
    /// The word of an [`ErrorCode`].
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

impl DeleteObjects {
    pub(super) fn parse(request: &BucketRequest<'_>) -> Result<Self, ParseError> {
        let content_md5 = header::content_md5(request.headers)?.ok_or(ErrorCode::MissingContentMD5)?;
        Ok(Self { bucket: request.bucket.clone(), content_md5 })
    }
}

impl DeleteList {
    /// The request as it is sent.
    pub fn to_wire(&self, bucket: &BucketName) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::POST, bucket);
        wire.query.push_flag("delete");
        wire.with_xml(self.to_xml())
    }
}

impl XmlBody for DeleteList {
    const ROOT: &'static str = "Delete";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("Quiet", self.quiet);
        for object in &self.objects {
            xml.parent("Object", |xml| {
                // Readers take one leading slash off, so a key that begins with one needs a second.
                let slash = if object.key.as_str().starts_with('/') { "/" } else { "" };
                xml.leaf("Key", format!("{slash}{}", object.key));
                xml.optional("VersionId", object.version_id.as_ref());
            });
        }
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let read = |object: &Element| {
            let key = object.required_text("Key")?;
            let key = key.strip_prefix('/').unwrap_or(key);
            Ok(ObjectIdentifier {
                key: key.parse().map_err(|error| MalformedXml(format!("Key: {error}")))?,
                version_id: object.optional_text("VersionId").map(VersionId::from),
            })
        };
        let objects = root.children("Object").map(read).collect::<Result<Vec<_>, MalformedXml>>()?;
        if !(1..=OBJECTS_PER_DELETE_MAX).contains(&objects.len()) {
            let message = format!("{} objects, expected 1 to {OBJECTS_PER_DELETE_MAX}", objects.len());
            return Err(MalformedXml(message));
        }
        Ok(Self { quiet: root.flag("Quiet"), objects })
    }
}

impl XmlBody for DeleteResult {
    const ROOT: &'static str = "DeleteResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        for deleted in &self.deleted {
            xml.parent("Deleted", |xml| {
                xml.leaf("Key", &deleted.key);
                xml.optional("DeleteMarker", deleted.delete_marker_version_id.as_ref().map(|_| true));
                xml.optional("DeleteMarkerVersionId", deleted.delete_marker_version_id.as_ref());
                xml.optional("VersionId", deleted.version_id.as_ref());
            });
        }
        for error in &self.errors {
            xml.parent("Error", |xml| {
                xml.leaf("Key", &error.key);
                xml.optional("VersionId", error.version_id.as_ref());
                xml.leaf("Code", &error.code);
                xml.leaf("Message", &error.message);
            });
        }
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let version = |entry: &Element, name: &str| entry.optional_text(name).map(VersionId::from);
        let deleted = |entry: &Element| {
            Ok(DeletedObject {
                key: entry.required("Key")?,
                delete_marker_version_id: version(entry, "DeleteMarkerVersionId"),
                version_id: version(entry, "VersionId"),
            })
        };
        let error = |entry: &Element| {
            Ok(DeleteError {
                key: entry.required("Key")?,
                version_id: version(entry, "VersionId"),
                code: entry.text_of("Code").to_owned(),
                message: entry.text_of("Message").to_owned(),
            })
        };
        Ok(Self {
            deleted: root.children("Deleted").map(deleted).collect::<Result<_, MalformedXml>>()?,
            errors: root.children("Error").map(error).collect::<Result<_, MalformedXml>>()?,
        })
    }
}
