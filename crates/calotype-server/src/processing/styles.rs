//! Names and bodies of styles, checked before one is kept.
//!
//! Spec: spec/ci/styles.md, 1.

use calotype_image::rule::Rule;

use super::failure::Failure;
use crate::app::App;
use crate::error::ApiError;

/// Characters of a name. Source: spec/ci/styles.md, 1.
const NAME_CHARACTERS_MAX: usize = 100;

/// Whether a style can have this name.
pub(crate) fn is_style_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=NAME_CHARACTERS_MAX).contains(&name.len()) && name.bytes().all(is_allowed)
}

/// Refuses a style that could not be used.
///
/// Errors: `InvalidArgument` for the name, for a body that refers to a style, and for what is wrong with its rule;
/// `NotImplemented` for a rule this service does not offer.
pub(crate) fn check_style(app: &App, name: &str, body: &str) -> Result<(), ApiError> {
    if !is_style_name(name) {
        let message = format!("style name {name:?} must be 1 to {NAME_CHARACTERS_MAX} of A-Z a-z 0-9 - _ .");
        return Err(ApiError::invalid_argument(message));
    }
    match Rule::parse(body, &app.pictures.limits) {
        Ok(Rule::Style(_)) => Err(ApiError::invalid_argument("a style may not refer to a style")),
        Ok(Rule::Process(_) | Rule::Inspect(_) | Rule::Search(_)) => Ok(()),
        Err(error) => Err(Failure::from(error).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_no_part_of_names() {
        for name in ["half", "Half-2_b.c", &"a".repeat(100)] {
            assert!(is_style_name(name), "{name}");
        }
        for name in ["", "a!b", "a/b", "ä", &"a".repeat(101)] {
            assert!(!is_style_name(name), "{name}");
        }
    }
}
