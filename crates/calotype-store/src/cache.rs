//! A bounded cache that never shows what an acknowledged write has replaced.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use moka::sync::Cache;

const STRIPES: usize = 1024;

/// Values by key, kept in step with a slower source of truth.
///
/// A reader asks for a [`Ticket`] before it looks at the source and hands it in with what it found; a writer holds a
/// [`WriteGuard`] from before its change until after it. A ticket is void as soon as a writer of the same key comes
/// or goes, so what was read before a write is never kept after it. Keys share [`STRIPES`] counters: two keys on one
/// stripe cost each other a cache fill, never a wrong answer.
pub(crate) struct CoherentCache<K, V> {
    entries: Cache<K, V>,
    stripes: Vec<Mutex<Stripe>>,
    hasher: RandomState,
}

#[derive(Default)]
struct Stripe {
    epoch: u64,
    writers: u32,
}

/// Permission to keep what is about to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticket {
    stripe: usize,
    epoch: u64,
}

/// Keeps its keys out of the cache while it lives.
pub(crate) struct WriteGuard<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> {
    cache: Arc<CoherentCache<K, V>>,
    stripes: Vec<usize>,
}

impl<K, V> CoherentCache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// A cache for values that weigh at most `weight_max` together.
    pub(crate) fn new(weight_max: u64, weigh: fn(&V) -> u32) -> Self {
        let entries = Cache::builder().max_capacity(weight_max).weigher(move |_, value| weigh(value)).build();
        let stripes = (0..STRIPES).map(|_| Mutex::default()).collect();
        Self { entries, stripes, hasher: RandomState::new() }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.entries.get(key)
    }

    /// To be taken before reading the source; none while the key is being written.
    pub(crate) fn ticket(&self, key: &K) -> Option<Ticket> {
        let index = self.stripe_of(key);
        let stripe = self.lock(index);
        (stripe.writers == 0).then_some(Ticket { stripe: index, epoch: stripe.epoch })
    }

    /// Keeps what was read under `ticket`, unless the key was written since.
    pub(crate) fn fill(&self, ticket: Ticket, key: K, value: V) {
        let stripe = self.lock(ticket.stripe);
        if stripe.writers == 0 && stripe.epoch == ticket.epoch {
            self.entries.insert(key, value);
        }
    }

    /// Forgets `keys` and keeps them out until the guard is dropped.
    pub(crate) fn begin_write<'a>(self: &Arc<Self>, keys: impl IntoIterator<Item = &'a K>) -> WriteGuard<K, V>
    where
        K: 'a,
    {
        let mut guard = WriteGuard { cache: Arc::clone(self), stripes: Vec::new() };
        for key in keys {
            let index = self.stripe_of(key);
            let mut stripe = self.lock(index);
            stripe.epoch += 1;
            stripe.writers += 1;
            self.entries.invalidate(key);
            drop(stripe);
            guard.stripes.push(index);
        }
        guard
    }

    fn stripe_of(&self, key: &K) -> usize {
        self.hasher.hash_one(key) as usize % STRIPES
    }

    fn lock(&self, index: usize) -> MutexGuard<'_, Stripe> {
        // Nothing panics while holding a stripe, and two counters cannot be half changed.
        self.stripes[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> Drop for WriteGuard<K, V> {
    fn drop(&mut self) {
        for index in &self.stripes {
            let mut stripe = self.cache.lock(*index);
            stripe.epoch += 1;
            stripe.writers -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> Arc<CoherentCache<&'static str, u32>> {
        Arc::new(CoherentCache::new(1000, |_| 1))
    }

    #[test]
    fn what_was_read_before_a_write_is_not_kept_after_it() {
        let cache = cache();
        let early = cache.ticket(&"a").unwrap();
        drop(cache.begin_write(&["a"]));
        cache.fill(early, "a", 1);
        assert_eq!(cache.get(&"a"), None);

        let fresh = cache.ticket(&"a").unwrap();
        cache.fill(fresh, "a", 2);
        assert_eq!(cache.get(&"a"), Some(2));
    }

    #[test]
    fn nothing_is_kept_while_a_writer_is_at_work() {
        let cache = cache();
        let early = cache.ticket(&"a").unwrap();
        cache.fill(early, "a", 1);
        let writer = cache.begin_write(&["a", "a"]);
        assert_eq!(cache.get(&"a"), None);
        assert!(cache.ticket(&"a").is_none());
        cache.fill(early, "a", 1);
        assert_eq!(cache.get(&"a"), None);
        drop(writer);
        assert!(cache.ticket(&"a").is_some());
    }
}
