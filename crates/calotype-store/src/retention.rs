//! Object lock: what was written lately can be neither replaced nor removed.

use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a bucket retains at one moment: everything written after some other moment, or nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Retained {
    after: Option<SystemTime>,
}

impl Retained {
    /// - `days`: how long objects are retained; none or 0 for not at all.
    pub(crate) fn at(now: SystemTime, days: Option<u32>) -> Self {
        let days = days.filter(|days| *days > 0);
        let after = days.map(|days| now.checked_sub(DAY * days).unwrap_or(SystemTime::UNIX_EPOCH));
        Self { after }
    }

    pub(crate) fn includes(self, written: SystemTime) -> bool {
        self.after.is_some_and(|after| written > after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_and_none_is_none() {
        let written = SystemTime::UNIX_EPOCH + DAY * 100;
        let includes = |now, days| Retained::at(now, days).includes(written);
        assert!(includes(written, Some(1)) && includes(written + DAY - Duration::from_millis(1), Some(1)));
        assert!(!includes(written + DAY, Some(1)) && includes(written + DAY, Some(2)));
        assert!(!includes(written, None) && !includes(written, Some(0)));
        assert!(includes(written, Some(36_500)));
    }
}
