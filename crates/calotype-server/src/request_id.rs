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
        let mut name = [b'_'; 30];
        hex(&mut name[..8], self.seconds.into());
        hex(&mut name[9..21], *PROCESS);
        hex(&mut name[22..], self.number.into());
        value(name)
    }

    /// The second name errors bear, as `x-cos-trace-id` carries it.
    pub fn trace_header(self) -> HeaderValue {
        let mut name = [0; 32];
        hex(&mut name[..8], self.number.into());
        hex(&mut name[8..24], *PROCESS);
        hex(&mut name[24..], self.seconds.into());
        value(name)
    }
}

/// Fills `digits` with the low end of a number.
fn hex(digits: &mut [u8], number: u64) {
    for (place, digit) in digits.iter_mut().rev().enumerate() {
        *digit = b"0123456789abcdef"[(number >> (4 * place) & 15) as usize];
    }
}

fn value(name: impl AsRef<[u8]>) -> HeaderValue {
    HeaderValue::try_from(STANDARD.encode(name)).expect("base64 is made of visible ASCII")
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
