//! What is wrong with the text of a rule.

use std::{borrow::Cow, fmt};

/// Whether a rule is misspelt, asks too much, or asks for something this server does not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleErrorKind {
    /// An unknown word, a missing or misspelt value, a word given twice.
    Syntax,
    /// A well-formed value outside of its range.
    OutOfRange,
    /// Right, but not built into this server.
    NotOffered,
}

/// Why a rule was refused: names the word, the value, and what was expected in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The word of the rule, such as `thumbnail`.
    pub word: String,
    /// What was written as its value; empty when it is missing.
    pub value: String,
    /// What may stand there; for [`RuleErrorKind::NotOffered`] the name of the feature.
    pub expected: Cow<'static, str>,
    /// Which sort of mistake it is.
    pub kind: RuleErrorKind,
    /// The rule carries `ignore-error/1` and this mistake is one of those it covers: the original may be returned.
    pub ignorable: bool,
}

/// Characters of a refused value that are repeated in a message.
const SHOWN_CHARACTERS_MAX: usize = 60;

impl RuleError {
    /// A word or value that cannot be read.
    pub(crate) fn syntax(
        word: impl Into<String>,
        value: impl Into<String>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(RuleErrorKind::Syntax, word.into(), value.into(), expected.into())
    }

    /// A value that can be read but is too small or too large.
    pub(crate) fn out_of_range(
        word: impl Into<String>,
        value: impl Into<String>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(RuleErrorKind::OutOfRange, word.into(), value.into(), expected.into())
    }

    /// A feature that is part of the language but not of this server.
    pub(crate) fn not_offered(word: impl Into<String>, feature: impl Into<Cow<'static, str>>) -> Self {
        Self::new(RuleErrorKind::NotOffered, word.into(), String::new(), feature.into())
    }

    fn new(kind: RuleErrorKind, word: String, value: String, expected: Cow<'static, str>) -> Self {
        Self { word, value, expected, kind, ignorable: false }
    }

    /// The same error, marked as covered by `ignore-error/1` where it may be.
    pub(crate) fn ignored_if(mut self, ignores_error: bool) -> Self {
        self.ignorable = ignores_error && self.kind != RuleErrorKind::Syntax;
        self
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == RuleErrorKind::NotOffered {
            return write!(f, "{} is not available on this server", self.expected);
        }
        write!(f, "{}: expected {}, found ", shown(&self.word), self.expected)?;
        if self.value.is_empty() { f.write_str("nothing") } else { write!(f, "'{}'", shown(&self.value)) }
    }
}

impl std::error::Error for RuleError {}

/// The beginning of a user's text, fit for one line.
fn shown(text: &str) -> String {
    let mut shown: String =
        text.chars().take(SHOWN_CHARACTERS_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN_CHARACTERS_MAX).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_word_value_and_expectation() {
        let error = RuleError::syntax("thumbnail", "abc", "a geometry such as 300x200");
        assert_eq!(error.to_string(), "thumbnail: expected a geometry such as 300x200, found 'abc'");
        let error = RuleError::syntax("rotate", "", "degrees");
        assert_eq!(error.to_string(), "rotate: expected degrees, found nothing");
    }

    #[test]
    fn long_values_are_cut_and_stay_on_one_line() {
        let error = RuleError::syntax("blur", "a\n".repeat(100), "x");
        assert!(error.to_string().len() < 120 && !error.to_string().contains('\n'));
    }
}
