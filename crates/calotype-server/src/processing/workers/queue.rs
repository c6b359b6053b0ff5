//! Who waits, who runs, and how much memory is left.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// One piece of work as the queue sees it.
pub(super) trait Entry: Send + Sync {
    fn memory_bytes(&self) -> u64;

    /// Nobody waits for the outcome any more.
    fn cancel(&self);

    /// Ends work that has not begun: the pool stops.
    fn turn_away(&self);

    /// Carries out the shared first step. `false`: the work has ended with it.
    fn prepare(&self) -> bool;

    /// Whether a further thread would find a part to run.
    fn has_parts_left(&self) -> bool;

    /// Runs parts until none is left to begin. `true`: the last part of all ended here, so the work has ended.
    fn run_parts(&self) -> bool;
}

pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    places: usize,
}

struct State {
    /// In order of arrival.
    waiting: VecDeque<Arc<dyn Entry>>,
    /// Prepared, with parts that idle threads may take.
    shared: Vec<Arc<dyn Entry>>,
    memory_free_bytes: u64,
    idle_threads: usize,
    stopped: bool,
}

/// What a thread does next.
enum Turn {
    Begin(Arc<dyn Entry>),
    Help(Arc<dyn Entry>),
}

impl Queue {
    pub(super) fn new(places: usize, memory_bytes: u64) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            shared: Vec::new(),
            memory_free_bytes: memory_bytes,
            idle_threads: 0,
            stopped: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), places }
    }

    /// `false`: there is no place left.
    pub(super) fn push(&self, entry: Arc<dyn Entry>) -> bool {
        let mut state = self.lock();
        // An idle thread is about to take its entry out, which then needs no place.
        if state.stopped || state.waiting.len() >= self.places + state.idle_threads {
            return false;
        }
        state.waiting.push_back(entry);
        self.changed.notify_one();
        true
    }

    /// Takes an entry out that has not begun; one that runs is left alone.
    pub(super) fn withdraw(&self, entry: &Arc<dyn Entry>) {
        let mut state = self.lock();
        let before = state.waiting.len();
        state.waiting.retain(|waiting| !Arc::ptr_eq(waiting, entry));
        if state.waiting.len() < before {
            // It may have been the one at the head that was waiting for memory.
            self.changed.notify_all();
        }
    }

    /// Threads end after what they are doing; what waits is turned away.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        for entry in state.waiting.drain(..) {
            entry.turn_away();
        }
        self.changed.notify_all();
    }

    /// The life of a thread.
    pub(super) fn serve(&self) {
        while let Some(turn) = self.next_turn() {
            match turn {
                Turn::Begin(entry) => self.begin(&entry),
                Turn::Help(entry) => self.run_parts(&entry),
            }
        }
    }

    fn begin(&self, entry: &Arc<dyn Entry>) {
        if !entry.prepare() {
            self.release(entry.memory_bytes());
            return;
        }
        if entry.has_parts_left() {
            self.lock().shared.push(Arc::clone(entry));
            self.changed.notify_all();
        }
        self.run_parts(entry);
    }

    fn run_parts(&self, entry: &Arc<dyn Entry>) {
        let ended = entry.run_parts();
        self.lock().shared.retain(|shared| !Arc::ptr_eq(shared, entry));
        if ended {
            self.release(entry.memory_bytes());
        }
    }

    fn release(&self, memory_bytes: u64) {
        self.lock().memory_free_bytes += memory_bytes;
        self.changed.notify_all();
    }

    fn next_turn(&self) -> Option<Turn> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return None;
            }
            if let Some(turn) = state.take_turn() {
                return Some(turn);
            }
            state.idle_threads += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle_threads -= 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take_turn(&mut self) -> Option<Turn> {
        // Only the head may begin: a small entry behind it would keep memory from a large one for ever.
        if let Some(head) = self.waiting.front()
            && head.memory_bytes() <= self.memory_free_bytes
        {
            self.memory_free_bytes -= head.memory_bytes();
            return self.waiting.pop_front().map(Turn::Begin);
        }
        // Helping shortens one request but adds no throughput, so it comes after every entry that can begin.
        self.shared.iter().find(|entry| entry.has_parts_left()).map(|entry| Turn::Help(Arc::clone(entry)))
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.lock();
        f.debug_struct("Queue")
            .field("waiting", &state.waiting.len())
            .field("memory_free_bytes", &state.memory_free_bytes)
            .field("idle_threads", &state.idle_threads)
            .finish_non_exhaustive()
    }
}
