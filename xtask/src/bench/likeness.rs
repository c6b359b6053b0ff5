//! How close each tool's result comes to a reference in floating point.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::peers::Peers;
use crate::harness::TempFolder;
use crate::shell;

/// The closeness of one result.
pub(super) struct Likeness {
    pub(super) psnr_db: f64,
    /// 0 to 1.
    pub(super) ssim: f64,
}

/// Lets every tool that has the job do it once, and prints and returns how well.
pub(super) fn measure(peers: &Peers, job: &str, file: &str) -> Result<BTreeMap<&'static str, Likeness>> {
    let folder = TempFolder::new()?;
    let source = peers.set.join(file);
    let mut outputs = Vec::new();
    for tool in peers.tools.iter().filter(|tool| tool.has(job)) {
        let output = folder.path().join(tool.name.replace(' ', "-"));
        let mut command = shell::command(&tool.call[0], &tool.call[1..]);
        command.arg(job).arg(&source).args(["n=1", "t=1"]).arg(format!("out={}", output.display()));
        shell::read(&mut command)?;
        outputs.push((tool.name, first_result(&output)?));
    }
    let mut command = shell::command(&peers.python, &[shell::root().join("bench/fidelity.py"), source]);
    let told = shell::read(command.args(outputs.iter().map(|(_, output)| output)))?;
    let told: Value = serde_json::from_str(told.trim())?;
    let mut found = BTreeMap::new();
    for (name, output) in outputs {
        let told = &told[output.to_string_lossy().as_ref()];
        let figure = |word: &str| told[word].as_f64().context("fidelity.py left out a figure");
        let likeness = Likeness { psnr_db: figure("psnr")?, ssim: figure("ssim")? };
        let bytes = std::fs::metadata(&output)?.len();
        println!("  {name:18} {:>6.2} dB  SSIM {:.4}  {bytes:>8} bytes", likeness.psnr_db, likeness.ssim);
        found.insert(name, likeness);
    }
    Ok(found)
}

/// A runner writes `PATH.0`, with or without an extension.
fn first_result(output: &Path) -> Result<PathBuf> {
    let folder = output.parent().context("an output lies in a folder")?;
    let name = format!("{}.0", output.file_name().unwrap_or_default().to_string_lossy());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|have| have.to_string_lossy().starts_with(&name)) {
            return Ok(path);
        }
    }
    anyhow::bail!("no result at {}", output.display())
}
