//! Bodies at a pace the client asked for.
//!
//! Spec: spec/cos/objects.md, x-cos-traffic-limit.

use std::time::Duration;

use bytes::Bytes;
use calotype_store::{BoxError, ByteStream};
use futures_util::StreamExt;
use futures_util::stream;
use tokio::time::{Instant, sleep_until};

/// Bytes let through at once.
const PIECE_BYTES: usize = 16 << 10;

/// Lets `body` through at `bits_per_second` at most.
pub fn throttled(body: ByteStream, bits_per_second: u64) -> ByteStream {
    let pace = Pace { body, rest: Bytes::new(), bytes_per_second: (bits_per_second / 8).max(1), due: None };
    Box::pin(stream::unfold(pace, |mut pace| async move {
        let piece = pace.next().await?;
        Some((piece, pace))
    }))
}

struct Pace {
    body: ByteStream,
    /// What has arrived and is not let through yet.
    rest: Bytes,
    bytes_per_second: u64,
    /// When the next piece may begin.
    due: Option<Instant>,
}

impl Pace {
    async fn next(&mut self) -> Option<Result<Bytes, BoxError>> {
        while self.rest.is_empty() {
            match self.body.next().await? {
                Ok(chunk) => self.rest = chunk,
                Err(error) => return Some(Err(error)),
            }
        }
        let piece = self.rest.split_to(self.rest.len().min(PIECE_BYTES));
        // Time nobody used is not saved up: a pause is not followed by a rush.
        let now = Instant::now();
        let begin = self.due.map_or(now, |due| due.max(now));
        let takes = Duration::from_secs_f64(piece.len() as f64 / self.bytes_per_second as f64);
        self.due = Some(begin + takes);
        sleep_until(begin + takes).await;
        Some(Ok(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calotype_store::{bytes_stream, collect};

    #[tokio::test]
    async fn a_body_takes_the_time_its_pace_needs() {
        let begin = Instant::now();
        let body = throttled(bytes_stream(vec![7; 64 << 10].into()), 1 << 20);
        assert_eq!(collect(body, u64::MAX).await.unwrap(), vec![7; 64 << 10]);
        assert!(begin.elapsed() >= Duration::from_millis(500), "{:?}", begin.elapsed());
    }
}
