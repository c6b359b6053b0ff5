//! Which jobs wait, in the order in which they are begun.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use calotype_protocol::names::BucketName;

/// A job by its bucket and its id.
pub type JobName = (BucketName, String);

/// Higher levels first, then the order of ids, which is that of submission.
type Place = (Reverse<u8>, String);

/// The jobs that wait.
#[derive(Debug, Default)]
pub struct Waiting(Mutex<BTreeMap<Place, BucketName>>);

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Place, BucketName>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job.
    pub fn add(&self, (bucket, id): JobName, level: u8) {
        self.lock().insert((Reverse(level), id), bucket);
    }

    /// Removes a job, if it waits.
    pub fn remove(&self, id: &str) {
        self.lock().retain(|(_, other), _| other != id);
    }

    /// The buckets whose jobs wait.
    pub fn buckets(&self) -> BTreeSet<BucketName> {
        self.lock().values().cloned().collect()
    }

    /// Takes the first job whose bucket does not hold its jobs back.
    pub fn take(&self, held_back: &HashSet<BucketName>) -> Option<JobName> {
        let mut waiting = self.lock();
        let place = waiting
            .iter()
            .find(|(_, bucket)| !held_back.contains(*bucket))
            .map(|(place, _)| place.clone())?;
        waiting.remove(&place).map(|bucket| (bucket, place.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bucket: &str, id: &str) -> JobName {
        (format!("{bucket}-1").parse().unwrap(), id.to_owned())
    }

    #[test]
    fn urgent_jobs_overtake_and_held_back_buckets_wait() {
        let waiting = Waiting::default();
        for (job, level) in
            [(name("a", "j1"), 0), (name("b", "j2"), 0), (name("a", "j3"), 2), (name("a", "j4"), 0)]
        {
            waiting.add(job, level);
        }
        assert_eq!(waiting.take(&HashSet::new()), Some(name("a", "j3")));
        let held_back = HashSet::from([name("a", "").0]);
        assert_eq!(waiting.take(&held_back), Some(name("b", "j2")));
        assert_eq!(waiting.take(&held_back), None);
        waiting.remove("j1");
        assert_eq!(waiting.buckets().len(), 1);
        assert_eq!(waiting.take(&HashSet::new()), Some(name("a", "j4")));
        assert_eq!(waiting.take(&HashSet::new()), None);
    }
}
