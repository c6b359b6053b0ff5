//! The one binary: serve, process, put, get, ls, rm, mb.
fn main() {}
