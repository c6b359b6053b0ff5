//! Rules that answer with JSON instead of a picture.

use std::fmt;

use super::Pipeline;

/// What is to be told about a picture. Source: spec/ci/info.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InspectionKind {
    /// `imageInfo`: format, size and the like.
    Info,
    /// `exif`: the Exif tags.
    Exif,
    /// `imageAve`: the average colour.
    Average,
    /// `imageInspect`: data that hides behind the picture.
    ForeignData,
}

impl InspectionKind {
    /// All kinds with the verbs that ask for them.
    pub(super) const VERBS: [(&'static str, Self); 4] = [
        ("imageInfo", Self::Info),
        ("exif", Self::Exif),
        ("imageAve", Self::Average),
        ("imageInspect", Self::ForeignData),
    ];

    /// The kind a verb asks for.
    pub(super) fn from_verb(verb: &str) -> Option<Self> {
        Self::VERBS.iter().find(|(word, _)| *word == verb).map(|(_, kind)| *kind)
    }
}

impl fmt::Display for InspectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = Self::VERBS.iter().find(|(_, kind)| kind == self).map_or("", |(word, _)| word);
        f.write_str(verb)
    }
}

/// A question about a picture, or about what a pipeline makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// What is done to the picture first; `None` asks about the stored object itself.
    pub after: Option<Pipeline>,
    /// What is asked.
    pub kind: InspectionKind,
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.after {
            Some(pipeline) => write!(f, "{pipeline}|{}", self.kind),
            None => write!(f, "{}", self.kind),
        }
    }
}
