//! Rules that begin with a named style.

use std::fmt;

/// `style/<name>`, and what is to be done after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleReference {
    /// Everything after `style/`. Whether such a style exists is the caller's business.
    pub name: String,
    /// The segments after the style, already found to be right.
    pub then: Option<String>,
}

impl StyleReference {
    /// The instruction with the style's own text in place of its name.
    pub fn expand(&self, body: &str) -> String {
        match &self.then {
            Some(then) => format!("{}|{then}", body.trim()),
            None => body.trim().to_owned(),
        }
    }
}

impl fmt::Display for StyleReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "style/{}", self.name)?;
        self.then.iter().try_for_each(|then| write!(f, "|{then}"))
    }
}
