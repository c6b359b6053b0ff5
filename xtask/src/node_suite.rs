//! The live test suite that the official Node.js SDK's own authors run, unmodified, against a server of ours.

use std::path::Path;

use anyhow::{Result, bail};

use crate::harness::{Build, Server, TempFolder, build_binary};
use crate::test::number_before;
use crate::{prerequisites, shell};

/// `node-suite [MOCHA OPTIONS]`
pub(crate) fn run(options: &[&str]) -> Result<()> {
    prerequisites::build_tools()?;
    let (_, failed, succeeded) = against(&build_binary(Build::Dev)?, options)?;
    if failed > 0 || !succeeded {
        bail!("{failed} of the suite's tests failed");
    }
    Ok(())
}

/// Starts `binary` for the suite and counts what passed and failed; `options` are mocha's. What is left out is named,
/// with the reason, in `compat/node/suite/excluded.json`.
pub(crate) fn against(binary: &Path, options: &[&str]) -> Result<(u64, u64, bool)> {
    let folder = shell::root().join("compat/node");
    prerequisites::node_packages(&folder)?;
    let data = TempFolder::new()?;
    let server = Server::start(binary, data.path(), &[])?;
    let mut command = shell::command("node", &["suite/run.js"]);
    command.args(options).current_dir(&folder).envs(server.environment());
    let (mut passed, mut failed) = (0, 0);
    let succeeded = shell::run_watched(&mut command, |line| {
        if line.contains(" excluded in ") {
            passed = number_before(line, " passed");
            failed = number_before(line, " failed");
        }
    })?;
    Ok((passed, failed, succeeded))
}
