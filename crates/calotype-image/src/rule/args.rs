//! Reads the tokens of one segment from left to right.

use std::{borrow::Cow, fmt, ops::RangeInclusive};

use super::RuleError;

/// A cursor over the tokens of a segment, and the word whose values are being read.
#[derive(Debug)]
pub struct Args<'a> {
    tokens: &'a [&'a str],
    word: &'a str,
}

impl<'a> Args<'a> {
    /// Starts before the first token.
    pub(crate) fn new(verb: &'a str, tokens: &'a [&'a str]) -> Self {
        Self { tokens, word: verb }
    }

    /// The word whose values are read now; errors name it.
    pub(crate) fn word(&self) -> &'a str {
        self.word
    }

    /// Takes the next token as a word: what follows are its values. `None` at the end of the segment.
    pub(crate) fn next_word(&mut self) -> Option<&'a str> {
        let word = self.take()?;
        self.word = word;
        Some(word)
    }

    /// The next token without taking it.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.tokens.first().copied()
    }

    /// The next token, `None` at the end of the segment.
    pub(crate) fn take(&mut self) -> Option<&'a str> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    /// The next token, which must be there.
    pub(crate) fn text(&mut self, expected: &'static str) -> Result<&'a str, RuleError> {
        self.take().ok_or_else(|| RuleError::syntax(self.word, "", expected))
    }

    /// A whole number inside of `range`.
    pub(crate) fn integer<T>(&mut self, range: RangeInclusive<T>) -> Result<T, RuleError>
    where
        T: TryFrom<i64> + Into<i64> + Copy + fmt::Display,
    {
        let (low, high) = ((*range.start()).into(), (*range.end()).into());
        let expected = || format!("a whole number from {low} to {high}");
        let Some(text) = self.take() else { return Err(self.syntax("", expected())) };
        let value = integer(text).ok_or_else(|| self.syntax(text, expected()))?;
        if !(low..=high).contains(&value) {
            return Err(self.out_of_range(text, expected()));
        }
        T::try_from(value).map_err(|_| self.out_of_range(text, expected()))
    }

    /// `0` or `1`.
    pub(crate) fn switch(&mut self) -> Result<bool, RuleError> {
        Ok(self.integer(0..=1_i64)? == 1)
    }

    /// A word that needs no value; a `0` or `1` after it is taken as off or on. Source: spec/ci/README.md, 2.1.
    pub(crate) fn flag(&mut self) -> bool {
        match self.peek() {
            Some("0") => {
                self.take();
                false
            }
            Some("1") => {
                self.take();
                true
            }
            _ => true,
        }
    }

    /// One of a fixed set of words in any case.
    pub(crate) fn choice<T: Copy>(&mut self, choices: &[(&'static str, T)]) -> Result<T, RuleError> {
        let text = self.take().unwrap_or("");
        let found = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            self.syntax(text, format!("one of {}", words.join(", ")))
        })
    }

    /// The value just read cannot be understood.
    pub(crate) fn syntax(
        &self,
        value: impl Into<String>,
        expected: impl Into<Cow<'static, str>>,
    ) -> RuleError {
        RuleError::syntax(self.word, value, expected)
    }

    /// The value just read is too small or too large.
    pub(crate) fn out_of_range(
        &self,
        value: impl Into<String>,
        expected: impl Into<Cow<'static, str>>,
    ) -> RuleError {
        RuleError::out_of_range(self.word, value, expected)
    }
}

/// A decimal whole number with an optional minus; numbers beyond what fits become the nearest that does.
pub(crate) fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let beyond = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(text.parse().unwrap_or(beyond))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleErrorKind;

    fn kind_of(token: &str) -> RuleErrorKind {
        let tokens = [token];
        Args::new("quality", &tokens).integer(0..=100_i64).unwrap_err().kind
    }

    #[test]
    fn numbers_out_of_range_differ_from_no_numbers() {
        assert_eq!(kind_of("101"), RuleErrorKind::OutOfRange);
        assert_eq!(kind_of("-1"), RuleErrorKind::OutOfRange);
        assert_eq!(kind_of("99999999999999999999"), RuleErrorKind::OutOfRange);
        for garbage in ["", "-", "1.5", "x", "+5", " 5", "٣"] {
            assert_eq!(kind_of(garbage), RuleErrorKind::Syntax, "{garbage:?}");
        }
    }

    #[test]
    fn a_flag_takes_only_its_own_digit() {
        let tokens = ["1", "strip", "rotate"];
        let mut args = Args::new("strip", &tokens);
        assert!(args.flag());
        assert_eq!(args.next_word(), Some("strip"));
        assert!(args.flag());
        assert_eq!(args.next_word(), Some("rotate"));
    }
}
