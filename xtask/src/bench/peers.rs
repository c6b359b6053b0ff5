//! The tools that are compared: built, installed, and called alike.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::harness::{Build, build_binary};
use crate::{prerequisites, shell};

/// A program that runs jobs (see `bench/README.md`).
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// Program and first arguments.
    pub(super) call: Vec<String>,
    /// Whether it also has the jobs that decode once by hand (`five_raw`, `four_raw`).
    pub(super) has_raw_jobs: bool,
}

impl Tool {
    /// Whether it has this job.
    pub(super) fn has(&self, job: &str) -> bool {
        // AVIF and animations are compared with sharp's defaults alone.
        !matches!(job, "avif" | "anim") || matches!(self.name, OURS | SHARP)
    }
}

/// All that a run needs.
pub(super) struct Peers {
    /// Ours first; every ratio is to it.
    pub(super) tools: Vec<Tool>,
    pub(super) python: PathBuf,
    /// The folder of the work set.
    pub(super) set: PathBuf,
    /// The binary as it is shipped.
    pub(super) binary: PathBuf,
}

pub(super) const OURS: &str = "calotype";
pub(super) const SHARP: &str = "sharp";
pub(super) const VIPS: &str = "libvips";
pub(super) const SYSTEM_VIPS: &str = "libvips (system)";

/// Builds ours, installs theirs, makes the work set.
pub(super) fn prepare() -> Result<Peers> {
    let bench = shell::root().join("bench");
    let binary = build_binary(Build::Release)?;
    shell::run(&mut shell::cargo(&[
        "build",
        "--quiet",
        "--release",
        "--package",
        "calotype-image",
        "--example",
        "engine",
    ]))?;
    prerequisites::whole_processes()?;
    prerequisites::node_packages(&bench)?;
    let python = prerequisites::python("bench", &bench.join("requirements.txt"))?;
    let set = shell::tools().join("bench-set");
    if !set.join("anim.gif").is_file() {
        shell::run(shell::command(&python, &[bench.join("make_set.py")]).arg(&set))?;
    }

    let text = |path: PathBuf| path.into_os_string().into_string().ok().context("a path is not UTF-8");
    let engine = text(shell::target().join("release/examples/engine"))?;
    let (sharp, vips) = (text(bench.join("sharp.cjs"))?, text(bench.join("vips.py"))?);
    let mut tools = vec![
        Tool { name: OURS, call: vec![engine], has_raw_jobs: false },
        Tool { name: SHARP, call: vec!["node".into(), sharp], has_raw_jobs: true },
        Tool { name: VIPS, call: vec![text(python.clone())?, vips.clone()], has_raw_jobs: true },
    ];
    if let Some(python) = system_vips()? {
        tools.push(Tool { name: SYSTEM_VIPS, call: vec![text(python)?, vips], has_raw_jobs: true });
    }
    Ok(Peers { tools, python, set, binary })
}

/// The system's own libvips, where it is installed: an older one than the package's, and the one most people have.
fn system_vips() -> Result<Option<PathBuf>> {
    if !shell::has("vipsthumbnail") {
        return Ok(None);
    }
    let python = prerequisites::python("bench-system", &shell::root().join("bench/requirements-system.txt"))?;
    let works =
        shell::read(&mut shell::command(&python, &["-c", "import pyvips; pyvips.version(0)"])).is_ok();
    Ok(works.then_some(python))
}
