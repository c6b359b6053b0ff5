//! wrk, the load: requests per second of one URL over kept-open connections.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::shell;

/// Seconds of one measurement.
const SECONDS: u32 = 3;

/// GETs over `connections` connections.
pub(super) fn get(url: &str, connections: u32) -> Result<f64> {
    run(url, connections, None)
}

/// PUTs of `body` under keys that count up from the path of `url`.
pub(super) fn put(url: &str, connections: u32, body: &Path, folder: &Path) -> Result<f64> {
    let path = url.splitn(4, '/').nth(3).context("a URL with a path")?;
    let script = folder.join("put.lua");
    std::fs::write(
        &script,
        format!(
            "local file = io.open({body:?}, 'rb')\nlocal body = file:read('*a')\nfile:close()\nlocal count = 0\n\
             request = function()\n  count = count + 1\n  return wrk.format('PUT', '/{path}' .. count, nil, body)\nend\n",
            body = body.display().to_string()
        ),
    )?;
    run(url, connections, Some(&script))
}

fn run(url: &str, connections: u32, script: Option<&Path>) -> Result<f64> {
    let mut command = shell::command("wrk", &["-t1", &format!("-c{connections}"), &format!("-d{SECONDS}s")]);
    if let Some(script) = script {
        command.arg("-s").arg(script);
    }
    let told = shell::read(command.arg(url))?;
    ensure!(!told.contains("Non-2xx"), "{url} gave errors:\n{told}");
    let line = told
        .lines()
        .find_map(|line| line.trim().strip_prefix("Requests/sec:"))
        .context("wrk told no rate")?;
    line.trim().parse().context("wrk's rate is no number")
}
