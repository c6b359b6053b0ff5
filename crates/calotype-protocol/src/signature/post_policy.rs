//! Signatures of forms: that of a browser, which covers the policy text instead of the request, and that of a request
//! for a temporary key.
//!
//! Spec: spec/cos/auth.md, 8.

use super::digest::{hmac_sha1, is_hmac_sha1, same_signature, sha1};

/// The steps of a form's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostPolicySignature {
    /// Hash of the policy text.
    pub string_to_sign: String,
    /// What the form has to carry as `q-signature`.
    pub signature: String,
}

impl PostPolicySignature {
    /// Compares in constant time.
    pub fn matches(&self, received: &str) -> bool {
        same_signature(&self.signature, received)
    }
}

/// Signs a policy.
///
/// - `key_time`: the form's `q-key-time` as it is written.
/// - `policy`: the JSON text, that is, the field after Base64 was taken off.
pub fn post_policy_signature(secret_key: &str, key_time: &str, policy: &[u8]) -> PostPolicySignature {
    let sign_key = hmac_sha1(secret_key.as_bytes(), key_time.as_bytes());
    let string_to_sign = sha1(policy);
    let signature = hmac_sha1(sign_key.as_bytes(), string_to_sign.as_bytes());
    PostPolicySignature { string_to_sign, signature }
}

/// Whether a request for a temporary key was signed with this secret. Compares in constant time.
///
/// - `text`: method, host and sorted fields.
/// - `received`: the field `Signature` after Base64 was taken off.
pub(crate) fn form_signature_matches(secret_key: &str, text: &[u8], received: &[u8]) -> bool {
    is_hmac_sha1(secret_key.as_bytes(), text, received)
}
