//! What listings have in common.

use jiff::Timestamp;

use crate::attributes::StorageClass;
use crate::encoding;
use crate::names::{ETag, ObjectKey};
use crate::timestamp;
use crate::xml::{Element, MalformedXml, XmlWriter};

/// Most entries on one page of objects, parts or uploads.
pub const ENTRIES_PER_PAGE_MAX: u32 = 1000;

/// Who owns or began something: an APPID, a UIN, or the full form of a principal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner {
    /// For programs.
    pub id: String,
    /// For people.
    pub display_name: String,
}

/// One object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedObject {
    /// Its key.
    pub key: ObjectKey,
    /// When it was written.
    pub last_modified: Timestamp,
    /// Its tag.
    pub etag: ETag,
    /// Its size.
    pub size_bytes: u64,
    /// The account by its APPID; version 2 leaves it out unless asked.
    pub owner: Option<Owner>,
    /// Its class.
    pub storage_class: StorageClass,
}

impl Owner {
    /// Both fields the same.
    pub fn plain(id: &str) -> Self {
        Self { id: id.to_owned(), display_name: id.to_owned() }
    }

    pub(super) fn write(&self, element: &str, xml: &mut XmlWriter) {
        xml.parent(element, |xml| {
            xml.leaf("ID", &self.id);
            xml.leaf("DisplayName", &self.display_name);
        });
    }

    pub(super) fn read(element: &Element) -> Self {
        Self { id: element.text_of("ID").to_owned(), display_name: element.text_of("DisplayName").to_owned() }
    }
}

/// How keys are written in one document, and read from it.
#[derive(Clone, Copy)]
pub(super) struct KeyCoding {
    pub(super) encoded: bool,
}

impl KeyCoding {
    pub(super) fn write(self, text: &str) -> String {
        if self.encoded { encoding::encode_path(text) } else { text.to_owned() }
    }

    pub(super) fn read(self, text: &str) -> Result<String, MalformedXml> {
        if !self.encoded {
            return Ok(text.to_owned());
        }
        encoding::decode(text).ok_or_else(|| MalformedXml(format!("{text:?} does not decode to UTF-8")))
    }

    pub(super) fn read_key(self, element: &Element) -> Result<ObjectKey, MalformedXml> {
        let key = self.read(element.required_text("Key")?)?;
        key.parse().map_err(|error| MalformedXml(format!("Key: {error}")))
    }

    /// The text of a child that may be missing or empty.
    pub(super) fn optional(self, parent: &Element, name: &str) -> Result<Option<String>, MalformedXml> {
        parent.optional_text(name).map(|text| self.read(text)).transpose()
    }

    pub(super) fn write_prefixes(self, prefixes: &[String], xml: &mut XmlWriter) {
        for prefix in prefixes {
            xml.parent("CommonPrefixes", |xml| xml.leaf("Prefix", self.write(prefix)));
        }
    }

    pub(super) fn read_prefixes(self, root: &Element) -> Result<Vec<String>, MalformedXml> {
        let prefixes = root.children("CommonPrefixes").flat_map(|entry| entry.children("Prefix"));
        prefixes.map(|prefix| self.read(prefix.text())).collect()
    }
}

impl ListedObject {
    pub(super) fn write(&self, coding: KeyCoding, xml: &mut XmlWriter) {
        xml.parent("Contents", |xml| {
            xml.leaf("Key", coding.write(self.key.as_str()));
            xml.leaf("LastModified", timestamp::iso_millis(self.last_modified));
            xml.leaf("ETag", self.etag.quoted());
            xml.leaf("Size", self.size_bytes);
            if let Some(owner) = &self.owner {
                owner.write("Owner", xml);
            }
            xml.leaf("StorageClass", self.storage_class);
        });
    }

    pub(super) fn read(coding: KeyCoding, entry: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            key: coding.read_key(entry)?,
            last_modified: moment(entry, "LastModified")?,
            etag: entry.required("ETag")?,
            size_bytes: entry.required("Size")?,
            owner: entry.child("Owner").map(Owner::read),
            storage_class: entry.optional("StorageClass")?.unwrap_or_default(),
        })
    }
}

/// A moment in either ISO form.
pub(super) fn moment(parent: &Element, name: &str) -> Result<Timestamp, MalformedXml> {
    let text = parent.required_text(name)?;
    timestamp::parse_iso(text.trim()).ok_or_else(|| MalformedXml(format!("{name} {text:?} is not a time")))
}
