//! The label of generated content: a line of JSON in the XMP packet of a picture.
//!
//! Spec: spec/ci/format.md, 7

use std::fmt;

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};

use crate::{ImageFormat, measure::exif::quoted};

const NAMESPACE: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";
const PROPERTY: &str = "AIGC";
const RDF_NAMESPACE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Bytes of a packet that fit into a segment of a JPEG, prefix included.
const JPEG_PACKET_BYTES_MAX: usize = 65_000;

/// What is said about who made a picture and who passed it on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AigcLabel {
    values: [Option<String>; AigcLabel::NAMES.len()],
}

impl AigcLabel {
    /// All names, in the order of the JSON.
    pub const NAMES: [&'static str; 7] = [
        "Label",
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ContentPropagator",
        "PropagateID",
        "ReservedCode2",
    ];

    /// Sets what is said under one of [`Self::NAMES`]; says whether nothing was said under it before.
    pub(crate) fn set(&mut self, name: &str, text: String) -> bool {
        let Some(place) = Self::NAMES.iter().position(|other| *other == name) else { return false };
        self.values[place].replace(text).is_none()
    }

    /// What is said under a name; empty where nothing is.
    pub fn value(&self, name: &str) -> &str {
        let place = Self::NAMES.iter().position(|other| *other == name);
        place.and_then(|place| self.values[place].as_deref()).unwrap_or_default()
    }

    /// Names and values that were given, in the order of the JSON.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let pairs = Self::NAMES.into_iter().zip(&self.values);
        pairs.filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}

/// The JSON that is stored.
impl fmt::Display for AigcLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = Self::NAMES.map(|name| format!("{}:{}", quoted(name), quoted(self.value(name))));
        write!(f, "{{{}}}", members.join(","))
    }
}

/// Whether files of this format have a place for the label.
pub(crate) fn is_carried_by(format: ImageFormat) -> bool {
    use ImageFormat::{Gif, Jpeg, Png, Tiff, WebP};
    matches!(format, Jpeg | Png | Gif | WebP | Tiff)
}

/// The packet with this label and no other one. What else was in it stays, unless it is broken or has grown too large
/// for the format.
pub(crate) fn with_label(packet: Option<&[u8]>, label: &AigcLabel, format: ImageFormat) -> Vec<u8> {
    let description = format!(
        "<rdf:Description xmlns:rdf=\"{RDF_NAMESPACE}\" rdf:about=\"\" xmlns:TC260=\"{NAMESPACE}\">\
         <TC260:{PROPERTY}>{}</TC260:{PROPERTY}></rdf:Description>",
        quick_xml::escape::escape(label.to_string())
    );
    let walked = packet.and_then(|packet| std::str::from_utf8(packet).ok()).and_then(walk);
    if let Some(Walked { mut text, end_of_rdf: Some(end), .. }) = walked {
        text.insert_str(end, &description);
        if format != ImageFormat::Jpeg || text.len() <= JPEG_PACKET_BYTES_MAX {
            return text.into_bytes();
        }
    }
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"{RDF_NAMESPACE}\">{description}</rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    )
    .into_bytes()
}

/// The JSON of the label in a packet.
pub fn label(packet: &[u8]) -> Option<String> {
    walk(std::str::from_utf8(packet).ok()?)?.label
}

/// A packet that has been read.
struct Walked {
    /// The packet without its label.
    text: String,
    /// Where in it the list of descriptions ends.
    end_of_rdf: Option<usize>,
    /// The label it had.
    label: Option<String>,
}

/// Reads a packet and takes its label out; `None` where it is no XML.
fn walk(packet: &str) -> Option<Walked> {
    let mut walked = Walked { text: String::with_capacity(packet.len()), end_of_rdf: None, label: None };
    let mut reader = NsReader::from_str(packet);
    // How many elements are open, counted from that of the label.
    let mut inside = 0_usize;
    loop {
        let start = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        let raw = packet.get(start..usize::try_from(reader.buffer_position()).ok()?)?;
        match event {
            Event::Eof => return Some(walked),
            Event::Start(_) if inside > 0 => inside += 1,
            Event::End(_) if inside > 0 => inside -= 1,
            Event::Start(tag) if is(&reader, tag.name(), true, NAMESPACE, PROPERTY) => {
                inside = 1;
                walked.label.get_or_insert_default();
            }
            Event::Empty(tag) if is(&reader, tag.name(), true, NAMESPACE, PROPERTY) => {}
            Event::Start(tag) => walked.push_tag(&reader, &tag, raw, ">")?,
            Event::Empty(tag) if inside == 0 => walked.push_tag(&reader, &tag, raw, "/>")?,
            Event::Text(text) if inside > 0 => walked.push_label(&text.xml10_content()),
            Event::CData(text) if inside > 0 => walked.push_label(&text.xml10_content()),
            Event::GeneralRef(reference) if inside > 0 => {
                let character = reference.resolve_char_ref().ok()?.map(String::from);
                let named = quick_xml::escape::resolve_xml_entity(&reference.into_inner()).map(str::to_owned);
                walked.push_label(&character.or(named)?);
            }
            event => {
                if let Event::End(tag) = &event
                    && is(&reader, tag.name(), true, RDF_NAMESPACE, "RDF")
                {
                    walked.end_of_rdf = Some(walked.text.len());
                }
                if inside == 0 {
                    walked.text.push_str(raw);
                }
            }
        }
    }
}

