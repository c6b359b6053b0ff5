//! The documents a bucket keeps about itself: one kind a file, and here what they share.
//!
//! A document is checked by its own type when it is put, and is kept and given back as it was sent, but for what its
//! kind adds. Types hold what has an effect; the rest of a document is only carried along.
//! Spec: spec/cos/misc.md.

/// What policies call reading, writing and deleting a kind of document.
macro_rules! actions {
    ($name:literal) => {
        [concat!("Get", $name), concat!("Put", $name), concat!("Delete", $name)]
    };
}

mod accelerate;
mod cors;
mod domain;
mod encryption;
mod intelligent_tiering;
mod inventory;
mod lifecycle;
mod logging;
mod object_lock;
mod origin;
mod referer;
mod replication;
mod response_control;
mod strict_signature;
mod tagging;
mod website;

use std::fmt;

use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::xml::Element;

pub use cors::{CORS_RULES_MAX, CorsConfiguration, CorsRule};
pub use domain::{DomainConfiguration, DomainRule, DomainUse};
pub use encryption::{BucketEncryption, DefaultAlgorithm};
pub use lifecycle::{
    Expiration, LIFECYCLE_RULES_MAX, LifecycleConfiguration, LifecycleFilter, LifecycleRule, Transition, When,
};
pub use logging::BucketLogging;
pub use object_lock::{ObjectLock, RETENTION_DAYS_MAX};
pub use referer::{RefererConfiguration, RefererListKind};
pub use strict_signature::StrictSignature;
pub use tagging::BUCKET_TAGS_MAX;
pub use website::{
    ErrorDocument, Redirect, RedirectCondition, Replacement, RoutingRule, WebsiteConfiguration,
};

/// Documents of one kind a bucket may have, where they are told apart by id.
pub const DOCUMENTS_PER_KIND_MAX: usize = 1000;

/// What is known about one kind of document.
pub struct ConfigurationKind {
    /// The query name that asks for it.
    pub word: &'static str,
    /// Name of its outermost element.
    pub root: &'static str,
    /// What policies call reading it, writing it and deleting it.
    pub actions: [&'static str; 3],
    /// What a bucket without one answers.
    pub unset: Unset,
    /// Whether a bucket has one of them or many.
    pub count: Count,
    /// Whether an empty body takes the document away; elsewhere it is a mistake.
    pub is_cleared_by_empty_body: bool,
    /// Refuses documents that mean nothing, and completes those that leave something to the service.
    check: fn(&mut Element) -> Result<(), ParseError>,
}

/// The answer of a bucket that has no document of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unset {
    /// 404 with this code.
    Error(ErrorCode),
    /// 200 with an empty root element.
    Empty,
}

/// How many documents of one kind a bucket has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// At most one.
    One,
    /// One for each value of the parameter `id`; without it they are listed.
    ById {
        /// Name of the outermost element of the list.
        list_root: &'static str,
    },
}

/// Every kind, in the order of their words.
pub const KINDS: &[&ConfigurationKind] = &[
    &accelerate::KIND,
    &cors::KIND,
    &domain::KIND,
    &encryption::KIND,
    &intelligent_tiering::BY_ID,
    &intelligent_tiering::SINGLE,
    &inventory::KIND,
    &lifecycle::KIND,
    &logging::KIND,
    &object_lock::KIND,
    &origin::KIND,
    &referer::KIND,
    &replication::KIND,
    &response_control::KIND,
    &strict_signature::KIND,
    &tagging::KIND,
    &website::KIND,
];

/// A document that was understood, and the text to keep.
///
/// Implemented by the types of documents that have an effect.
pub trait Configuration: Sized {
    /// Which kind it is.
    const KIND: &'static ConfigurationKind;

    /// Reads the outermost element.
    fn read(root: &Element) -> Result<Self, ParseError>;

    /// Reads a text that [`ConfigurationKind::accept`] gave.
    fn from_kept(text: &str) -> Result<Self, ParseError> {
        Self::read(&Element::parse(text.as_bytes())?)
    }
}

