//! `PUT`, `GET` and `DELETE` of `/?origin-protect`, `/?guetzli`, `/?image-slim` and `/?style-separators`: what a bucket
//! says about its pictures.
//!
//! Spec: spec/ci/styles.md, 3 to 5; spec/ci/extras.md, A4 and A5.

use http::Method;

use super::WireRequest;
use super::incoming::BucketRequest;
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Reads or changes one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureSetting {
    /// Whose setting.
    pub bucket: BucketName,
    /// Which one.
    pub setting: Setting,
    /// What is done to it.
    pub action: SettingAction,
    /// Whether the answer is wished for as JSON; only slimming has such an answer.
    pub wants_json: bool,
}

/// A setting of a bucket's pictures, by the name of its sub-resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Psycho-visual compression of JPEG downloads: on or off.
    Guetzli,
    /// An [`ImageSlim`].
    ImageSlim,
    /// Whether originals can be had through styles alone: on or off.
    OriginProtect,
    /// [`StyleSeparators`].
    StyleSeparators,
}

/// What is done to a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingAction {
    /// Sets it to the document in the body, or on.
    Put,
    /// Tells it.
    Get,
    /// Back to its default, or off.
    Delete,
}

impl Setting {
    /// All settings.
    pub const ALL: [Self; 4] = [Self::Guetzli, Self::ImageSlim, Self::OriginProtect, Self::StyleSeparators];

    /// Its name in the query.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guetzli => "guetzli",
            Self::ImageSlim => "image-slim",
            Self::OriginProtect => "origin-protect",
            Self::StyleSeparators => "style-separators",
        }
    }

    /// The setting of that name.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }
}

impl PictureSetting {
    pub(super) fn parse(
        setting: Setting,
        method: &Method,
        request: &BucketRequest<'_>,
    ) -> Result<Self, ParseError> {
        let action = match *method {
            Method::PUT => SettingAction::Put,
            Method::GET => SettingAction::Get,
            Method::DELETE => SettingAction::Delete,
            _ => return Err(super::dispatch::not_allowed(setting.name())),
        };
        let accepted = request.headers.get("accept").map(|value| value.as_bytes()).unwrap_or_default();
        let wants_json = accepted.starts_with(b"application/json");
        Ok(Self { bucket: request.bucket.clone(), setting, action, wants_json })
    }

    /// The request as it is sent; `document` is the body of a `PUT` that has one.
    pub fn to_wire(&self, document: Option<String>) -> WireRequest {
        let method = match self.action {
            SettingAction::Put => Method::PUT,
            SettingAction::Get => Method::GET,
            SettingAction::Delete => Method::DELETE,
        };
        let mut wire = WireRequest::bucket(method, &self.bucket);
        wire.query.push_flag(self.setting.name());
        if self.wants_json {
            crate::header::set(&mut wire.headers, "accept", "application/json");
        }
        match document {
            Some(document) => wire.with_xml(document),
            None => wire,
        }
    }
}

/// Whether originals are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OriginProtectStatus(pub bool);

/// Whether JPEG downloads are to be compressed harder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuetzliStatus(pub bool);

impl XmlBody for OriginProtectStatus {
    const ROOT: &'static str = "OriginProtectStatus";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.text(on_or_off(self.0));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        read_switch(root).map(Self)
    }
}

impl XmlBody for GuetzliStatus {
    const ROOT: &'static str = "GuetzliStatus";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.text(on_or_off(self.0));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        read_switch(root).map(Self)
    }
}

fn on_or_off(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}

fn read_switch(element: &Element) -> Result<bool, MalformedXml> {
    match element.text().trim() {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(MalformedXml(format!("{} is {other:?}, neither on nor off", element.name()))),
    }
}

/// When pictures are slimmed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageSlim {
    /// Whether slimming is on; only answers tell it.
    pub status: Option<bool>,
    /// Requests may ask for it (`API`).
    pub by_request: bool,
    /// Downloads of these suffixes are slimmed unasked (`Auto`); none where that is off.
    pub automatic: Option<Vec<String>>,
}

/// Suffixes of one bucket that are slimmed unasked.
const SUFFIXES_MAX: usize = 20;

impl ImageSlim {
    /// The modes as they are written: `API`, `Auto` or `Auto,API`.
    pub fn mode(&self) -> &'static str {
        match (self.automatic.is_some(), self.by_request) {
            (true, true) => "Auto,API",
            (true, false) => "Auto",
            (false, _) => "API",
        }
    }

    fn read_modes(text: &str) -> Result<(bool, bool), MalformedXml> {
        let mut modes = (false, false);
        for mode in text.split(',').map(str::trim) {
            match mode {
                "API" => modes.0 = true,
                "Auto" => modes.1 = true,
                _ => {
                    return Err(MalformedXml(format!("SlimMode {text:?} is none of API, Auto and Auto,API")));
                }
            }
        }
        Ok(modes)
    }
}

impl XmlBody for ImageSlim {
    const ROOT: &'static str = "ImageSlim";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.optional("Status", self.status.map(on_or_off));
        if self.status == Some(false) {
            return;
        }
        xml.leaf("SlimMode", self.mode());
        if let Some(suffixes) = &self.automatic {
            xml.parent("Suffixs", |xml| suffixes.iter().for_each(|suffix| xml.leaf("Suffix", suffix)));
        }
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let status = root.child("Status").map(read_switch).transpose()?;
        if status == Some(false) {
            return Ok(Self { status, ..Self::default() });
        }
        let (by_request, automatic) = Self::read_modes(root.required_text("SlimMode")?)?;
        let suffixes: Vec<String> = match root.child("Suffixs") {
            Some(list) => list.children("Suffix").map(|suffix| suffix.text().trim().to_owned()).collect(),
            None => Vec::new(),
        };
        if suffixes.len() > SUFFIXES_MAX || suffixes.iter().any(String::is_empty) {
            return Err(MalformedXml(format!("Suffixs needs 1 to {SUFFIXES_MAX} suffixes with text")));
        }
        if automatic && suffixes.is_empty() {
            return Err(MalformedXml("SlimMode Auto needs Suffixs".to_owned()));
        }
        Ok(Self { status, by_request, automatic: automatic.then_some(suffixes) })
    }
}

/// The characters that may stand between a key and the name of a style. An interface of this service's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleSeparators(pub Vec<char>);

impl StyleSeparators {
    /// Every character that can be one, in the order in which they are tried.
    pub const ALL: [char; 4] = ['!', '/', '-', '_'];
}

impl Default for StyleSeparators {
    fn default() -> Self {
        Self(vec!['!'])
    }
}

impl XmlBody for StyleSeparators {
    const ROOT: &'static str = "StyleSeparators";

    fn write_content(&self, xml: &mut XmlWriter) {
        self.0.iter().for_each(|separator| xml.leaf("Separator", separator));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let mut given = Vec::new();
        for element in root.children("Separator") {
            let separator = Self::ALL.into_iter().find(|separator| element.text() == separator.to_string());
            let unknown = || MalformedXml(format!("Separator {:?} is none of ! / - _", element.text()));
            given.push(separator.ok_or_else(unknown)?);
        }
        Ok(Self(Self::ALL.into_iter().filter(|separator| given.contains(separator)).collect()))
    }
}
