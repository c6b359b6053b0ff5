//! From a drawing to the same drawing in fewer bytes.
//!
//! What cannot be seen goes: comments, the metadata of editors, white space between elements, digits behind the sixth.
//! Scripts and references stay as they are, since this is no sanitiser. Source: spec/ci/format.md, 6

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{check_definitions, numbers, unreadable};
use crate::ImageError;

/// Namespaces in which editors keep what they need to know themselves.
const EDITORS: [&str; 8] = [
    "http://www.inkscape.org/namespaces/inkscape",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://ns.adobe.com/AdobeIllustrator/10.0/",
    "http://ns.adobe.com/Graphs/1.0/",
    "http://ns.adobe.com/SaveForWeb/1.0/",
    "http://www.bohemiancoding.com/sketch/ns",
    "http://www.serif.com/",
    "http://www.figma.com/figma/ns",
];

/// Elements whose text is text, white space included.
const TEXT_ELEMENTS: [&str; 9] =
    ["text", "tspan", "textPath", "tref", "title", "desc", "style", "script", "foreignObject"];

/// Attributes of the root that mean nothing to any viewer.
const REDUNDANT: [&str; 2] = ["version", "baseProfile"];

/// Nesting that is followed; drawings have about ten levels.
const DEPTH_MAX: usize = 256;

