//! The yardstick of durable writes: a file for each object, synced and renamed, one after another.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Objects per second of temporary file, `fdatasync`, rename.
pub(super) fn files_per_second(folder: &Path, body: &[u8], duration: Duration) -> Result<f64> {
    let start = Instant::now();
    let mut count = 0_u32;
    while start.elapsed() < duration {
        let temporary = folder.join("writing");
        let mut file = File::create(&temporary)?;
        file.write_all(body)?;
        file.sync_data()?;
        fs::rename(&temporary, folder.join(count.to_string()))?;
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}
