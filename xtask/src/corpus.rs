//! `corpus`: every picture of a folder through a live server, compared with what independent tools say of it.
//!
//! The folder has a `MANIFEST.tsv` with at least the columns file, format, width, height, frames, orientation and
//! verdict. The server may refuse what is damaged or rare; it may not fail, hang, or read a good picture wrongly.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::harness::{APPID, Build, Server, TempFolder, build_binary};
use crate::http_client::{Client, Response};
use crate::shell;

/// What is asked of each picture.
const RULES: [&str; 3] = ["imageInfo", "imageMogr2/thumbnail/300x300>/format/webp", "imageView2/format/png"];

/// Where we differ from the tools that wrote the manifest, with the reason.
const DIFFERENCES: [(&str, &str); 9] = [
    ("avif/linku-star-10bpc.avifs", "a sequence is read as its first picture"),
    ("avif/linku-star-8bpc.avifs", "a sequence is read as its first picture"),
    ("broken/imagers-badplanes.bmp", "a bitmap has one plane"),
    ("broken/imagers-badrle.bmp", "its runs lead out of the picture"),
    ("broken/imagers-rletopdown.bmp", "runs go from bottom to top"),
    ("png/imagers-wpt-fcTL-blend-source-transparent.png", "its still picture is no frame of the animation"),
    ("png/imagers-wpt-fcTL-dispose-in-region-previous.png", "its still picture is no frame of the animation"),
    ("png/wuffs-apng-skip-idat.png", "its still picture is no frame of the animation"),
    ("tiff/sharp-G31D_MULTI.TIF", "of several pages the first is read"),
];

/// One line of the manifest, by column name.
type Entry = BTreeMap<String, String>;

/// What became of the pictures.
#[derive(Default)]
struct Tally {
    good: u64,
    different: u64,
    refused: u64,
    not_offered: u64,
    faults: Vec<String>,
}

impl Tally {
    /// Takes back the faults of a file that may differ, unless the server itself failed.
    fn forgive(&mut self, file: &str) {
        let Some((_, why)) = DIFFERENCES.iter().find(|(name, _)| *name == file) else { return };
        let before = self.faults.len();
        self.faults.retain(|fault| !fault.starts_with(file) || fault.contains(" gives 5"));
        if self.faults.len() < before {
            println!("  {file} differs: {why}");
            self.different += 1;
        }
    }
}

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let folder = match options {
        [] => folder().context("name a folder with a MANIFEST.tsv, or set CALOTYPE_CORPUS")?,
        [path] => PathBuf::from(path),
        _ => bail!("corpus wants one folder"),
    };
    check(&build_binary(Build::Dev)?, &folder)
}

/// The folder that `CALOTYPE_CORPUS` names, or one called `shared/corpus` beside the workspace.
pub(crate) fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("CALOTYPE_CORPUS").map(PathBuf::from);
    let beside = shell::root().parent().map(|parent| parent.join("shared/corpus"));
    named.into_iter().chain(beside).find(|folder| folder.join("MANIFEST.tsv").is_file())
}

/// Sends all pictures of `folder` and checks the answers.
pub(crate) fn check(binary: &Path, folder: &Path) -> Result<()> {
    let data = TempFolder::new()?;
    let mut server = Server::start(binary, data.path(), &["--ephemeral"])?;
    let mut client = server.client();
    let bucket = format!("corpus-{APPID}");
    client.create_bucket(&bucket)?;

    let mut tally = Tally::default();
    let entries = read_manifest(&folder.join("MANIFEST.tsv"))?;
    for entry in &entries {
        let file = &entry["file"];
        let bytes = fs::read(folder.join(file))?;
        client.put(&bucket, file, &bytes)?.expect_success()?;
        let checked = check_picture(&mut client, &bucket, entry, &mut tally)
            .and_then(|()| check_orientation(&mut client, &bucket, entry, &bytes, &mut tally));
        tally.forgive(file);
        if let Err(error) = checked {
            server.check_alive().with_context(|| format!("after {file}"))?;
            tally.faults.push(format!("{file}: {error:#}"));
            client = server.client();
        }
    }
    for fault in &tally.faults {
        println!("  {fault}");
    }
    println!(
        "corpus: {} pictures, {} read, {} differ for a reason, {} refused, {} of formats not offered, {} faults",
        entries.len(),
        tally.good,
        tally.different,
        tally.refused,
        tally.not_offered,
        tally.faults.len()
    );
    if !tally.faults.is_empty() {
        bail!("{} faults", tally.faults.len());
    }
    Ok(())
}

