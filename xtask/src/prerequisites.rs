//! What is needed beyond Rust's toolchain and git: found, or installed after saying so.
//!
//! Programs come from the system's package manager, Python and Node.js packages from theirs, into `.tools/` and
//! `compat/node/node_modules/`. Without the right to install, the exact command is told instead.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::shell::{self, command};

/// Programs and the Debian package that brings each.
type Wanted = &'static [(&'static str, &'static str)];

const BUILD: Wanted =
    &[("cc", "gcc"), ("c++", "g++"), ("cmake", "cmake"), ("make", "make"), ("nasm", "nasm")];
const PYTHON: Wanted = &[("python3", "python3")];
const GO: Wanted = &[("go", "golang-go")];
const NODE: Wanted = &[("node", "nodejs"), ("npm", "npm")];
const SERVERS: Wanted = &[("nginx", "nginx-light"), ("wrk", "wrk")];
const WHOLE_PROCESSES: Wanted = &[("vipsthumbnail", "libvips-tools"), ("convert-im6.q16", "imagemagick")];

/// What the codecs' C and assembly need.
pub(crate) fn build_tools() -> Result<()> {
    programs(BUILD)
}

/// The peers of the server benchmark.
pub(crate) fn servers() -> Result<()> {
    programs(SERVERS)
}

/// The peers that are measured with their start.
pub(crate) fn whole_processes() -> Result<()> {
    programs(WHOLE_PROCESSES)
}

/// A virtual environment of its own in `.tools/`, with the packages of `requirements` in it; returns its Python.
pub(crate) fn python(name: &str, requirements: &Path) -> Result<PathBuf> {
    programs(PYTHON)?;
    let folder = shell::tools().join(name);
    let python = folder.join("bin/python");
    let stamp = folder.join("installed.txt");
    let wanted = std::fs::read_to_string(requirements)?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    // Debian has venv's other half, ensurepip, in a package of its own.
    if shell::read(&mut command("python3", &["-c", "import ensurepip, venv"])).is_err() {
        install(&["python3-venv"])?;
    }
    println!("Python packages of {} go to {}", requirements.display(), folder.display());
    shell::run(command("python3", &["-m", "venv"]).arg(&folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    shell::run(command(&python, &pip).arg(requirements))?;
    std::fs::write(stamp, wanted)?;
    Ok(python)
}

/// Go itself. It fetches the modules of `compat/go/go.mod` into its own cache when it first builds them.
pub(crate) fn go() -> Result<()> {
    programs(GO)?;
    println!("Go modules go to Go's own cache");
    Ok(())
}

/// The packages that the lock file in `folder` names, installed beside it.
pub(crate) fn node_packages(folder: &Path) -> Result<()> {
    programs(NODE)?;
    let stamp = folder.join("node_modules/.installed");
    let wanted = std::fs::read_to_string(folder.join("package-lock.json"))?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("Node.js packages go to {}", folder.join("node_modules").display());
    shell::run(command("npm", &["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}

fn programs(wanted: Wanted) -> Result<()> {
    let missing: Vec<_> = wanted.iter().filter(|(program, _)| !shell::has(program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(|(program, _)| *program).collect();
    println!("missing: {}", names.join(", "));
    install(&missing.iter().map(|(_, package)| *package).collect::<Vec<_>>())
}

/// Installs Debian packages as root or through sudo.
fn install(packages: &[&str]) -> Result<()> {
    let by_hand = format!("apt-get install {}", packages.join(" "));
    if !shell::has("apt-get") {
        bail!("please install what Debian calls: {}", packages.join(" "));
    }
    let is_root = shell::read(&mut command("id", &["-u"]))?.trim() == "0";
    let before: &[&str] = match is_root {
        true => &[],
        false if shell::has("sudo") => &["sudo", "-n"],
        false => bail!("please run as root: {by_hand}"),
    };
    println!("installing: {}", packages.join(" "));
    for (step, arguments) in [("update", &[][..]), ("install", packages)] {
        let mut words = before.to_vec();
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-qq"]);
        words.extend([step].iter().chain(&["--no-install-recommends"][..usize::from(step == "install")]));
        words.extend(arguments);
        if let Err(error) = shell::run(&mut command(words[0], &words[1..])) {
            bail!("{error}\nplease run as root: {by_hand}");
        }
    }
    Ok(())
}
