//! HTTP/1.1 with the peculiarities COS clients depend on; hyper does the rest.
//!
//! Spec: spec/cos/README.md, 6 and 7.

mod body;
mod connection;
mod heads;
mod io;

pub use body::{BodyTimeout, ReplyBody, RequestBody};
pub use connection::WireConfig;

pub(crate) use connection::serve_connection;
