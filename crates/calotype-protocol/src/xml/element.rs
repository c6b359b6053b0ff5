//! Reads XML into a small tree. Names lose their prefix, `xsi:type` is kept as `type`.

use std::str::FromStr;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::{MalformedXml, XML_ATTRIBUTES_MAX, XML_DEPTH_MAX};

/// One element with everything inside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// Reads a document of one root element, at most [`XML_DEPTH_MAX`] deep, without a document type.
    pub fn parse(body: &[u8]) -> Result<Self, MalformedXml> {
        let text = std::str::from_utf8(body).map_err(|_| malformed("the body is not UTF-8"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut open: Vec<Self> = Vec::new();
        let mut root = None;
        loop {
            match reader.read_event().map_err(|error| malformed(error.to_string()))? {
                Event::Start(start) => {
                    check_place(open.len(), root.is_some())?;
                    open.push(Self::started(&start)?);
                }
                Event::Empty(start) => {
                    check_place(open.len(), root.is_some())?;
                    attach(Self::started(&start)?, &mut open, &mut root);
                }
                Event::End(_) => {
                    let closed = open.pop().ok_or_else(|| malformed("an element ends that never began"))?;
                    attach(closed, &mut open, &mut root);
                }
                Event::Text(text) => push_text(&mut open, &text.xml10_content())?,
                Event::CData(text) => push_text(&mut open, &text.xml10_content())?,
                Event::GeneralRef(reference) => push_text(&mut open, &resolved(&reference)?)?,
                Event::DocType(_) => return Err(malformed("a document type is not allowed")),
                Event::Eof => break,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
        match root {
            Some(root) if open.is_empty() => Ok(root),
            _ => Err(malformed("the document has no complete root element")),
        }
    }

    fn started(start: &BytesStart<'_>) -> Result<Self, MalformedXml> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            if attributes.len() == XML_ATTRIBUTES_MAX {
                return Err(malformed(format!("an element has more than {XML_ATTRIBUTES_MAX} attributes")));
            }
            let attribute = attribute.map_err(|error| malformed(error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| malformed(error.to_string()))?;
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
        let name = start.local_name().as_ref().to_owned();
        Ok(Self { name, attributes, text: String::new(), children: Vec::new() })
    }

    /// The name without its prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text directly inside this element, exactly as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// An attribute by its name without prefix.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// All direct children, in document order.
    pub fn elements(&self) -> &[Self] {
        &self.children
    }

    /// The direct children of that name, in document order.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first direct child of that name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child; none when it is missing or empty.
    pub fn optional_text(&self, name: &str) -> Option<&str> {
        self.child(name).map(Self::text).filter(|text| !text.is_empty())
    }

    /// The text of a child; empty when it is missing.
    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", Self::text)
    }

    /// The text of a child that has to be there.
    pub fn required_text(&self, name: &str) -> Result<&str, MalformedXml> {
        self.child(name).map(Self::text).ok_or_else(|| malformed(format!("{} has no {name}", self.name)))
    }

    /// A child that has to be there, read as a number, a name or another value.
    pub fn required<T: FromStr>(&self, name: &str) -> Result<T, MalformedXml> {
        parse_value(name, self.required_text(name)?)
    }

    /// A child that may be missing or empty, read as a number, a name or another value.
    pub fn optional<T: FromStr>(&self, name: &str) -> Result<Option<T>, MalformedXml> {
        self.optional_text(name).map(|text| parse_value(name, text)).transpose()
    }

    /// Whether a child says `true`, in any case.
    pub fn flag(&self, name: &str) -> bool {
        self.text_of(name).trim().eq_ignore_ascii_case("true")
    }
}

pub(crate) fn malformed(message: impl Into<String>) -> MalformedXml {
    MalformedXml(message.into())
}

fn parse_value<T: FromStr>(name: &str, text: &str) -> Result<T, MalformedXml> {
    // Names may begin with a space, numbers never do; so the bare text comes first.
    text.parse()
        .or_else(|_| text.trim().parse())
        .map_err(|_| malformed(format!("{name} has the value {text:?}, which is not valid")))
}

fn check_place(depth: usize, has_root: bool) -> Result<(), MalformedXml> {
    if depth >= XML_DEPTH_MAX {
        return Err(malformed(format!("elements are nested more than {XML_DEPTH_MAX} deep")));
    }
    if depth == 0 && has_root {
        return Err(malformed("the document has more than one root element"));
    }
    Ok(())
}

fn attach(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

fn push_text(open: &mut [Element], text: &str) -> Result<(), MalformedXml> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(malformed("there is text outside of the root element")),
    }
    Ok(())
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, MalformedXml> {
    let character = reference.resolve_char_ref().map_err(|error| malformed(error.to_string()))?;
    let name = reference.xml10_content();
    match (character, name.as_ref()) {
        (Some(character), _) => Ok(character.into()),
        (None, "amp") => Ok("&".into()),
        (None, "lt") => Ok("<".into()),
        (None, "gt") => Ok(">".into()),
        (None, "quot") => Ok("\"".into()),
        (None, "apos") => Ok("'".into()),
        (None, name) => Err(malformed(format!("entity {name:?} is not known"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tree_is_read_with_entities_prefixes_and_attributes() {
        let root = Element::parse(
            b"<?xml version='1.0'?>\n<a:R xmlns:a='u'><K x:type=\"T\" >&quot;1&#x41;&amp;</K> <K/><![CDATA[<]]></a:R>\n",
        )
        .unwrap();
        assert_eq!(root.name(), "R");
        assert_eq!(root.children("K").count(), 2);
        assert_eq!(root.text_of("K"), "\"1A&");
        assert_eq!(root.child("K").unwrap().attribute("type"), Some("T"));
        assert_eq!(root.text(), " <");
    }

    #[test]
    fn bounds_hold_one_step_inside() {
        let deep = format!("{}{}", "<a>".repeat(24), "</a>".repeat(24));
        let wide = format!("<a {}/>", (0..16).map(|i| format!("x{i}='' ")).collect::<String>());
        assert!(Element::parse(deep.as_bytes()).is_ok() && Element::parse(wide.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_not_one_document_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(25), "</a>".repeat(25));
        let wide = format!("<a {}/>", (0..17).map(|i| format!("x{i}='' ")).collect::<String>());
        for bad in [
            "",
            "x",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a>&nope;</a>",
            "<!DOCTYPE a []><a/>",
            "</a>",
            "<a x=1/>",
            &deep,
            &wide,
        ] {
            assert!(Element::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Element::parse(b"<a>\xff</a>").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Element::parse(&body);
        }

        #[test]
        fn any_marked_up_text_is_read_or_refused(body in "[<>/a&;#x\"'= !\\[\\]?-]{0,60}") {
            let _ = Element::parse(body.as_bytes());
        }
    }
}
