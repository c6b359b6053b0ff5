//! One file per operation, named by the word of the rule; here are what they have in common and the table of them all.

mod aigc_metadata;
mod animate;
mod auto_orient;
mod blur;
mod bright;
mod cgif;
#[cfg(test)]
mod check;
mod color;
mod contrast;
mod crop;
mod cut;
mod dx;
mod dy;
mod egif;
mod flip;
mod format;
mod frame;
mod gravity;
mod grayscale;
mod ignore_error;
pub(crate) mod image_view2;
mod indexcrop;
mod interlace;
mod iradius;
mod lquality;
pub(crate) mod not_offered;
mod pad;
mod pixels;
mod quality;
mod rotate;
mod rquality;
mod rradius;
mod scrop;
mod sharpen;
mod size_limit;
mod strip;
mod thumbnail;
pub(crate) mod watermark;

pub(crate) use format::is_built_in;

use std::{fmt, sync::Arc};

use crate::{
    AssetReference, ImageError, ImageFormat,
    metadata::AigcLabel,
    plan::Planner,
    rule::{Args, Modifiers, RuleError},
};

/// When an operation of a segment takes its turn; within a phase they run as written. Source: spec/ci/README.md, 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Chooses frames of an animation.
    Frames,
    /// Changes pixels or the size.
    Pixels,
    /// Says how the result is written.
    Encoding,
    /// Changes what the others do.
    Modifier,
}

/// One word of a rule with its values. Printing gives the text back.
pub trait Operation: fmt::Display + fmt::Debug + Send + Sync {
    /// When it takes its turn.
    fn phase(&self) -> Phase {
        Phase::Pixels
    }

    /// Adds to the modifiers of its segment.
    fn modify(&self, _modifiers: &mut Modifiers) {}

    /// Whether it leaves one frame of an animation, so that the others need not be read.
    fn selects_one_frame(&self) -> bool {
        false
    }

    /// Pictures it refers to, which the planner gives back by their reference.
    fn assets(&self) -> Vec<AssetReference> {
        Vec::new()
    }

    /// The format it asks for.
    fn target_format(&self) -> Option<ImageFormat> {
        None
    }

    /// The label it puts on the result.
    fn label(&self) -> Option<&AigcLabel> {
        None
    }

    /// Whether it has to know where faces are, see [`Pipeline::with_faces`](crate::rule::Pipeline::with_faces).
    fn needs_faces(&self) -> bool {
        false
    }

    /// Settles what it means for the picture the planner knows. No pixel is read.
    fn plan(&self, _planner: &mut Planner<'_>) -> Result<(), ImageError> {
        Ok(())
    }
}

/// Reads the values of one word.
pub(crate) type Parse = fn(&mut Args<'_>) -> Result<Arc<dyn Operation>, RuleError>;

/// An entry of [`OPERATIONS`].
#[derive(Debug, Clone, Copy)]
pub struct OperationSpec {
    /// The word in the rule.
    pub word: &'static str,
    /// Shorter words for the same.
    pub aliases: &'static [&'static str],
    /// The word and its values.
    pub usage: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    pub(crate) parse: Parse,
}

/// Every operation of `imageMogr2` on offer, in alphabetical order.
pub const OPERATIONS: &[OperationSpec] = &[
    aigc_metadata::SPEC,
    animate::SPEC,
    auto_orient::SPEC,
    blur::SPEC,
    bright::SPEC,
    cgif::SPEC,
    color::SPEC,
    contrast::SPEC,
    crop::SPEC,
    cut::SPEC,
    dx::SPEC,
    dy::SPEC,
    egif::SPEC,
    flip::SPEC,
    format::SPEC,
    frame::SPEC,
    gravity::SPEC,
    grayscale::SPEC,
    ignore_error::SPEC,
    indexcrop::SPEC,
    interlace::SPEC,
    iradius::SPEC,
    lquality::SPEC,
    pad::SPEC,
    quality::SPEC,
    rotate::SPEC,
    rquality::SPEC,
    rradius::SPEC,
    scrop::SPEC,
    sharpen::SPEC,
    size_limit::SPEC,
    strip::SPEC,
    thumbnail::SPEC,
];

/// The operation a word or one of its aliases stands for.
pub(crate) fn find(word: &str) -> Option<&'static OperationSpec> {
    OPERATIONS.iter().find(|spec| spec.word == word || spec.aliases.contains(&word))
}
