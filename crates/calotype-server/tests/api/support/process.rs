//! A service in a process of its own: it can be killed, and its memory is its own.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::sleep;

use super::client::Connection;
use super::server::{Bucket, TestServer};

/// Tells the process which folder it serves, and where it says its address.
const FOLDER: &str = "CALOTYPE_TEST_FOLDER";
const ADDRESS_FILE: &str = "CALOTYPE_TEST_ADDRESS_FILE";
/// Its name as a test of this binary, which is how it is started.
const NAME: &str = "support::process::serve_until_killed";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs in a process of its own, started and killed by other tests"]
async fn serve_until_killed() {
    let (Some(folder), Some(file)) = (std::env::var_os(FOLDER), std::env::var_os(ADDRESS_FILE)) else {
        return;
    };
    let server = TestServer::start_in(Path::new(&folder)).await;
    let file = Path::new(&file);
    std::fs::write(file.with_extension("new"), server.address().to_string()).unwrap();
    std::fs::rename(file.with_extension("new"), file).unwrap();
    std::future::pending::<()>().await;
}

/// The process. Dropped, it is killed without a word.
pub struct ServiceProcess {
    running: Running,
    address: SocketAddr,
}

struct Running(Child);

impl ServiceProcess {
    /// Serves a folder with default settings.
    pub async fn start(folder: &Path) -> Self {
        let note = tempfile::tempdir().unwrap();
        let address_file = note.path().join("address");
        let running = Running(
            Command::new(std::env::current_exe().unwrap())
                .args(["--ignored", "--exact", NAME])
                .env(FOLDER, folder)
                .env(ADDRESS_FILE, &address_file)
                .stdout(Stdio::null())
                .spawn()
                .unwrap(),
        );
        for _ in 0..1200 {
            if let Ok(address) = std::fs::read_to_string(&address_file) {
                return Self { running, address: address.parse().unwrap() };
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("the service did not start");
    }

    /// One of its buckets, not made.
    pub fn bucket(&self, name: &str) -> Bucket {
        Bucket::at(self.address, name)
    }

    /// A connection to it.
    pub async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    /// Most memory it has had so far; none where the system does not tell.
    pub fn peak_memory_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.running.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kib| kib * 1024)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
