//! `PUT`, `GET` and `DELETE /?style`: named instructions of a bucket.
//!
//! Spec: spec/ci/styles.md, 2.

use http::Method;

use super::WireRequest;
use super::incoming::BucketRequest;
use crate::names::BucketName;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Keeps the style its body describes: an [`AddStyle`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutStyle {
    /// Whose style.
    pub bucket: BucketName,
}

/// Asks for one style or all. A body, if there is one, is a [`GetStyleBody`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetStyle {
    /// Whose styles.
    pub bucket: BucketName,
    /// From the parameter `style-name`.
    pub name: Option<String>,
}

/// Forgets the style its body names: a [`DeleteStyleBody`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteStyle {
    /// Whose style.
    pub bucket: BucketName,
    /// From the parameter `style-name`.
    pub name: Option<String>,
}

/// A new style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddStyle(pub StyleRule);

/// Which style is asked for; none for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GetStyleBody {
    /// Its name.
    pub name: Option<String>,
}

/// Which style is forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteStyleBody {
    /// Its name.
    pub name: String,
}

/// The styles of a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StyleList(pub Vec<StyleRule>);

/// A named instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleRule {
    /// Its name.
    pub name: String,
    /// The instruction.
    pub body: String,
}

impl PutStyle {
    /// The request as it is sent.
    pub fn to_wire(&self, style: &AddStyle) -> WireRequest {
        style_request(Method::PUT, &self.bucket).with_xml(style.to_xml())
    }
}

impl GetStyle {
    pub(super) fn parse(request: &BucketRequest<'_>) -> Self {
        let name = request.query.value("style-name").map(str::to_owned);
        Self { bucket: request.bucket.clone(), name }
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let wire = style_request(Method::GET, &self.bucket);
        wire.with_xml(GetStyleBody { name: self.name.clone() }.to_xml())
    }
}

impl DeleteStyle {
    pub(super) fn parse(request: &BucketRequest<'_>) -> Self {
        let name = request.query.value("style-name").map(str::to_owned);
        Self { bucket: request.bucket.clone(), name }
    }

    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        let wire = style_request(Method::DELETE, &self.bucket);
        wire.with_xml(DeleteStyleBody { name: self.name.clone().unwrap_or_default() }.to_xml())
    }
}

fn style_request(method: Method, bucket: &BucketName) -> WireRequest {
    let mut wire = WireRequest::bucket(method, bucket);
    wire.query.push_flag("style");
    wire
}

impl StyleRule {
    fn write(&self, xml: &mut XmlWriter) {
        xml.leaf("StyleName", &self.name);
        xml.leaf("StyleBody", &self.body);
    }

    fn read(element: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            name: element.required_text("StyleName")?.to_owned(),
            body: element.required_text("StyleBody")?.to_owned(),
        })
    }
}

impl XmlBody for AddStyle {
    const ROOT: &'static str = "AddStyle";

    fn write_content(&self, xml: &mut XmlWriter) {
        self.0.write(xml);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        StyleRule::read(root).map(Self)
    }
}

impl XmlBody for GetStyleBody {
    const ROOT: &'static str = "GetStyle";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.optional("StyleName", self.name.as_deref());
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self { name: root.optional_text("StyleName").map(str::to_owned) })
    }
}

impl XmlBody for DeleteStyleBody {
    const ROOT: &'static str = "DeleteStyle";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("StyleName", &self.name);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self { name: root.required_text("StyleName")?.to_owned() })
    }
}

impl XmlBody for StyleList {
    const ROOT: &'static str = "StyleList";

    fn write_content(&self, xml: &mut XmlWriter) {
        self.0.iter().for_each(|style| xml.parent("StyleRule", |xml| style.write(xml)));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self(root.children("StyleRule").map(StyleRule::read).collect::<Result<_, _>>()?))
    }
}
