//! `GET /?ci-process=qrcode-generate`: a picture of a QR or bar code.
//!
//! Spec: spec/ci/extras.md, A2.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;

use super::WireRequest;
use super::incoming::{BucketRequest, QueryValues};
use super::recognize_codes::image;
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// The process.
pub(super) const PROCESS: &str = "qrcode-generate";

/// Widths that can be asked for.
const WIDTHS_PX: std::ops::RangeInclusive<u32> = 50..=2000;

/// Asks for a picture of a code. The content is checked by the one who draws it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateCode {
    /// The bucket it is asked of.
    pub bucket: BucketName,
    /// What the code says.
    pub content: String,
    /// Which kind of code.
    pub kind: CodeKind,
    /// Width of the picture, 50 to 2000.
    pub width_px: u32,
}

/// Kinds of codes that can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// A square QR code of any text.
    Qr,
    /// The bars of an EAN-13: twelve digits, the thirteenth is computed.
    Bar,
}

/// The picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedCode {
    /// A whole PNG file.
    pub image: Vec<u8>,
}

impl GenerateCode {
    pub(super) fn parse(request: &BucketRequest<'_>) -> Result<Self, ParseError> {
        let query = request.query;
        let missing = |name| ParseError::argument(format!("{name} is missing"));
        let kind = match query.value("mode") {
            None | Some("0") => CodeKind::Qr,
            Some("1") => CodeKind::Bar,
            Some(other) => return Err(ParseError::argument(format!("mode {other:?} is neither 0 nor 1"))),
        };
        let width_px = query.parsed("width")?.ok_or_else(|| missing("width"))?;
        if !WIDTHS_PX.contains(&width_px) {
            let (low, high) = (WIDTHS_PX.start(), WIDTHS_PX.end());
            return Err(ParseError::argument(format!("width {width_px} is not from {low} to {high}")));
        }
        let content = query.value("qrcode-content").ok_or_else(|| missing("qrcode-content"))?;
        Ok(Self { bucket: request.bucket.clone(), content: content.to_owned(), kind, width_px })
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let mut wire = WireRequest::bucket(Method::GET, &self.bucket);
        let mode = u8::from(self.kind == CodeKind::Bar);
        wire.query.push("ci-process", Some(PROCESS.to_owned()));
        wire.query.push("qrcode-content", Some(self.content.clone()));
        wire.query.push("mode", Some(mode.to_string()));
        wire.query.push("width", Some(self.width_px.to_string()));
        wire
    }
}

impl XmlBody for GeneratedCode {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("ResultImage", STANDARD.encode(&self.image));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self { image: image(root.required_text("ResultImage")?)? })
    }
}
