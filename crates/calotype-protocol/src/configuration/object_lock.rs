//! `?object-lock`: for how many days objects can be neither replaced nor removed.
//!
//! Spec: spec/cos/misc.md, object-lock.

use super::{Configuration, ConfigurationKind, Unset, malformed};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::xml::Element;

/// Longest retention: a hundred years.
pub const RETENTION_DAYS_MAX: u32 = 36_500;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "object-lock",
    "ObjectLockConfiguration",
    actions!("BucketObjectLockConfiguration"),
    Unset::Error(ErrorCode::NoSuchObjectLockConfiguration),
    |root| ObjectLock::read(root).map(drop),
);

/// The lock of a bucket, once it is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectLock {
    /// How long objects are retained, at most [`RETENTION_DAYS_MAX`]; none for not at all.
    pub days: Option<u32>,
}

impl Configuration for ObjectLock {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        let word = root.text_of("ObjectLockEnabled").trim();
        if word != "Enabled" {
            return Err(malformed(format!("ObjectLockEnabled is {word:?}, it can be Enabled")));
        }
        let Some(rule) = root.child("Rule") else { return Ok(Self { days: None }) };
        let retention =
            rule.child("DefaultRetention").ok_or_else(|| malformed("Rule has no DefaultRetention"))?;
        let days = retention.required("Days")?;
        if !(1..=RETENTION_DAYS_MAX).contains(&days) {
            return Err(malformed(format!("Days is {days}, expected 1 to {RETENTION_DAYS_MAX}")));
        }
        Ok(Self { days: Some(days) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, refusal};
    use super::*;

    fn document(content: &str) -> String {
        format!("<ObjectLockConfiguration>{content}</ObjectLockConfiguration>")
    }

    #[test]
    fn a_lock_is_enabled_and_may_have_days() {
        let retention = "<Rule><DefaultRetention><Days>1</Days></DefaultRetention></Rule>";
        let lock = document(&format!("<ObjectLockEnabled>Enabled</ObjectLockEnabled>{retention}"));
        assert_eq!(kept(&KIND, &lock), lock);
        assert_eq!(ObjectLock::from_kept(&lock), Ok(ObjectLock { days: Some(1) }));
        let bare = document("<ObjectLockEnabled>Enabled</ObjectLockEnabled>");
        assert_eq!(ObjectLock::from_kept(&bare), Ok(ObjectLock { days: None }));
        for bad in [
            document(""),
            document(retention),
            document("<ObjectLockEnabled>Disabled</ObjectLockEnabled>"),
            lock.replace("<Days>1", "<Days>0"),
            lock.replace("<Days>1", "<Days>36501"),
            lock.replace("<Days>1</Days>", ""),
        ] {
            assert_eq!(refusal(&KIND, &bad), ErrorCode::MalformedXML, "{bad}");
        }
    }
}
