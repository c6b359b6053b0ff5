//! Finds the model of the face detector, which lies inside of the detector's own package.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The model inside of the package.
const MODEL: &str = "model/seeta_fd_frontal_v1.0.bin";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../Cargo.lock");
    if env::var_os("CARGO_FEATURE_FACES").is_none() {
        return Ok(());
    }
    let package = package_folder("rustface").ok_or("cargo metadata does not list the face detector")?;
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is missing")?).join("faces.bin");
    let model = package.join(MODEL);
    fs::copy(&model, target).map_err(|error| format!("{}: {error}", model.display()))?;
    Ok(())
}

/// Where Cargo keeps the sources of a dependency: its registry, or a vendor folder. Needs no network.
fn package_folder(name: &str) -> Option<PathBuf> {
    let output = Command::new(env::var_os("CARGO")?)
        .args(["metadata", "--format-version=1", "--offline", "--all-features", "--manifest-path"])
        .arg(Path::new(&env::var_os("CARGO_MANIFEST_DIR")?).join("Cargo.toml"))
        .output()
        .ok()?;
    let metadata = String::from_utf8(output.stdout).ok()?;
    // A package begins with its name and version; the path of its manifest follows inside of the same object.
    let package = metadata.split_once(&format!("{{\"name\":\"{name}\",\"version\":"))?.1;
    let manifest = package.split_once("\"manifest_path\":\"")?.1.split_once('"')?.0;
    Some(PathBuf::from(manifest.replace("\\\\", "\\")).parent()?.to_owned())
}
