//! `?strict-signature`: what a signature has to cover.
//!
//! Spec: spec/cos/auth.md, 2, Strict signature mode.

use super::{ConfigurationKind, Unset, malformed};
use crate::error_code::ErrorCode;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "strict-signature",
    "StrictSignatureConfiguration",
    actions!("BucketStrictSignature"),
    Unset::Error(ErrorCode::NoSuchConfiguration),
    |root| {
        if root.elements().is_empty() { Err(malformed("the document says nothing")) } else { Ok(()) }
    },
);
