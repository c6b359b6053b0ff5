//! What a download makes of an object on the way.
//!
//! Spec: spec/ci/README.md, 1 and 2; spec/ci/extras.md, Part B.

use crate::parse_error::ParseError;
use crate::query::Query;

/// What a download makes of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Processing {
    /// An instruction such as `imageMogr2/thumbnail/!50p`, decoded.
    Rule(String),
    /// Looks for foreign data in a picture.
    Inspect,
    /// The untouched original, past the protection of originals.
    Original,
    /// A process that is known and not offered, by its name.
    Unsupported(String),
}

impl Processing {
    /// Finds the instruction or process in a query.
    pub(super) fn find(query: &Query) -> Result<Option<Self>, ParseError> {
        if let Some(instruction) = query.instruction()? {
            // The Python SDK writes this process as a flag.
            let inspects = instruction == "imageInspect";
            return Ok(Some(if inspects { Self::Inspect } else { Self::Rule(instruction) }));
        }
        let Some(name) = query.ci_process() else { return Ok(None) };
        Ok(Some(match known_process(name)? {
            "ImageInspect" => Self::Inspect,
            "originImage" => Self::Original,
            name => Self::Unsupported(name.to_owned()),
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
    "GoodsMatting",
    "IDCardOCR",
    "ImageAIGCMetadata",
    "ImageInspect",
    "ImageRepair",
    "ImageSearch",
    "ImageTargetRec",
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

/// Refuses names nobody knows.
pub(super) fn known_process(name: &str) -> Result<&str, ParseError> {
    if PROCESSES.contains(&name) {
        Ok(name)
    } else {
        Err(ParseError::argument(format!("ci-process {name:?} is not known")))
    }
}
