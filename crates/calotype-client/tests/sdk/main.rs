//! The SDK against a running service: every operation, typed errors, checksums.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod objects;
mod pictures;
mod requests;
mod support;
