//! The language of rules: text in, typed operations out, and back to the same text.
//!
//! This module knows words and values, but no picture: what a rule makes of one is the business of [`crate::Plan`].
//! Rules are not percent-decoded here. Spec: spec/ci/README.md, 2 and 3.

pub(crate) mod args;
pub(crate) mod base64url;
mod error;
pub(crate) mod geometry;
mod gravity;
mod inspection;
mod modifiers;
mod parser;
mod pipeline;
mod search;
mod style;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

pub(crate) use args::Args;
pub use error::{RuleError, RuleErrorKind};
pub use geometry::Geometry;
pub use gravity::Gravity;
pub use inspection::{Inspection, InspectionKind};
pub use modifiers::Modifiers;
pub use pipeline::{Pipeline, Stage, Verb};
pub use search::{CodeKinds, CodeSearch, MarkKind, MarkSearch, Search};
pub use style::StyleReference;

use crate::{AssetReference, Assets, Limits};

/// One instruction, as it stands in a query or in `Pic-Operations`.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Makes a picture.
    Process(Pipeline),
    /// Answers with JSON.
    Inspect(Inspection),
    /// Looks for something in a picture.
    Search(Search),
    /// Begins with a named style whose text the caller has to look up, see [`StyleReference::expand`].
    Style(StyleReference),
}

impl Rule {
    /// Reads an instruction that has been percent-decoded.
    ///
    /// - White space around it is dropped, and so are empty tokens (`//`).
    /// - Errors: the first mistake in spelling, else the first value out of range, else the first feature that is
    ///   not offered; the latter two are marked ignorable where the instruction carries `ignore-error/1`.
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, RuleError> {
        parser::parse(text, limits)
    }

    /// Reads a rule of `Pic-Operations`: it is not percent-decoded, but `%7C` stands for `|`.
    /// Source: spec/ci/persistent.md, 2.
    pub fn parse_persistent(text: &str, limits: &Limits) -> Result<Self, RuleError> {
        parser::parse_persistent(text, limits)
    }

    /// The pipeline of a rule that makes a picture.
    pub fn pipeline(&self) -> Option<&Pipeline> {
        match self {
            Self::Process(pipeline) => Some(pipeline),
            Self::Inspect(_) | Self::Search(_) | Self::Style(_) => None,
        }
    }

    /// Pictures it refers to besides its source, each once. A style has to be looked up before that can be said.
    pub fn assets(&self) -> Vec<AssetReference> {
        match self {
            Self::Process(pipeline) => pipeline.assets(),
            Self::Inspect(inspection) => inspection.after.iter().flat_map(Pipeline::assets).collect(),
            Self::Search(search) => search.assets(),
            Self::Style(_) => Vec::new(),
        }
    }

    /// Takes the pictures that [`Self::assets`] lists, and fonts.
    #[must_use]
    pub fn with_assets(self, given: Assets) -> Self {
        match self {
            Self::Process(pipeline) => Self::Process(pipeline.with_assets(given)),
            Self::Inspect(Inspection { after, kind }) => {
                Self::Inspect(Inspection { after: after.map(|pipeline| pipeline.with_assets(given)), kind })
            }
            other @ (Self::Search(_) | Self::Style(_)) => other,
        }
    }

    /// The name of the style this rule begins with.
    pub fn style_name(&self) -> Option<&str> {
        match self {
            Self::Style(style) => Some(&style.name),
            Self::Process(_) | Self::Inspect(_) | Self::Search(_) => None,
        }
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        Self::parse(text, &Limits::default())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(pipeline) => write!(f, "{pipeline}"),
            Self::Inspect(inspection) => write!(f, "{inspection}"),
            Self::Search(search) => write!(f, "{search}"),
            Self::Style(style) => write!(f, "{style}"),
        }
    }
}