fn check_picture(client: &mut Client, bucket: &str, entry: &Entry, tally: &mut Tally) -> Result<()> {
    let mut statuses = Vec::new();
    for rule in RULES {
        let answer = client.get_processed(bucket, &entry["file"], rule)?;
        statuses.push(answer.status);
        match answer.status {
            200 if rule == "imageInfo" => check_info(entry, &answer, tally),
            // Refusing a format by name is an answer; any other 5xx is a failure of ours.
            200 | 400..=499 | 501 => {}
            status => tally.faults.push(format!("{}: {rule} gives {status}", entry["file"])),
        }
    }
    if statuses.iter().all(|&status| status == 200) {
        tally.good += 1;
    } else if statuses.contains(&501) {
        tally.not_offered += 1;
    } else {
        tally.refused += 1;
        // An over-long side cannot become WebP, whatever the picture: the other two must work.
        let is_offered = matches!(entry["format"].as_str(), "JPEG" | "PNG" | "GIF" | "WEBP" | "BMP" | "AVIF");
        if entry["verdict"] == "ok" && is_offered && statuses[0] != 200 {
            tally
                .faults
                .push(format!("{}: a good {} is refused {statuses:?}", entry["file"], entry["format"]));
        }
    }
    Ok(())
}

/// Compares `imageInfo` with the manifest.
fn check_info(entry: &Entry, answer: &Response, tally: &mut Tally) {
    if entry["verdict"] != "ok" {
        return;
    }
    let info: serde_json::Value = match serde_json::from_slice(&answer.body) {
        Ok(info) => info,
        Err(error) => return tally.faults.push(format!("{}: imageInfo is no JSON: {error}", entry["file"])),
    };
    let text = |name: &str| info[name].as_str().map(str::to_owned).unwrap_or_else(|| info[name].to_string());
    let mut wanted = vec![("width", &entry["width"]), ("height", &entry["height"])];
    if entry["frames"].parse().is_ok_and(|frames: u32| frames > 1) {
        wanted.push(("frame_count", &entry["frames"]));
    }
    for (name, expected) in wanted {
        if !expected.is_empty() && text(name) != *expected {
            tally.faults.push(format!("{}: {name} is {}, expected {expected}", entry["file"], text(name)));
        }
    }
}

/// Compares the `ImageInfo` of an upload with the manifest: only there the orientation is told.
///
/// AVIF is left out: its boxes say how to turn the picture, which is no Exif number.
fn check_orientation(
    client: &mut Client,
    bucket: &str,
    entry: &Entry,
    bytes: &[u8],
    tally: &mut Tally,
) -> Result<()> {
    let is_known = entry["orientation"].parse::<u8>().is_ok() && entry["format"] != "AVIF";
    if entry["verdict"] != "ok" || !is_known {
        return Ok(());
    }
    let answer = client.put_picture(bucket, "oriented", bytes, r#"{"is_pic_info":1}"#)?;
    let told = answer.element("Orientation");
    if answer.status == 200 && told.as_ref() != Some(&entry["orientation"]) {
        let expected = &entry["orientation"];
        tally.faults.push(format!("{}: orientation is {told:?}, expected {expected}", entry["file"]));
    }
    Ok(())
}

fn read_manifest(path: &Path) -> Result<Vec<Entry>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned));
    let names: Vec<String> = lines.next().context("the manifest is empty")?.collect();
    for name in ["file", "format", "width", "height", "frames", "orientation", "verdict"] {
        anyhow::ensure!(names.iter().any(|have| have == name), "the manifest has no column {name}");
    }
    Ok(lines.map(|values| names.iter().cloned().zip(values).collect()).collect())
}
