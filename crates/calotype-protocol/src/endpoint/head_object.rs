//! `HEAD /<key>`: everything of a download but its body. The answer is an
//! [`ObjectHeaders`](super::ObjectHeaders).
//!
//! Spec: spec/cos/objects.md, HEAD Object.

use http::Method;

use super::{GetObject, WireRequest};

/// Asks what a download would say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadObject(pub GetObject);

impl HeadObject {
    /// The request as it is sent.
    pub fn to_wire(&self) -> WireRequest {
        WireRequest { method: Method::HEAD, ..self.0.to_wire() }
    }
}
