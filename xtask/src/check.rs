//! `check`: formatting, lints, and what the map promises and the compiler cannot see.

use anyhow::Result;

use crate::{prerequisites, shell, tidy};

pub(crate) fn run() -> Result<()> {
    prerequisites::build_tools()?;
    shell::run(&mut shell::cargo(&["fmt", "--all", "--check"]))?;
    shell::run(&mut shell::cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))?;
    tidy::run()
}
