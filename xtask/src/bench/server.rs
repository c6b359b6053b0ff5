//! The server beside nginx, beside a file per object, and beside itself without rules.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http::Method;

use super::goals::{Goals, Need};
use super::{Options, durable, median, wrk};
use crate::harness::{APPID, Build, Server, TempFolder, build_binary};
use crate::http_client::{Client, Request};
use crate::{prerequisites, shell};

/// Connections of the GET cases.
const READERS: u32 = 32;
/// Connections of the durable PUT case.
const WRITERS: u32 = 16;

const FILES: [(&str, usize); 3] = [("1KiB", 1 << 10), ("100KiB", 100 << 10), ("10MiB", 10 << 20)];

pub(super) fn run(options: &Options, goals: &mut Goals) -> Result<()> {
    if !options.wants("server") {
        return Ok(());
    }
    prerequisites::servers()?;
    let folder = TempFolder::new()?;
    // Both builds have the same place, so the first is moved away.
    let unhashed = folder.path().join("calotype-unhashed");
    fs::copy(build_binary(Build::Unhashed)?, &unhashed)?;
    let binary = build_binary(Build::Release)?;
    let server = Server::start(&binary, &folder.path().join("data"), &[])?;
    let mut client = server.client();
    let bucket = format!("bench-{APPID}");
    create_open_bucket(&mut client, &bucket)?;

    let nginx = Nginx::start(folder.path())?;
    for (name, size_bytes) in FILES {
        let body = vec![0x5A; size_bytes];
        fs::write(nginx.files.join(name), &body)?;
        client.put(&bucket, name, &body)?.expect_success()?;
    }
    let ours = format!("http://{}/{bucket}", server.address);
    reads(options, &ours, &nginx.address, goals)?;
    drop(nginx);
    writes(options, &ours, folder.path(), goals)?;
    hashes(options, &ours, &unhashed, folder.path(), goals)?;
    // The connection above has been silent for longer than the server waits.
    rules(options, &mut server.client(), &bucket)
}

fn reads(options: &Options, ours: &str, nginx: &str, goals: &mut Goals) -> Result<()> {
    println!("\nGET, {READERS} connections kept open, requests per second");
    for (name, need) in [("1KiB", Some(("P13", 1.0))), ("100KiB", Some(("P14", 0.80))), ("10MiB", None)] {
        let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            our_rates.push(wrk::get(&format!("{ours}/{name}"), READERS)?);
            their_rates.push(wrk::get(&format!("{nginx}/{name}"), READERS)?);
        }
        let ratio = median(our_rates.iter().zip(&their_rates).map(|(our, their)| our / their));
        let (our, their) = (median(our_rates), median(their_rates));
        println!("  {name:8} calotype {our:>9.0}   nginx {their:>9.0}   ratio {ratio:.2}");
        if let Some((goal, bound)) = need {
            goals.add(goal, format!("GET {name}: share of nginx's requests"), Need::AtLeast(bound), ratio);
        }
    }
    Ok(())
}

fn writes(options: &Options, ours: &str, folder: &Path, goals: &mut Goals) -> Result<()> {
    let body = vec![0xA5; 4 << 10];
    let body_file = folder.join("4KiB");
    fs::write(&body_file, &body)?;
    let files = folder.join("files");
    fs::create_dir(&files)?;
    let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
    for round in 0..options.rounds {
        our_rates.push(wrk::put(&format!("{ours}/durable/{round}/"), WRITERS, &body_file, folder)?);
        their_rates.push(durable::files_per_second(&files, &body, Duration::from_secs(3))?);
    }
    let ratio = median(our_rates.iter().zip(&their_rates).map(|(our, their)| our / their));
    println!("\ndurable PUT of 4 KiB, {WRITERS} in flight, objects per second");
    println!(
        "  calotype {:.0}   a synced and renamed file each {:.0}   ratio {ratio:.2}",
        median(our_rates),
        median(their_rates)
    );
    goals.add("P16", "durable PUT 4 KiB: times a synced file per object", Need::AtLeast(4.0), ratio);
    Ok(())
}

