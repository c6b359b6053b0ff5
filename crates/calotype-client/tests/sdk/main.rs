//! The SDK against a running service: every operation, typed errors, checksums.

mod objects;
mod pictures;
mod requests;
mod support;
