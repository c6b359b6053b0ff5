//! Trees that are put together and written: documents that are kept as they were sent.

use super::{Element, XmlWriter};

impl Element {
    /// An element with text and nothing else.
    pub fn leaf(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), ..Self::default() }
    }

    /// An element with these children.
    pub fn parent(name: impl Into<String>, children: Vec<Self>) -> Self {
        Self { name: name.into(), children, ..Self::default() }
    }

    /// Adds a last child.
    pub fn push(&mut self, child: Self) {
        self.children.push(child);
    }

    /// All direct children, to be changed.
    pub fn elements_mut(&mut self) -> &mut [Self] {
        &mut self.children
    }

    /// The first direct child of that name, to be changed.
    pub fn child_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.children.iter_mut().find(|child| child.name == name)
    }

    /// Gives the element another name.
    pub fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    /// Gives the element another text.
    pub fn set_text(&mut self, text: impl Into<String>) {
        self.text = text.into();
    }

    /// The whole document with its declaration. Attributes, and white space between elements, are left out.
    pub fn to_xml(&self) -> String {
        let mut xml = XmlWriter::new(super::DECLARATION);
        self.write(&mut xml);
        xml.finish()
    }

    fn write(&self, xml: &mut XmlWriter) {
        if self.children.is_empty() {
            xml.leaf(&self.name, &self.text);
        } else {
            xml.parent(&self.name, |xml| self.children.iter().for_each(|child| child.write(xml)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_written_compactly_and_read_back() {
        let read = Element::parse(b"<A x='1'>\n <B> b &amp; c </B>\n <C/>\n</A>").unwrap();
        let written = read.to_xml();
        assert!(written.ends_with("<A><B> b &amp; c </B><C/></A>"), "{written}");
        let again = Element::parse(written.as_bytes()).unwrap();
        assert_eq!(again.elements(), read.elements());
    }
}