impl ConfigurationKind {
    /// A kind with one document for a bucket.
    const fn one(
        word: &'static str,
        root: &'static str,
        actions: [&'static str; 3],
        unset: Unset,
        check: fn(&mut Element) -> Result<(), ParseError>,
    ) -> Self {
        Self { word, root, actions, unset, count: Count::One, is_cleared_by_empty_body: false, check }
    }

    /// The kind a query name asks for.
    pub fn of(word: &str) -> Option<&'static Self> {
        KINDS.iter().copied().find(|kind| kind.word == word)
    }

    /// The document of a request body, checked and completed.
    ///
    /// - `id`: the parameter of that name, for kinds with several documents; the document has to repeat it.
    /// - Errors: `MalformedXML` with what is wrong, and what the kind has its own code for.
    pub fn accept(&self, body: &[u8], id: Option<&str>) -> Result<Element, ParseError> {
        let mut root = Element::parse(body)?;
        if root.name() != self.root {
            return Err(malformed(format!("root element is {}, expected {}", root.name(), self.root)));
        }
        (self.check)(&mut root)?;
        if let Some(id) = id.filter(|id| root.text_of("Id") != *id) {
            return Err(malformed(format!("Id is {:?}, the parameter says {id:?}", root.text_of("Id"))));
        }
        Ok(root)
    }

    /// The document of a bucket that has none, if that is not an error.
    pub fn empty(&self) -> Element {
        Element::parent(self.root, Vec::new())
    }

    /// The list of all documents, for kinds with several.
    pub fn list(&self, documents: Vec<Element>) -> Element {
        let root = match self.count {
            Count::ById { list_root } => list_root,
            Count::One => self.root,
        };
        let mut list = Element::parent(root, documents);
        list.push(Element::leaf("IsTruncated", "false"));
        list
    }
}

/// Kinds are told apart by their words.
impl PartialEq for ConfigurationKind {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for ConfigurationKind {}

impl fmt::Debug for ConfigurationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)
    }
}

fn malformed(message: impl Into<String>) -> ParseError {
    ParseError::new(ErrorCode::MalformedXML, message)
}

/// The text of a child that has to be there and not empty.
fn text<'a>(element: &'a Element, name: &str) -> Result<&'a str, ParseError> {
    let missing = || malformed(format!("{} has no {name}", element.name()));
    element.optional_text(name).ok_or_else(missing)
}

/// A child that says one word of two.
fn either(element: &Element, name: &str, (yes, no): (&str, &str)) -> Result<bool, ParseError> {
    match element.text_of(name).trim() {
        word if word == yes => Ok(true),
        word if word == no => Ok(false),
        word => Err(malformed(format!("{name} is {word:?}, it can be {yes} or {no}"))),
    }
}

/// A child that says `Enabled` or `Disabled`.
fn is_enabled(element: &Element) -> Result<bool, ParseError> {
    either(element, "Status", ("Enabled", "Disabled"))
}

/// The children of that name, of which there have to be some and not too many.
fn some_of<'a>(root: &'a Element, name: &'a str, max: usize) -> Result<Vec<&'a Element>, ParseError> {
    let found: Vec<&Element> = root.children(name).collect();
    match found.len() {
        0 => Err(malformed(format!("{} has no {name}", root.name()))),
        count if count > max => Err(malformed(format!("{count} of {name} are more than {max}"))),
        _ => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kind keeps of this document.
    pub(super) fn kept(kind: &ConfigurationKind, body: &str) -> String {
        kind.accept(body.as_bytes(), None)
            .unwrap()
            .to_xml()
            .replace(r#"<?xml version="1.0" encoding="UTF-8"?>"#, "")
    }

    /// The code this document is refused with.
    pub(super) fn refusal(kind: &ConfigurationKind, body: &str) -> ErrorCode {
        kind.accept(body.as_bytes(), None).expect_err(body).code
    }

    #[test]
    fn kinds_are_found_by_their_words_and_in_order() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.word));
        for kind in KINDS {
            assert_eq!(ConfigurationKind::of(kind.word), Some(*kind));
        }
        assert_eq!(ConfigurationKind::of("nope"), None);
    }

    #[test]
    fn what_is_no_document_of_its_kind_is_malformed() {
        for kind in KINDS {
            for body in ["", "nonsense", "<Other/>", &format!("<{}>", kind.root), "<!DOCTYPE a><a/>"] {
                assert_eq!(refusal(kind, body), ErrorCode::MalformedXML, "{kind:?} {body}");
            }
        }
    }
}
