//! Rules of the language that this server does not carry out: their grammar is checked, then they are refused by name.

use crate::rule::RuleError;

/// Rules that exist in `Pic-Operations` only. Other text passes.
pub(crate) fn check_persistent(text: &str) -> Result<(), RuleError> {
    if let Some(process) = text.strip_prefix("ci-process=") {
        let name = process.split('&').next().unwrap_or_default();
        if name.is_empty() {
            return Err(RuleError::syntax("ci-process", "", "the name of a process"));
        }
        return Err(RuleError::not_offered("ci-process", format!("ci-process={name}")));
    }
    Ok(())
}