pub(super) fn pack(text: &str) -> Result<String, ImageError> {
    check_definitions(text)?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut packer = Packer { packed: String::with_capacity(text.len()), ..Packer::default() };
    loop {
        match reader.read_event().map_err(unreadable)? {
            Event::Start(tag) => packer.open(&tag, false)?,
            Event::Empty(tag) => packer.open(&tag, true)?,
            Event::End(tag) => packer.close(tag.name().as_ref()),
            Event::Text(text) => packer.text(&text.into_inner()),
            Event::CData(text) => packer.push(&format!("<![CDATA[{}]]>", text.into_inner())),
            Event::GeneralRef(reference) => {
                let name = reference.into_inner();
                if !name.starts_with('#') && quick_xml::escape::resolve_xml_entity(&name).is_none() {
                    return Err(unreadable(format!("the entity {name:?} is not defined")));
                }
                packer.push(&format!("&{name};"));
            }
            Event::PI(instruction) if !packer.is_inside() => {
                packer.packed.push_str(&format!("<?{}?>", instruction.into_inner()));
            }
            Event::Comment(_) | Event::Decl(_) | Event::DocType(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    packer.finish()
}

#[derive(Default)]
struct Packer {
    packed: String,
    open: Vec<Open>,
    /// Prefixes that stand for namespaces of editors, wherever they were declared.
    editors: HashSet<String>,
    /// How many elements are open, counted from one that is left out.
    left_out: usize,
    has_root: bool,
}

/// An element that is open.
struct Open {
    /// White space in it is text.
    keeps_space: bool,
    /// Its tag still lacks its `>`, since it may turn out to be empty.
    is_bare: bool,
}

impl Packer {
    fn is_inside(&self) -> bool {
        !self.open.is_empty()
    }

    fn open(&mut self, tag: &BytesStart<'_>, is_empty: bool) -> Result<(), ImageError> {
        if self.left_out > 0 {
            self.left_out += usize::from(!is_empty);
            return Ok(());
        }
        if !self.is_inside() && std::mem::replace(&mut self.has_root, true) {
            return Err(unreadable("there is more than one root element"));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(unreadable(format!("elements are nested more than {DEPTH_MAX} deep")));
        }
        let attributes: Vec<(String, String)> = tag
            .attributes()
            .map(|attribute| {
                let attribute = attribute.map_err(unreadable)?;
                Ok((attribute.key.as_ref().to_owned(), attribute.value.into_owned()))
            })
            .collect::<Result<_, ImageError>>()?;
        for (name, value) in &attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:").filter(|_| is_editor(value)) {
                self.editors.insert(prefix.to_owned());
            }
        }
        let name = tag.name();
        let name = name.as_ref();
        if self.is_of_editor(name) || name == "metadata" {
            self.left_out = usize::from(!is_empty);
            return Ok(());
        }
        self.end_tag();
        self.packed.push('<');
        self.packed.push_str(name);
        let mut keeps_space = self.open.last().is_some_and(|open| open.keeps_space);
        keeps_space |= TEXT_ELEMENTS.contains(&local(name));
        for (key, value) in attributes {
            if key == "xml:space" {
                keeps_space |= value == "preserve";
            }
            if self.is_seen(&key, &value) {
                self.push_attribute(&key, &value);
            }
        }
        if is_empty {
            self.packed.push_str("/>");
        } else {
            self.open.push(Open { keeps_space, is_bare: true });
        }
        Ok(())
    }

    fn close(&mut self, name: &str) {
        if self.left_out > 0 {
            self.left_out -= 1;
            return;
        }
        match self.open.pop() {
            Some(Open { is_bare: true, .. }) => self.packed.push_str("/>"),
            Some(_) => self.packed.push_str(&format!("</{name}>")),
            None => {}
        }
    }

    fn text(&mut self, text: &str) {
        let keeps_space = self.open.last().is_some_and(|open| open.keeps_space);
        if keeps_space || !text.trim_ascii().is_empty() {
            self.push(text);
        }
    }

    /// Adds what stands inside of an element.
    fn push(&mut self, text: &str) {
        if self.left_out == 0 && self.is_inside() {
            self.end_tag();
            self.packed.push_str(text);
        }
    }

    /// Completes the tag of the element that is open, now that there is something in it.
    fn end_tag(&mut self) {
        if let Some(open) = self.open.last_mut().filter(|open| open.is_bare) {
            open.is_bare = false;
            self.packed.push('>');
        }
    }

    fn is_of_editor(&self, name: &str) -> bool {
        name.split_once(':').is_some_and(|(prefix, _)| self.editors.contains(prefix))
    }

    fn is_seen(&self, key: &str, value: &str) -> bool {
        let is_declaration = key.strip_prefix("xmlns:").is_some() && is_editor(value);
        let is_redundant = self.open.is_empty() && REDUNDANT.contains(&key) || key == "enable-background";
        !(is_declaration || is_redundant || self.is_of_editor(key))
    }

    fn push_attribute(&mut self, key: &str, value: &str) {
        let value = numbers::shortened(key, value);
        let value = if value.contains('"') { value.replace('"', "&quot;") } else { value };
        self.packed.push_str(&format!(" {key}=\"{value}\""));
    }

    fn finish(self) -> Result<String, ImageError> {
        if self.has_root && !self.is_inside() && self.left_out == 0 {
            Ok(self.packed)
        } else {
            Err(unreadable("it ends early"))
        }
    }
}

fn is_editor(namespace: &str) -> bool {
    EDITORS.contains(&namespace)
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

#[cfg(test)]
mod tests {
    use super::pack;

    #[test]
    fn what_cannot_be_seen_goes() {
        let drawing = "<?xml version=\"1.0\"?>\n<!-- made -->\n<!DOCTYPE svg PUBLIC \"a\" \"b\">\n\
            <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:i=\"http://www.inkscape.org/namespaces/inkscape\" \
            version=\"1.1\" i:version='1'>\n  <metadata><a>b</a></metadata>\n  <i:grid><g/></i:grid>\n\
            <g>\n</g><text> a <tspan>b</tspan> &lt; </text>\n<path d='M1.00000001 2' title='\"'/>\
            <script>if (a &amp;&amp; b) {}</script>\n</svg>\n";
        assert_eq!(
            pack(drawing).unwrap(),
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/><text> a <tspan>b</tspan> &lt; </text>\
             <path d=\"M1.0 2\" title=\"&quot;\"/><script>if (a &amp;&amp; b) {}</script></svg>"
        );
    }

    #[test]
    fn a_packed_drawing_is_packed_already() {
        let once = pack("<svg><g a='1' >\n <b/> </g></svg>").unwrap();
        assert_eq!(pack(&once).unwrap(), once);
    }

    #[test]
    fn what_is_no_document_is_an_error() {
        for text in [
            "<svg>",
            "<svg></g>",
            "<svg/><svg/>",
            "",
            "<svg>&unknown;</svg>",
            "<!DOCTYPE s [<!ENTITY a 'b'>]><svg/>",
        ] {
            assert!(pack(text).is_err(), "{text}");
        }
        let deep = "<g>".repeat(300) + &"</g>".repeat(300);
        assert!(pack(&deep).is_err());
    }
}
