//! What a download makes of an object on the way.
//!
//! Spec: spec/ci/README.md, 1 and 2; spec/ci/extras.md, Part B.

use super::recognize_codes;
use crate::parse_error::ParseError;
use crate::query::Query;

/// What a download makes of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Processing {
    /// An instruction such as `imageMogr2/thumbnail/!50p`, decoded.
    Rule(String),
    /// The label for generated content.
    AigcMetadata,
    /// The untouched original, past the protection of originals.
    Original,
    /// A process that is known and not offered.
    Unsupported {
        /// Its name.
        name: String,
        /// Whether the original will do in its place.
        ignores_error: bool,
    },
}

impl Processing {
    /// Finds the instruction or process in a query.
    pub(super) fn find(query: &Query) -> Result<Option<Self>, ParseError> {
        if let Some(instruction) = query.instruction()? {
            return Ok(Some(Self::Rule(instruction)));
        }
        let Some(name) = query.ci_process() else { return Ok(None) };
        Ok(Some(match known_process(name)? {
            "ImageAIGCMetadata" => Self::AigcMetadata,
            // The Python SDK writes this process as an instruction, and so do we.
            "ImageInspect" => Self::Rule("imageInspect".to_owned()),
            recognize_codes::PROCESS => Self::Rule(recognize_codes::rule(query)?),
            "originImage" => Self::Original,
            name => {
                let ignores_error = name == "AIImageCrop" && query.value("ignore-error") == Some("1");
                Self::Unsupported { name: name.to_owned(), ignores_error }
            }
        }))
    }
}

/// Names of `ci-process`, offered or not.
const PROCESSES: &[&str] = &[
    "AIBodyRecognition",
    "AIEnhanceImage",
    "AIGameRec",
    "AIImageAnalysis",
    "AIImageColoring",
    "AIImageCrop",
    "AILicenseRec",
    "AIObjectDetect",
    "AIPicMatting",
    "AIPortraitMatting",
    "AISuperResolution",
    "AssessQuality",
    "AutoTranslationBlock",
    "DetectCar",
    "DetectFace",
    "GetActionSequence",
    "GetDigitCode",
    "GoodsMatting",
    "IDCardOCR",
    "ImageAIGCMetadata",
    "ImageInspect",
    "ImageRepair",
    "ImageSearch",
    "ImageTargetRec",
    "LivenessRecognition",
    "OCR",
    "QRcode",
    "RecognizeLogo",
    "ai-recognition",
    "detect-label",
    "detect-pet",
    "doc-preview",
    "face-effect",
    "filehash",
    "getplaylist",
    "originImage",
    "pm3u8",
    "qrcode-generate",
    "sensitive-content-recognition",
    "snapshot",
    "videoinfo",
];

/// Processes of media and documents; all others that are not offered need a model.
const MEDIA_PROCESSES: &[&str] =
    &["doc-preview", "filehash", "getplaylist", "pm3u8", "snapshot", "videoinfo"];

/// Why a process that is known is not offered, for people.
pub fn refusal_of_process(name: &str) -> String {
    match MEDIA_PROCESSES.contains(&name) {
        true => format!("{name} is not available on this server"),
        false => format!("{name} requires a recognition model and is not available on this server"),
    }
}

/// Refuses names nobody knows.
pub fn known_process(name: &str) -> Result<&str, ParseError> {
    if PROCESSES.contains(&name) {
        Ok(name)
    } else {
        Err(ParseError::argument(format!("ci-process {name:?} is not known")))
    }
}
