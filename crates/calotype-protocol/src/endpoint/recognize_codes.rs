//! `GET /<key>?ci-process=QRcode`: the QR and bar codes in a stored picture.
//!
//! The parameters say the same as the rule of that name, so the request is carried as that rule.
//! Spec: spec/ci/extras.md, A1.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::parse_error::ParseError;
use crate::pic_operations::QrCodeInfo;
use crate::query::Query;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// The process, and the verb of its rule.
pub(super) const PROCESS: &str = "QRcode";

/// Parameters in the order they have in the rule. The first one may be left out here, but not there.
const PARAMETERS: [&str; 4] = ["cover", "bar-type", "segment", "size"];

/// The codes that were found in a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecognizedCodes {
    /// One for each.
    pub codes: Vec<QrCodeInfo>,
    /// The picture with all of them covered, when that was asked for and there are some.
    pub covered: Option<Vec<u8>>,
}

/// The rule of a query for this process. Its values are numbers; which ones is the business of the rule.
pub(super) fn rule(query: &Query) -> Result<String, ParseError> {
    let mut rule = PROCESS.to_owned();
    for name in PARAMETERS {
        let value = match query.value(name) {
            Some(value) if value.bytes().all(|byte| byte.is_ascii_digit()) => value,
            Some(value) => return Err(ParseError::argument(format!("{name} {value:?} is not a number"))),
            None if name == PARAMETERS[0] => "0",
            None => continue,
        };
        rule.push_str(&format!("/{name}/{value}"));
    }
    Ok(rule)
}

/// Writes a rule for this process as parameters; another rule is left to others.
pub(super) fn write(rule: &str, query: &mut Query) -> bool {
    let Some(values) = rule.strip_prefix(PROCESS).filter(|rest| rest.is_empty() || rest.starts_with('/'))
    else {
        return false;
    };
    query.push("ci-process", Some(PROCESS.to_owned()));
    let tokens: Vec<&str> = values.split('/').filter(|token| !token.is_empty()).collect();
    for pair in tokens.chunks(2) {
        query.push(pair[0], pair.get(1).map(|value| (*value).to_owned()));
    }
    true
}

impl XmlBody for RecognizedCodes {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("CodeStatus", u8::from(!self.codes.is_empty()));
        self.codes.iter().for_each(|code| code.write(xml));
        xml.optional("ResultImage", self.covered.as_ref().map(|image| STANDARD.encode(image)));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            codes: root.children("QRcodeInfo").map(QrCodeInfo::read).collect(),
            covered: root.optional_text("ResultImage").map(image).transpose()?,
        })
    }
}

/// A picture inside of a document.
pub(super) fn image(base64: &str) -> Result<Vec<u8>, MalformedXml> {
    STANDARD
        .decode(base64.trim())
        .map_err(|error| MalformedXml(format!("ResultImage is not Base64: {error}")))
}
