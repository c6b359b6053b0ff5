//! Names for requests: unique, opaque, of the length clients know.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

/// Tells this process from those before it.
static PROCESS: LazyLock<u64> = LazyLock::new(|| uuid::Uuid::now_v7().as_u128() as u64);
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// The name of one request, for headers, error bodies and the log.
#[derive(Debug, Clone, Copy)]
pub struct RequestId {
    seconds: u32,
    number: u32,
}

impl RequestId {
    /// The next name.
    pub fn next() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { seconds: now.as_secs() as u32, number: COUNTER.fetch_add(1, Ordering::Relaxed) }
    }

    /// Forty characters, as `x-cos-request-id` carries them.
    pub fn header(self) -> HeaderValue {
        value(&format!("{:08x}_{:012x}_{:08x}", self.seconds, *PROCESS & 0xffff_ffff_ffff, self.number))
    }

    /// The second name errors bear, as `x-cos-trace-id` carries it.
    pub fn trace_header(self) -> HeaderValue {
        value(&format!("{:08x}{:016x}{:08x}", self.number, *PROCESS, self.seconds))
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(STANDARD.encode(text)).expect("base64 is made of visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_forty_characters_long() {
        let [first, second] = [RequestId::next(), RequestId::next()];
        assert_eq!(first.header().len(), 40);
        assert_ne!(first.header(), second.header());
        assert_ne!(first.header(), first.trace_header());
    }
}