/// The same upload of 1 MiB on a server that takes no checksums.
fn hashes(options: &Options, ours: &str, unhashed: &Path, folder: &Path, goals: &mut Goals) -> Result<()> {
    let server = Server::start(unhashed, &folder.join("unhashed"), &[])?;
    let bucket = format!("bench-{APPID}");
    create_open_bucket(&mut server.client(), &bucket)?;
    let theirs = format!("http://{}/{bucket}", server.address);
    let body_file = folder.join("1MiB");
    fs::write(&body_file, vec![0xA5; 1 << 20])?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for round in 0..options.rounds {
        with.push(wrk::put(&format!("{ours}/hashed/{round}/"), WRITERS, &body_file, folder)?);
        without.push(wrk::put(&format!("{theirs}/hashed/{round}/"), WRITERS, &body_file, folder)?);
    }
    let ratio = median(with.iter().zip(&without).map(|(with, without)| with / without));
    println!("\nPUT of 1 MiB, {WRITERS} in flight, objects per second");
    println!("  with hashes {:.0}   without {:.0}   ratio {ratio:.2}", median(with), median(without));
    goals.add("P15", "PUT 1 MiB: share of the same server without hashes", Need::AtLeast(0.40), ratio);
    Ok(())
}

/// A bucket that wrk, which cannot sign, may read and write.
fn create_open_bucket(client: &mut Client, bucket: &str) -> Result<()> {
    let anybody = [("x-cos-acl", "public-read-write")];
    let create = Request { method: Method::PUT, bucket, headers: &anybody, ..Request::default() };
    client.send(&create)?.expect_success()?;
    Ok(())
}

/// The same upload with five rules and without any.
fn rules(options: &Options, client: &mut Client, bucket: &str) -> Result<()> {
    const RULES: &str = r#"{"is_pic_info":1,"rules":[
        {"fileid":"a.png","rule":"imageView2/format/png"},
        {"fileid":"b.jpg","rule":"imageMogr2/thumbnail/300x"},
        {"fileid":"c.webp","rule":"imageMogr2/thumbnail/800x/format/webp"},
        {"fileid":"d.jpg","rule":"imageMogr2/crop/200x200"},
        {"fileid":"e.jpg","rule":"imageMogr2/thumbnail/1080x"}]}"#;
    let rules = RULES.replace('\n', " ");
    let photo = fs::read(shell::tools().join("bench-set/6mp.jpg"))?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for round in 0..options.rounds * 3 {
        let start = Instant::now();
        client.put_picture(bucket, &format!("with/{round}/photo.jpg"), &photo, &rules)?.expect_success()?;
        with.push(start.elapsed().as_secs_f64() * 1e3);
        let start = Instant::now();
        client.put(bucket, &format!("without/{round}/photo.jpg"), &photo)?.expect_success()?;
        without.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let ratio = median(with.iter().zip(&without).map(|(with, without)| with / without));
    println!("\nPUT of a 6 MP photo, ms");
    println!("  with five rules {:.1}   without {:.1}   ratio {ratio:.1}", median(with), median(without));
    Ok(())
}

/// nginx with a folder to serve; ends with its value.
struct Nginx {
    process: Child,
    address: String,
    files: std::path::PathBuf,
}

impl Nginx {
    fn start(folder: &Path) -> Result<Self> {
        let folder = folder.join("nginx");
        let files = folder.join("www");
        fs::create_dir_all(&files)?;
        // Taken and let go again: nginx wants to be told a port.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let template = fs::read_to_string(shell::root().join("bench/nginx.conf.in"))?;
        let settings = folder.join("nginx.conf");
        let filled =
            template.replace("@DIR@", &folder.display().to_string()).replace("@PORT@", &port.to_string());
        fs::write(&settings, filled)?;
        let program = if Path::new("/usr/sbin/nginx").is_file() { "/usr/sbin/nginx" } else { "nginx" };
        let process = Command::new(program)
            .arg("-c")
            .arg(&settings)
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start nginx")?;
        let nginx = Self { process, address: format!("http://127.0.0.1:{port}"), files };
        let deadline = Instant::now() + Duration::from_secs(5);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > deadline {
                bail!("nginx does not answer on port {port}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(nginx)
    }
}

impl Drop for Nginx {
    /// Asks for an orderly end: killing the master would leave its workers.
    fn drop(&mut self) {
        let stop = format!("kill -TERM {}", self.process.id());
        // A process that is gone already is what we want.
        let _ = Command::new("sh").args(["-c", &stop]).status();
        let _ = self.process.wait();
    }
}
