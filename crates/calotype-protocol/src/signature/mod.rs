//! The COS request signature: one canonical text, signed by the SDK and verified by the service.
//!
//! Spec: spec/cos/auth.md.

mod canonical;
mod credential;
mod digest;
mod error;
mod explain;
mod post_policy;
mod sign;
mod validity;
mod verify;

pub use canonical::CanonicalRequest;
pub use credential::{AuthFields, Credential, SIGNED_NAMES_MAX};
pub use error::SignatureError;
pub use explain::{Difference, Explanation, explain};
pub(crate) use post_policy::form_signature_matches;
pub use post_policy::{PostPolicySignature, post_policy_signature};
pub use sign::{Signer, is_signed_by_default};
pub use validity::{FUTURE_SECONDS_MAX, Validity};
pub use verify::{SignedRequest, verify};

#[cfg(test)]
mod tests;
