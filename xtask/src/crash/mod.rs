//! `crash`: kill -9 under a mixed load, again and again, and after each restart a search for what is lost, torn or left.
//!
//! Workers put, overwrite, copy, upload in parts and delete plain objects of all sizes, put pictures with three rules
//! each, and write and remove versions. Each keeps a ledger of what it was told and what it was asking when the server
//! died. After a restart an object must be what was acknowledged last, or what was being asked for; a picture and its
//! results must agree; no version may be missing or back; the disk must hold no blob that no object has, and no
//! temporary file.

mod content;
mod ledger;
mod load;
mod random;
mod versions;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::harness::{APPID, Build, Server, TempFolder, build_binary};
use content::Blob;
use ledger::Ledger;
use load::Pictures;
use random::Random;

/// Clients that write at the same time.
const WORKERS: usize = 4;
/// How long the server is under load before it dies.
const LIFE_MS: std::ops::Range<u64> = 20..450;
/// How long the sweep after a start may take with the few files there are.
const SWEEP_SECONDS_MAX: u64 = 10;

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let points = match options {
        [] => 40,
        ["--points", count] => count.parse().context("--points wants a number")?,
        _ => bail!("crash has the option --points N"),
    };
    campaign(&build_binary(Build::Dev)?, points)
}

/// Kills the server `points` times and checks after each restart.
pub(crate) fn campaign(binary: &Path, points: u32) -> Result<()> {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() as u64;
    println!("crash: {points} points, seed {seed}");
    let data = TempFolder::new()?;
    let (bucket, versions) = (format!("crash-{APPID}"), format!("crash-versions-{APPID}"));
    let mut random = Random::new(seed);

    let mut server = Server::start(binary, data.path(), &[])?;
    server.client().create_bucket(&bucket)?;
    server.client().create_bucket(&versions)?;
    versions::enable(&mut server.client(), &versions)?;
    let pictures = Pictures::learn(&mut server.client(), &bucket)?;
    let mut ledgers: Vec<Ledger> = (0..WORKERS).map(Ledger::new).collect();

    let (mut asked, mut unanswered) = (0, 0);
    for point in 1..=points {
        let life = Duration::from_millis(random.between(LIFE_MS));
        asked += live_and_die(server, life, (&bucket, &versions), &pictures, &mut ledgers, &mut random)?;
        unanswered += ledgers.iter().map(Ledger::unanswered).sum::<usize>();

        server =
            Server::start(binary, data.path(), &[]).with_context(|| format!("start after point {point}"))?;
        let mut client = server.client();
        for ledger in &mut ledgers {
            let settled = ledger.settle(&mut client, &bucket, &versions);
            settled.with_context(|| format!("point {point}, seed {seed}"))?;
        }
        ledger::abort_uploads(&mut client, &bucket)?;
        let blobs: HashSet<Blob> = ledgers.iter().flat_map(Ledger::blobs).chain(pictures.blobs()).collect();
        let expected = blobs.into_iter().map(|blob| blob.size_bytes).collect();
        check_disk(data.path(), expected).with_context(|| format!("point {point}, seed {seed}"))?;
    }
    println!(
        "crash: {points} kills, {asked} requests answered, {unanswered} cut off; nothing lost, torn or left over"
    );
    Ok(())
}

/// Lets all workers loose, kills the server after `life`, and returns how many requests were answered.
fn live_and_die(
    server: Server,
    life: Duration,
    buckets: (&str, &str),
    pictures: &Pictures,
    ledgers: &mut [Ledger],
    random: &mut Random,
) -> Result<u64> {
    let answered = Mutex::new(0);
    std::thread::scope(|scope| {
        for ledger in ledgers {
            let (mut client, mut random, answered) = (server.client(), Random::new(random.next()), &answered);
            scope.spawn(move || {
                let count = load::until_the_server_dies(&mut client, buckets, pictures, ledger, &mut random);
                *answered.lock().expect("no worker panics while it counts") += count;
            });
        }
        std::thread::sleep(life);
        server.kill()
    })?;
    Ok(answered.into_inner()?)
}

/// Waits for the sweep, then the blobs on disk are those of the objects, and nothing else is there.
fn check_disk(data: &Path, mut expected: Vec<u64>) -> Result<()> {
    expected.sort_unstable();
    let deadline = Instant::now() + Duration::from_secs(SWEEP_SECONDS_MAX);
    loop {
        let (mut blobs, temporary) = blob_files(data)?;
        blobs.sort_unstable();
        if blobs == expected && temporary == 0 {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!(
                "after the sweep: {} blobs for {} expected, {temporary} temporary files",
                blobs.len(),
                expected.len()
            );
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Sizes of the files under `blobs/`, and how many there are under `tmp/`.
fn blob_files(data: &Path) -> Result<(Vec<u64>, usize)> {
    let (mut blobs, mut temporary) = (Vec::new(), 0);
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            // A file may go between being listed and being looked at.
            let Ok(about) = entry.metadata() else { continue };
            let path = entry.path();
            // Only what lies below the data folder counts: that folder itself may well be in a `tmp`.
            let below = path.strip_prefix(data).unwrap_or(&path).to_owned();
            let lies_in = |name: &str| below.components().any(|part| part.as_os_str() == name);
            match about.is_dir() {
                true => folders.push(path),
                false if lies_in("blobs") => blobs.push(about.len()),
                false if lies_in("tmp") => temporary += 1,
                false => {}
            }
        }
    }
    Ok((blobs, temporary))
}
