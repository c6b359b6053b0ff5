//! What was written between the `|`, as typed operations in the user's order.

use std::{fmt, sync::Arc};

use super::Modifiers;
use crate::{
    AssetReference, Assets, ImageFormat,
    faces::Face,
    metadata::AigcLabel,
    ops::{Operation, Phase},
};

/// The word a segment begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `imageMogr2`: any operations.
    ImageMogr2,
    /// `imageView2`: a template for thumbnails.
    ImageView2,
    /// `watermark`: one mark.
    Watermark,
    /// `imageSlim`: fewer bytes for the same look; has no operations.
    ImageSlim,
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ImageMogr2 => "imageMogr2",
            Self::ImageView2 => "imageView2",
            Self::Watermark => "watermark",
            Self::ImageSlim => "imageSlim",
        })
    }
}

/// One segment: a verb and its operations.
#[derive(Debug, Clone)]
pub struct Stage {
    verb: Verb,
    operations: Vec<Arc<dyn Operation>>,
    modifiers: Modifiers,
}

impl Stage {
    /// Gathers the modifiers of the operations.
    pub(super) fn new(verb: Verb, operations: Vec<Arc<dyn Operation>>) -> Self {
        let mut modifiers = Modifiers::default();
        for operation in &operations {
            operation.modify(&mut modifiers);
        }
        Self { verb, operations, modifiers }
    }

    /// The word this segment begins with.
    pub fn verb(&self) -> Verb {
        self.verb
    }

    /// All operations and modifiers as the user wrote them.
    pub fn operations(&self) -> &[Arc<dyn Operation>] {
        &self.operations
    }

    /// The modifiers in force for every operation of this segment.
    pub fn modifiers(&self) -> &Modifiers {
        &self.modifiers
    }

    /// The operations in the order they are carried out: frames, pixels, encoding, each as written.
    /// Source: spec/ci/README.md, 3.
    pub(crate) fn in_order(&self) -> Vec<&Arc<dyn Operation>> {
        let mut operations: Vec<_> = self.operations.iter().collect();
        operations.sort_by_key(|operation| operation.phase());
        operations
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.verb)?;
        self.operations.iter().try_for_each(|operation| write!(f, "/{operation}"))
    }
}

/// Segments that make a picture from a picture, in order.
#[derive(Debug, Clone, Default)]
pub struct Pipeline {
    stages: Vec<Stage>,
    given: Assets,
    faces: Option<Arc<[Face]>>,
}

impl Pipeline {
    /// Takes at least one segment.
    pub(super) fn new(stages: Vec<Stage>) -> Self {
        Self { stages, given: Assets::default(), faces: None }
    }

    /// The segments.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Whether any segment carries `ignore-error/1`, which is valid for the whole instruction.
    pub fn ignores_error(&self) -> bool {
        self.stages.iter().any(|stage| stage.modifiers.ignore_error)
    }

    /// Whether the result is slimmed.
    pub fn slims(&self) -> bool {
        self.stages.last().is_some_and(|stage| stage.verb == Verb::ImageSlim)
    }

    /// Whether the picture is slimmed and nothing else happens to it.
    pub fn only_slims(&self) -> bool {
        self.slims() && self.stages.len() == 1
    }

    /// Whether a `frame` selects one picture of an animation, so that the others need not be read.
    pub(crate) fn selects_one_frame(&self) -> bool {
        self.stages.iter().flat_map(|stage| &stage.operations).any(|operation| operation.selects_one_frame())
    }

    /// The format that is asked for, the last one that is written.
    pub fn target_format(&self) -> Option<ImageFormat> {
        let mut operations = self.stages.iter().rev().flat_map(|stage| stage.operations.iter().rev());
        operations.find_map(|operation| operation.target_format())
    }

    /// The label the result bears, the last one that is written.
    pub fn label(&self) -> Option<&AigcLabel> {
        self.stages.iter().rev().flat_map(|stage| &stage.operations).find_map(|operation| operation.label())
    }

    /// Whether an operation has to know where faces are: look for them with [`FaceSearch`](crate::FaceSearch) first.
    pub fn needs_faces(&self) -> bool {
        self.stages.iter().flat_map(|stage| &stage.operations).any(|operation| operation.needs_faces())
    }

    /// Takes the faces of the source that the pipeline is meant for.
    #[must_use]
    pub fn with_faces(self, faces: Arc<[Face]>) -> Self {
        Self { faces: Some(faces), ..self }
    }

    /// The faces that were handed in.
    pub(crate) fn faces(&self) -> Option<&[Face]> {
        self.faces.as_deref()
    }

    /// Pictures the operations refer to, each once, in the order they are first named.
    pub fn assets(&self) -> Vec<AssetReference> {
        distinct_assets(self.stages.iter())
    }

    /// Pictures that are drawn as marks, each once.
    pub(super) fn marks(&self) -> Vec<AssetReference> {
        distinct_assets(self.stages.iter().filter(|stage| stage.verb == Verb::Watermark))
    }

    /// Takes the pictures that [`Self::assets`] lists, and fonts. They may be shared with other pipelines of one
    /// request. Without, text is drawn in the embedded fonts.
    #[must_use]
    pub fn with_assets(self, given: Assets) -> Self {
        Self { given, ..self }
    }

    /// The pictures that were handed in.
    pub(crate) fn given(&self) -> &Assets {
        &self.given
    }

    /// A text that is equal for instructions which do the same by construction: operations in the order they are
    /// carried out, modifiers last and sorted. Fit as a key of a cache.
    pub fn canonical(&self) -> String {
        let stages = self.stages.iter().map(|stage| {
            let (mut modifiers, operations): (Vec<_>, Vec<_>) =
                stage.in_order().into_iter().partition(|operation| operation.phase() == Phase::Modifier);
            modifiers.sort_by_key(|modifier| modifier.to_string());
            let words = operations.into_iter().chain(modifiers).map(|operation| format!("/{operation}"));
            stage.verb.to_string() + &words.collect::<String>()
        });
        stages.collect::<Vec<_>>().join("|")
    }
}

fn distinct_assets<'a>(stages: impl Iterator<Item = &'a Stage>) -> Vec<AssetReference> {
    let mut references = Vec::new();
    for reference in stages.flat_map(|stage| &stage.operations).flat_map(|operation| operation.assets()) {
        if !references.contains(&reference) {
            references.push(reference);
        }
    }
    references
}

/// Pipelines are equal when they are written alike, whatever was handed in.
impl PartialEq for Pipeline {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, stage) in self.stages.iter().enumerate() {
            if index > 0 {
                f.write_str("|")?;
            }
            write!(f, "{stage}")?;
        }
        Ok(())
    }
}
