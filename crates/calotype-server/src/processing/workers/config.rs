//! Settings of the pool.

use serde::Deserialize;

/// Threads, waiting room and memory for image work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkersConfig {
    /// Pictures worked on at once. Default: one per CPU core.
    pub threads: usize,
    /// Requests that may wait; the next one is told to slow down. Default: 32 per thread.
    pub queue_places: usize,
    /// Bytes that all pictures in work may take together. Default: half of the memory, 4 GiB at most.
    pub memory_bytes: u64,
    /// Longest time from the end of an upload to its results, waiting included. Default: 30 seconds.
    pub timeout_ms: u64,
}

impl Default for WorkersConfig {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            threads,
            queue_places: 32 * threads,
            memory_bytes: default_memory_bytes(available_memory_bytes()),
            timeout_ms: 30_000,
        }
    }
}

impl WorkersConfig {
    /// Adds a sentence for every setting that cannot work.
    pub fn validate(&self, mistakes: &mut Vec<String>) {
        if self.threads == 0 {
            mistakes.push("workers.threads is 0, pictures need at least one thread".to_owned());
        }
        if self.memory_bytes < MEMORY_BYTES_MIN {
            mistakes.push(format!(
                "workers.memory_bytes is {}, below {MEMORY_BYTES_MIN} hardly any picture fits",
                self.memory_bytes
            ));
        }
        if self.timeout_ms == 0 {
            mistakes.push("workers.timeout_ms is 0, no picture could be finished".to_owned());
        }
    }
}

const MEMORY_BYTES_MIN: u64 = 16 << 20;
const MEMORY_BYTES_DEFAULT_MAX: u64 = 4 << 30;
const MEMORY_BYTES_UNKNOWN: u64 = 1 << 30;

fn default_memory_bytes(available: Option<u64>) -> u64 {
    available
        .map_or(MEMORY_BYTES_UNKNOWN, |bytes| (bytes / 2).clamp(MEMORY_BYTES_MIN, MEMORY_BYTES_DEFAULT_MAX))
}

/// Memory of the machine, or of the container where that is less.
fn available_memory_bytes() -> Option<u64> {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| total_of_meminfo(&text));
    let container =
        std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    [machine, container].into_iter().flatten().min()
}

fn total_of_meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_memory_within_bounds() {
        assert_eq!(default_memory_bytes(Some(2 << 30)), 1 << 30);
        assert_eq!(default_memory_bytes(Some(64 << 30)), MEMORY_BYTES_DEFAULT_MAX);
        assert_eq!(default_memory_bytes(Some(1 << 20)), MEMORY_BYTES_MIN);
        assert_eq!(default_memory_bytes(None), MEMORY_BYTES_UNKNOWN);
    }

    #[test]
    fn reads_the_total_of_meminfo() {
        assert_eq!(total_of_meminfo("MemTotal:       24689764 kB\nMemFree: 1 kB\n"), Some(24_689_764 * 1024));
        assert_eq!(total_of_meminfo("MemFree: 1 kB\n"), None);
    }

    #[test]
    fn every_mistake_is_reported() {
        let broken = WorkersConfig { threads: 0, queue_places: 0, memory_bytes: 1, timeout_ms: 0 };
        let mut mistakes = Vec::new();
        broken.validate(&mut mistakes);
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");

        mistakes.clear();
        WorkersConfig::default().validate(&mut mistakes);
        assert!(mistakes.is_empty(), "{mistakes:?}");
    }
}
