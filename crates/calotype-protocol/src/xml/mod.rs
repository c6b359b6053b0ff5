//! XML bodies: a writer that never adds white space, and a reader with bounds.

mod element;
mod json;
mod tree;
mod writer;

use crate::error_code::ErrorCode;

pub use element::Element;
pub(crate) use json::json_members;
pub use writer::XmlWriter;

/// Largest XML body of a request, except batch deletes.
pub const XML_BODY_BYTES_MAX: usize = 1 << 20;
/// Largest body of a batch delete.
pub const DELETE_BODY_BYTES_MAX: usize = 2 << 20;
/// Deepest nesting that is read.
pub const XML_DEPTH_MAX: usize = 24;
/// Most attributes of one element.
pub const XML_ATTRIBUTES_MAX: usize = 16;

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// Why a body is not the document it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedXml(pub String);

impl MalformedXml {
    /// Always [`ErrorCode::MalformedXML`].
    pub fn code(&self) -> ErrorCode {
        ErrorCode::MalformedXML
    }
}

/// A document that is written by one side and read by the other.
pub trait XmlBody: Sized {
    /// Name of the outermost element.
    const ROOT: &'static str;
    /// Default namespace of the outermost element. SDKs keep unknown ones in every name, so most have none.
    const NAMESPACE: Option<&'static str> = None;

    /// Writes what is inside the outermost element.
    fn write_content(&self, xml: &mut XmlWriter);

    /// Reads the outermost element, leniently: order is free and unknown elements are skipped.
    fn read(root: &Element) -> Result<Self, MalformedXml>;

    /// The whole document with its declaration.
    fn to_xml(&self) -> String {
        let mut xml = XmlWriter::new(DECLARATION);
        xml.root(Self::ROOT, Self::NAMESPACE, |xml| self.write_content(xml));
        xml.finish()
    }

    /// Reads a whole document.
    fn from_xml(body: impl AsRef<[u8]>) -> Result<Self, MalformedXml> {
        let root = Element::parse(body.as_ref())?;
        if root.name() != Self::ROOT {
            return Err(MalformedXml(format!("root element is {}, expected {}", root.name(), Self::ROOT)));
        }
        Self::read(&root)
    }
}
