//! What a write demands of the object it replaces or removes.

use calotype_protocol::names::{ETag, ObjectKey};

use crate::error::StoreError;
use crate::record::Versioning;

/// What has to be true of the object a key shows, in the very step that replaces or removes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Precondition {
    /// There is none, or else [`StoreError::AlreadyExists`]. It means nothing while the bucket keeps every version.
    pub forbid_overwrite: bool,
    /// There is one with such a tag, or else [`StoreError::PreconditionFailed`].
    pub if_match: Option<TagDemand>,
    /// There is none with such a tag, or else [`StoreError::PreconditionFailed`].
    pub if_none_match: Option<TagDemand>,
}

/// Entity tags that count.
#[derive(Debug, Clone, PartialEq)]
pub enum TagDemand {
    /// Any.
    Any,
    /// One of these.
    OneOf(Vec<ETag>),
}

impl TagDemand {
    fn accepts(&self, etag: &ETag) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.contains(etag),
        }
    }
}

impl Precondition {
    /// Demands that no object is overwritten, if `forbid` says so.
    pub fn forbid_overwrite(forbid: bool) -> Self {
        Self { forbid_overwrite: forbid, ..Self::default() }
    }

    /// Whether nothing is demanded.
    pub(crate) fn is_empty(&self) -> bool {
        !self.forbid_overwrite && self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// - `current`: tag of the object the key shows, if it shows one.
    pub(crate) fn check(
        &self,
        key: &ObjectKey,
        versioning: Versioning,
        current: Option<&ETag>,
    ) -> Result<(), StoreError> {
        if self.forbid_overwrite && versioning != Versioning::Enabled && current.is_some() {
            return Err(StoreError::AlreadyExists(key.clone()));
        }
        let accepted = |demand: &TagDemand| current.is_some_and(|etag| demand.accepts(etag));
        let matches = self.if_match.as_ref().is_none_or(accepted);
        let differs = !self.if_none_match.as_ref().is_some_and(accepted);
        if matches && differs { Ok(()) } else { Err(StoreError::PreconditionFailed(key.clone())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demands_are_weighed_against_what_is_there() {
        let key: ObjectKey = "k".parse().unwrap();
        let (own, other) = (ETag::from_md5([1; 16]), ETag::from_md5([2; 16]));
        let one_of = |tags: &[&ETag]| Some(TagDemand::OneOf(tags.iter().copied().cloned().collect()));
        let holds = |only_if: &Precondition, current: Option<&ETag>| {
            only_if.check(&key, Versioning::Unversioned, current).is_ok()
        };
        for (demand, with_own, with_none) in [
            (Some(TagDemand::Any), true, false),
            (one_of(&[&other, &own]), true, false),
            (one_of(&[&other]), false, false),
            (one_of(&[]), false, false),
            (None, true, true),
        ] {
            let only_if = Precondition { if_match: demand.clone(), ..Precondition::default() };
            assert_eq!((holds(&only_if, Some(&own)), holds(&only_if, None)), (with_own, with_none));
            let only_if = Precondition { if_none_match: demand.clone(), ..Precondition::default() };
            assert_eq!(holds(&only_if, Some(&own)), demand.is_none() || !with_own);
            assert!(holds(&only_if, None));
        }
        let forbid = Precondition::forbid_overwrite(true);
        assert!(holds(&forbid, None) && !holds(&forbid, Some(&own)));
        assert!(forbid.check(&key, Versioning::Enabled, Some(&own)).is_ok());
    }
}
