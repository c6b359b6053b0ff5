//! Writes compact XML: no white space between elements and none added to leaves.

use std::fmt::{Display, Write};

use crate::encoding;

/// Builds one document in memory.
#[derive(Debug)]
pub struct XmlWriter {
    text: String,
}

impl XmlWriter {
    pub(super) fn new(declaration: &str) -> Self {
        Self { text: declaration.to_owned() }
    }

    pub(super) fn root(&mut self, name: &str, namespace: Option<&str>, content: impl FnOnce(&mut Self)) {
        let attributes = namespace.map(|uri| format!(" xmlns=\"{uri}\"")).unwrap_or_default();
        self.element(name, &attributes, content);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// An element with children; `<Name/>` when it gets none.
    pub fn parent(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.element(name, "", content);
    }

    /// As [`Self::parent`], with attributes written out as ` name="value"`.
    pub(crate) fn element(&mut self, name: &str, attributes: &str, content: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        let _ = write!(self.text, "<{name}{attributes}>");
        let inside = self.text.len();
        content(self);
        if self.text.len() == inside {
            self.text.truncate(start);
            let _ = write!(self.text, "<{name}{attributes}/>");
        } else {
            let _ = write!(self.text, "</{name}>");
        }
    }

    /// An element with text; `<Name/>` when the text is empty.
    pub fn leaf(&mut self, name: &str, value: impl Display) {
        let value = value.to_string();
        self.parent(name, |xml| push_escaped(&mut xml.text, &value));
    }

    /// A leaf that is left out when there is no value.
    pub fn optional(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.leaf(name, value);
        }
    }

    /// Text of the element that is open.
    pub fn text(&mut self, value: &str) {
        push_escaped(&mut self.text, value);
    }
}

/// Escapes markup, and percent-encodes the characters XML 1.0 cannot carry at all.
fn push_escaped(text: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\r' => text.push_str("&#13;"),
            '\t' | '\n' => text.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                text.push_str(&encoding::encode(character.to_string()))
            }
            _ => text.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_escaped_and_never_padded() {
        let mut xml = XmlWriter::new("");
        xml.parent("A", |xml| {
            xml.leaf("Key", "a&b<c>\"\r\u{1}.png");
            xml.leaf("Empty", "");
            xml.optional("None", None::<u8>);
            xml.parent("Inner", |_| {});
        });
        assert_eq!(xml.finish(), "<A><Key>a&amp;b&lt;c&gt;&quot;&#13;%01.png</Key><Empty/><Inner/></A>");
    }
}
