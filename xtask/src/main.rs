//! The front door: `cargo xtask demo | test | check | coverage | bench`.
fn main() {}
