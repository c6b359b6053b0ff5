//! `test`: everything there is, in one run, closing with one line that counts it.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::harness::{Build, Server, TempFolder, build_binary};
use crate::{corpus, coverage, crash, prerequisites, shell};

/// Kills in the crash campaign.
const CRASH_POINTS: u32 = 40;

/// What was counted so far.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    fn add(&mut self, passed: u64, failed: u64) {
        self.passed += passed;
        self.failed += failed;
    }

    /// Counts a step that is one test by itself.
    fn step(&mut self, name: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.add(1, 0),
            Err(error) => {
                println!("{name} FAILED: {error:#}");
                self.add(0, 1);
            }
        }
    }

    /// Counts a suite by its own closing lines; one that broke off without counting a failure is one.
    fn suite(&mut self, name: &str, outcome: Result<(u64, u64, bool)>) {
        match outcome {
            Ok((passed, failed, succeeded)) => {
                self.add(passed, failed.max(u64::from(!succeeded)));
                println!("{name}: {passed} passed, {failed} failed");
            }
            Err(error) => self.step(name, Err(error)),
        }
    }
}

pub(crate) fn run() -> Result<()> {
    prerequisites::build_tools()?;
    let mut tally = Tally::default();
    tally.suite("Rust", rust());
    match build_binary(Build::Dev) {
        Ok(binary) => {
            tally.suite("Python SDK", python(&binary));
            tally.suite("Node.js SDK", node(&binary));
            tally.suite("Go SDK", go(&binary));
            tally.suite("OpenDAL", opendal(&binary));
            tally.step("cos_put_31 crash campaign", crash::campaign(&binary, CRASH_POINTS));
            match corpus::folder() {
                Some(folder) => tally.step("corpus", corpus::check(&binary, &folder)),
                None => println!("corpus: no folder given, left out (CALOTYPE_CORPUS)"),
            }
        }
        Err(error) => tally.step("the binary", Err(error)),
    }
    coverage::summary()?;
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 {
        bail!("not everything passed");
    }
    Ok(())
}

fn rust() -> Result<(u64, u64, bool)> {
    cargo_tests(&mut shell::cargo(&["test", "--quiet", "--workspace", "--no-fail-fast"]))
}

/// Counts what `cargo test` says of each of its binaries.
fn cargo_tests(tests: &mut Command) -> Result<(u64, u64, bool)> {
    let (mut passed, mut failed) = (0, 0);
    let succeeded = shell::run_watched(tests, |line| {
        if line.starts_with("test result:") {
            passed += number_before(line, " passed");
            failed += number_before(line, " failed");
        }
    })?;
    Ok((passed, failed, succeeded))
}

fn python(binary: &Path) -> Result<(u64, u64, bool)> {
    let folder = shell::root().join("compat/python");
    let python = prerequisites::python("compat-python", &folder.join("requirements.txt"))?;
    let data = TempFolder::new()?;
    let server = Server::start(binary, data.path(), &[])?;
    let mut command = shell::command(python, &["-m", "pytest"]);
    command.current_dir(&folder).envs(server.environment()).env("PYTHONDONTWRITEBYTECODE", "1");
    let (mut passed, mut failed) = (0, 0);
    let succeeded = shell::run_watched(&mut command, |line| {
        if line.contains(" in ") && (line.contains(" passed") || line.contains(" failed")) {
            passed = number_before(line, " passed");
            failed = number_before(line, " failed") + number_before(line, " error");
        }
    })?;
    Ok((passed, failed, succeeded))
}

fn node(binary: &Path) -> Result<(u64, u64, bool)> {
    let folder = shell::root().join("compat/node");
    prerequisites::node_packages(&folder)?;
    let data = TempFolder::new()?;
    let server = Server::start(binary, data.path(), &[])?;
    let mut command: Command = shell::command("node", &["--test"]);
    command.current_dir(&folder).envs(server.environment());
    let (mut passed, mut failed) = (0, 0);
    let succeeded = shell::run_watched(&mut command, |line| {
        // "# pass 12" when piped, "ℹ pass 12" on a terminal.
        match line.trim_start_matches(['#', 'ℹ', ' ']).split_once(' ') {
            Some(("pass", count)) => passed = count.trim().parse().unwrap_or(0),
            Some(("fail", count)) => failed = count.trim().parse().unwrap_or(0),
            _ => {}
        }
    })?;
    Ok((passed, failed, succeeded))
}

/// Our own tests of the SDK, and the live suite that comes with it, which is written for one certain account.
fn go(binary: &Path) -> Result<(u64, u64, bool)> {
    const LIVE_KEYS: (&str, &str) =
        ("AKIDcalotypelive0000000000000000001", "CalotypeLiveSecretKey00000000001");
    prerequisites::go()?;
    let data = TempFolder::new()?;
    let keys = ["key", "add", "--appid", "1259654469", "--uin", "100010805041"];
    let mut add = shell::command(binary, &keys);
    add.args(["--secret-id", LIVE_KEYS.0, "--secret-key", LIVE_KEYS.1, "--data"]).arg(data.path());
    shell::read(&mut add)?;
    let server = Server::start(binary, data.path(), &[])?;
    let mut command = shell::command("go", &["test", "-count=1", "-v", "./..."]);
    command.current_dir(shell::root().join("compat/go")).envs(server.environment());
    command.envs([("COS_SECRETID", LIVE_KEYS.0), ("COS_SECRETKEY", LIVE_KEYS.1)]);
    let (mut passed, mut failed) = (0, 0);
    let succeeded = shell::run_watched(&mut command, |line| {
        passed += u64::from(line.trim_start().starts_with("--- PASS:"));
        failed += u64::from(line.trim_start().starts_with("--- FAIL:"));
    })?;
    Ok((passed, failed, succeeded))
}

/// A client in Rust that is not ours. It is built apart from the workspace.
fn opendal(binary: &Path) -> Result<(u64, u64, bool)> {
    const BUCKET: &str = "opendal-1250000000";
    let data = TempFolder::new()?;
    let server = Server::start(binary, data.path(), &[])?;
    let mut bucket = shell::command(binary, &["mb", BUCKET, "--endpoint"]);
    bucket.arg(format!("http://{}", server.address)).envs(server.keys());
    shell::read(&mut bucket)?;
    let mut tests = shell::cargo(&["test", "--quiet", "--locked", "--no-fail-fast"]);
    tests.current_dir(shell::root().join("compat/opendal")).envs(server.environment());
    tests.env("CALOTYPE_BUCKET", BUCKET).env("CARGO_TARGET_DIR", shell::target().join("compat-opendal"));
    cargo_tests(&mut tests)
}

/// The number right before `word` in `line`, 0 when there is none.
pub(crate) fn number_before(line: &str, word: &str) -> u64 {
    let Some(end) = line.find(word) else { return 0 };
    let digits = line[..end].rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::number_before;

    #[test]
    fn reads_closing_lines() {
        assert_eq!(number_before("test result: ok. 12 passed; 3 failed; 0 ignored", " passed"), 12);
        assert_eq!(number_before("== 2 failed, 221 passed, 1 error in 3.2s ==", " error"), 1);
        assert_eq!(number_before("nothing here", " passed"), 0);
    }
}
