//! `tidy`: what `ARCHITECTURE.md` and `STYLE.md` promise and the compiler cannot see.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;

/// Who may use whom: the table of `ARCHITECTURE.md`.
const EDGES: [(&str, &[&str]); 6] = [
    ("calotype-protocol", &[]),
    ("calotype-image", &[]),
    ("calotype-store", &["calotype-protocol"]),
    ("calotype-server", &["calotype-protocol", "calotype-image", "calotype-store"]),
    ("calotype-client", &["calotype-protocol"]),
    ("calotype", &["calotype-client", "calotype-image", "calotype-server"]),
];

/// A file longer than this wants to be two; it is spoken of, and stops nothing.
const FILE_LINES_MAX: usize = 400;

pub(crate) fn run() -> Result<()> {
    let mut faults = Vec::new();
    check_edges(&mut faults)?;
    let sources = tracked_files("rs")?;
    for path in &sources {
        check_source(path, &fs::read_to_string(shell::root().join(path))?, &mut faults);
    }
    check_tables_of_contents(&sources, &mut faults)?;
    check_licences(&mut faults)?;
    for fault in &faults {
        println!("tidy: {fault}");
    }
    if !faults.is_empty() {
        bail!("{} things are not tidy", faults.len());
    }
    println!("tidy: {} Rust files, {} crates", sources.len(), EDGES.len());
    Ok(())
}

fn check_edges(faults: &mut Vec<String>) -> Result<()> {
    for (name, allowed) in EDGES {
        let path = shell::root().join("crates").join(name).join("Cargo.toml");
        let manifest =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // Tests may use what they like; only what ships counts.
        let mut ships = false;
        for line in manifest.lines() {
            if let Some(section) = line.strip_prefix('[') {
                ships = section.starts_with("dependencies")
                    || section.contains("cfg(") && section.contains(".dependencies");
            }
            let used = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if ships && used.starts_with("calotype") && !allowed.contains(&used) {
                faults.push(format!("{name} uses {used}, which the map does not allow"));
            }
        }
    }
    Ok(())
}

fn check_source(path: &Path, text: &str, faults: &mut Vec<String>) {
    let shown = path.display();
    let lines = text.lines().count();
    let is_test = path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
    if !is_test && lines > FILE_LINES_MAX {
        println!("tidy: {shown} has {lines} lines; above {FILE_LINES_MAX} a file wants to be two");
    }
    if !is_test && !text.starts_with("//!") {
        faults.push(format!("{shown} does not open with a sentence on what it is for"));
    }
    let binds = path.starts_with("crates/calotype-image/src/codec");
    let allows = |line: &str| line.trim_start().starts_with("#") && line.contains("allow(unsafe_code");
    if !binds && text.lines().any(allows) {
        faults.push(format!("{shown} allows unsafe code outside a codec's binding"));
    }
}

/// Every file of a folder of operations, codecs or endpoints is named in its `mod.rs`.
fn check_tables_of_contents(sources: &[PathBuf], faults: &mut Vec<String>) -> Result<()> {
    let contents = sources.iter().filter(|path| path.ends_with("mod.rs"));
    for table in contents {
        let text = fs::read_to_string(shell::root().join(table))?;
        let folder = table.parent().expect("mod.rs lies in a folder");
        let named: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.trim().split("mod ").nth(1)?.split([';', ' ']).next())
            .collect();
        let files = sources.iter().filter(|path| path.parent() == Some(folder) && !path.ends_with("mod.rs"));
        for file in files {
            let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if !named.contains(stem) && stem != "main" && stem != "lib" {
                faults.push(format!("{} is not named in {}", file.display(), table.display()));
            }
        }
    }
    Ok(())
}

/// Every picture of the fixtures is one that the licence page speaks of, or is drawn by the script.
fn check_licences(faults: &mut Vec<String>) -> Result<()> {
    let script = fs::read_to_string(shell::root().join("testdata/make_fixtures.py"))?;
    for entry in fs::read_dir(shell::root().join("testdata/images"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let numbered = name.starts_with("orientation_");
        if name != "LICENCES.md" && !numbered && !script.contains(&format!("\"{name}\"")) {
            faults.push(format!("testdata/images/{name} is not made by make_fixtures.py"));
        }
    }
    Ok(())
}

/// Files under version control, so that what lies around is left out.
fn tracked_files(extension: &str) -> Result<Vec<PathBuf>> {
    let listed = shell::read(&mut shell::command("git", &["ls-files", "--", &format!("*.{extension}")]))?;
    let paths = listed.lines().map(PathBuf::from).filter(|path| shell::root().join(path).is_file());
    Ok(paths.collect())
}
