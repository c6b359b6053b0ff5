//! `watermark/1` and `watermark/2` over the wire.
//!
//! Spec: spec/ci/watermark.md.

mod image;
mod sources;
mod text;

use base64::Engine;

/// Base64 as rules carry it.
pub fn base64url(text: &str) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}