impl Walked {
    fn push_label(&mut self, text: &str) {
        if let Some(label) = &mut self.label {
            label.push_str(text);
        }
    }

    /// Copies a tag, without the label where it is one of the attributes.
    fn push_tag(
        &mut self,
        reader: &NsReader<&[u8]>,
        tag: &BytesStart<'_>,
        raw: &str,
        end: &str,
    ) -> Option<()> {
        let mut kept = format!("<{}", tag.name().as_ref());
        let mut found = None;
        for attribute in tag.attributes() {
            let attribute = attribute.ok()?;
            if is(reader, attribute.key, false, NAMESPACE, PROPERTY) {
                found = Some(quick_xml::escape::unescape(&attribute.value).ok()?.into_owned());
            } else {
                let value = attribute.value.replace('"', "&quot;");
                kept.push_str(&format!(" {}=\"{value}\"", attribute.key.as_ref()));
            }
        }
        match found {
            Some(label) => {
                self.label.get_or_insert(label);
                self.text.push_str(&kept);
                self.text.push_str(end);
            }
            None => self.text.push_str(raw),
        }
        Some(())
    }
}

/// Whether a name is this one of this namespace.
fn is(reader: &NsReader<&[u8]>, name: QName<'_>, is_element: bool, namespace: &str, local: &str) -> bool {
    let (found, found_local) = reader.resolver().resolve(name, is_element);
    found_local.as_ref() == local
        && matches!(found, ResolveResult::Bound(Namespace(bound)) if bound == namespace)
}

#[cfg(test)]
mod tests {
    use super::{AigcLabel, label, with_label};
    use crate::ImageFormat::{Jpeg, Png};

    fn labelled(text: &str) -> AigcLabel {
        let mut label = AigcLabel::default();
        assert!(label.set("Label", text.to_owned()) && label.set("ContentProducer", "a\"<&".to_owned()));
        label
    }

    #[test]
    fn a_new_packet_tells_the_label() {
        let packet = with_label(None, &labelled("1"), Png);
        let json = label(&packet).unwrap();
        assert_eq!(
            json,
            "{\"Label\":\"1\",\"ContentProducer\":\"a\\\"<&\",\"ProduceID\":\"\",\"ReservedCode1\":\"\",\
             \"ContentPropagator\":\"\",\"PropagateID\":\"\",\"ReservedCode2\":\"\"}"
        );
    }

    #[test]
    fn a_packet_keeps_what_else_it_says_and_one_label() {
        let before = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
                      <r:Description xmlns:q='http://www.tc260.org.cn/ns/AIGC/1.0/' q:AIGC='{&quot;a&quot;:1}' n='\"'>\
                      <kept>ä &amp; ö</kept></r:Description></r:RDF></x:xmpmeta>";
        assert_eq!(label(before.as_bytes()).unwrap(), "{\"a\":1}");
        let once = with_label(Some(before.as_bytes()), &labelled("1"), Png);
        let twice = String::from_utf8(with_label(Some(&once), &labelled("2"), Png)).unwrap();
        assert!(twice.contains("<kept>ä &amp; ö</kept>") && twice.contains("n=\"&quot;\""), "{twice}");
        assert_eq!(twice.matches("AIGC>").count(), 2, "{twice}");
        assert!(!twice.contains("q:AIGC"));
        assert!(label(twice.as_bytes()).unwrap().starts_with("{\"Label\":\"2\""));
    }

    #[test]
    fn broken_and_overlong_packets_give_way() {
        for before in ["<x:xmpmeta", "no packet", "<a><b></a>"] {
            let packet = with_label(Some(before.as_bytes()), &labelled("1"), Png);
            assert!(label(&packet).is_some(), "{before}");
        }
        let long = format!(
            "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><a>{}</a></r:RDF>",
            "x".repeat(70_000)
        );
        assert!(with_label(Some(long.as_bytes()), &labelled("1"), Png).len() > 70_000);
        assert!(with_label(Some(long.as_bytes()), &labelled("1"), Jpeg).len() < 2_000);
    }
}
