//! The Rust SDK of calotype and of every server that speaks COS.
