//! A real server for the length of a test: built, started in a temporary folder on a free port, ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::http_client::{Client, Keys};
use crate::shell;

pub(crate) const APPID: &str = "1250000000";
pub(crate) const UIN: &str = "100000000001";
pub(crate) const REGION: &str = "ap-guangzhou";
pub(crate) const SECRET_ID: &str = "AKIDcalotypetest0000000000000000001";
pub(crate) const SECRET_KEY: &str = "CalotypeTestSecretKey00000000001";

/// How long a start may take, sweep and recovery included.
const START_SECONDS_MAX: u64 = 30;

/// How much work the compiler puts into the binary.
#[derive(Clone, Copy)]
pub(crate) enum Build {
    /// As `cargo test` builds: quick to compile, pictures optimised all the same.
    Dev,
    /// As it is shipped.
    Release,
    /// As it is shipped, but for the checksums: what is stored has none. For comparison only.
    Unhashed,
}

/// Builds the binary and returns its path.
pub(crate) fn build_binary(build: Build) -> Result<PathBuf> {
    let (profile, folder, features) = match build {
        Build::Dev => ("dev", "debug", ""),
        Build::Release => ("release", "release", ""),
        Build::Unhashed => ("release", "release", "unhashed"),
    };
    shell::run(&mut shell::cargo(&[
        "build",
        "--quiet",
        "--package",
        "calotype",
        "--profile",
        profile,
        "--features",
        features,
    ]))?;
    Ok(shell::target().join(folder).join("calotype"))
}

/// A folder that goes away with its value.
pub(crate) struct TempFolder(PathBuf);

impl TempFolder {
    pub(crate) fn new() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("calotype-{}-{number}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        // Litter in the system's temporary folder is all that can come of a failure here.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// Address and port, as a client wants them.
    pub(crate) address: String,
}

impl Server {
    /// Starts `binary serve` on a free port and waits until it answers.
    pub(crate) fn start(binary: &Path, data: &Path, more: &[&str]) -> Result<Self> {
        let mut child = Command::new(binary)
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", "127.0.0.1:0", "--region", REGION, "--appid", APPID, "--uin", UIN])
            .args(["--secret-id", SECRET_ID, "--secret-key", SECRET_KEY])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let mut output = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let address = match read_address(&mut output) {
            Ok(address) => address,
            Err(error) => {
                child.kill()?;
                return Err(error.context(format!("the server ended: {:?}", child.wait()?)));
            }
        };
        // Nobody else reads the pipe; a full one would stop the server.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let server = Self { child, address };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// A client that signs with the server's keys.
    pub(crate) fn client(&self) -> Client {
        let keys = Keys { id: SECRET_ID.into(), secret: SECRET_KEY.into() };
        Client::new(&self.address, REGION, keys)
    }

    /// What a test program has to know, as environment variables.
    pub(crate) fn environment(&self) -> [(&'static str, String); 6] {
        [
            ("CALOTYPE_ENDPOINT", self.address.clone()),
            ("CALOTYPE_REGION", REGION.into()),
            ("CALOTYPE_APPID", APPID.into()),
            ("CALOTYPE_UIN", UIN.into()),
            ("CALOTYPE_SECRET_ID", SECRET_ID.into()),
            ("CALOTYPE_SECRET_KEY", SECRET_KEY.into()),
        ]
    }

    /// The key pair alone, for programs that are told the address otherwise.
    pub(crate) fn keys(&self) -> [(&'static str, &'static str); 2] {
        [("CALOTYPE_SECRET_ID", SECRET_ID), ("CALOTYPE_SECRET_KEY", SECRET_KEY)]
    }

    /// Whether it still runs, or how it ended.
    pub(crate) fn check_alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the server ended by itself: {status}"),
        }
    }

    /// Ends it at once, as `kill -9` does.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn wait_until_ready(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        while std::net::TcpStream::connect(&self.address).is_err() {
            if Instant::now() > deadline {
                bail!("nobody answers at {} after {START_SECONDS_MAX} s", self.address);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process that is gone already is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first `address:port` in what the server prints.
fn read_address(output: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    while output.read_line(&mut line)? > 0 {
        let words = line.split(|c: char| c.is_whitespace() || c == '/' || c == ',');
        let address = words.map(|word| word.trim_end_matches(['.', ';']));
        if let Some(address) = address.into_iter().find(|word| word.parse::<std::net::SocketAddr>().is_ok()) {
            return Ok(address.to_owned());
        }
        line.clear();
    }
    bail!("the server printed no address to listen on")
}

/// Bytes of a picture in `testdata/images`.
pub(crate) fn image(name: &str) -> Result<Vec<u8>> {
    let path = shell::root().join("testdata/images").join(name);
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}
