//! `POST /` with a browser form: stores the file in it.
//!
//! Spec: spec/cos/objects.md, POST Object.

use crate::names::{BucketName, ETag, ObjectKey};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Stores the file of a form. Everything else is in the form: see [`PostForm`](crate::post_form::PostForm).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostObject {
    /// Where the object will live.
    pub bucket: BucketName,
}

/// The answer with the status 201.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostResponse {
    /// Address of the object.
    pub location: String,
    /// Its bucket.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Its tag.
    pub etag: ETag,
}

impl XmlBody for PostResponse {
    const ROOT: &'static str = "PostResponse";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("Location", &self.location);
        xml.leaf("Bucket", &self.bucket);
        xml.leaf("Key", &self.key);
        xml.leaf("ETag", self.etag.quoted());
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            location: root.required_text("Location")?.to_owned(),
            bucket: root.required("Bucket")?,
            key: root.required("Key")?,
            etag: root.required("ETag")?,
        })
    }
}
