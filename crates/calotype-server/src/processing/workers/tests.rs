use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread::ThreadId;
use std::time::Instant;

use super::*;

/// Notes what happens to fake work.
#[derive(Default)]
struct Diary {
    events: Mutex<Vec<String>>,
    running: AtomicUsize,
    running_most: AtomicUsize,
    threads: Mutex<BTreeSet<String>>,
    open: Mutex<bool>,
    opened: Condvar,
}

impl Diary {
    fn note(&self, event: impl Into<String>) {
        self.events.lock().unwrap().push(event.into());
    }

    fn events(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }

    fn open_gate(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn wait_at_gate(&self) {
        let open = self.open.lock().unwrap();
        drop(self.opened.wait_while(open, |open| !*open).unwrap());
    }
}

type Part = fn(&Fake, usize, &Cancel) -> Result<usize, ImageError>;

/// Work whose parts are functions of the test.
#[derive(Clone)]
struct Fake {
    name: &'static str,
    memory_bytes: u64,
    parts: usize,
    gated: bool,
    part: Part,
    diary: Arc<Diary>,
}

impl Fake {
    fn new(name: &'static str, diary: &Arc<Diary>) -> Self {
        Self {
            name,
            memory_bytes: 1,
            parts: 1,
            gated: false,
            part: |_, number, _| Ok(number),
            diary: Arc::clone(diary),
        }
    }

    fn gated(self) -> Self {
        Self { gated: true, ..self }
    }

    fn memory(self, memory_bytes: u64) -> Self {
        Self { memory_bytes, ..self }
    }

    fn parts(self, parts: usize, part: Part) -> Self {
        Self { parts, part, ..self }
    }
}

impl Work for Fake {
    type Output = usize;

    fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    fn parts(&self) -> usize {
        self.parts
    }

    fn prepare(&self, _cancel: &Cancel) -> Result<(), ImageError> {
        self.diary.note(format!("{} begins", self.name));
        if self.gated {
            self.diary.wait_at_gate();
        }
        Ok(())
    }

    fn run_part(&self, number: usize, cancel: &Cancel) -> Result<usize, ImageError> {
        let running = self.diary.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.diary.running_most.fetch_max(running, Ordering::SeqCst);
        self.diary.threads.lock().unwrap().insert(thread_name());
        let result = (self.part)(self, number, cancel);
        self.diary.running.fetch_sub(1, Ordering::SeqCst);
        result
    }
}

fn thread_name() -> String {
    std::thread::current().name().unwrap_or_default().to_owned()
}

fn pool(threads: usize, queue_places: usize, memory_bytes: u64) -> Arc<Workers> {
    pool_with_timeout(threads, queue_places, memory_bytes, 20_000)
}

fn pool_with_timeout(threads: usize, places: usize, memory_bytes: u64, timeout_ms: u64) -> Arc<Workers> {
    let config = WorkersConfig { threads, queue_places: places, memory_bytes, timeout_ms };
    Arc::new(Workers::start(config).unwrap())
}

/// Begins work and returns once the pool knows of it.
async fn begin(pool: &Arc<Workers>, work: Fake) -> tokio::task::JoinHandle<Result<Vec<usize>, WorkError>> {
    let known = waiting(pool);
    let begun = work.diary.events().len();
    let diary = Arc::clone(&work.diary);
    let pool_of_task = Arc::clone(pool);
    let task = tokio::spawn(async move { pool_of_task.run(work).await });
    until(|| waiting(pool) > known || diary.events().len() > begun || task.is_finished()).await;
    task
}

fn waiting(pool: &Workers) -> usize {
    let text = format!("{:?}", pool.queue);
    let number = text.split("waiting: ").nth(1).and_then(|rest| rest.split(',').next()).unwrap();
    number.parse().unwrap()
}

async fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(20), "the condition never came true");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn outputs_come_back_by_part_number() {
    let diary = Arc::default();
    let work = Fake::new("squares", &diary).parts(5, |_, number, _| Ok(number * number));

    assert_eq!(pool(3, 4, 10).run(work).await.unwrap(), [0, 1, 4, 9, 16]);
}

#[tokio::test]
async fn work_without_parts_only_prepares() {
    let diary = Arc::default();
    let work = Fake::new("header", &diary).parts(0, |_, _, _| Ok(0));

    assert_eq!(pool(1, 1, 10).run(work).await.unwrap(), [0; 0]);
    assert_eq!(diary.events(), ["header begins"]);
}

#[tokio::test]
async fn the_threads_of_the_caller_are_never_used() {
    let diary: Arc<Diary> = Arc::default();
    let here: ThreadId = std::thread::current().id();
    let work = Fake::new("any", &diary).parts(8, |_, _, _| Ok(0));
    pool(2, 1, 10).run(work).await.unwrap();

    let threads = diary.threads.lock().unwrap().clone();
    assert!(threads.iter().all(|name| name.starts_with("picture-")), "{threads:?} beside {here:?}");
    assert!(threads.len() <= 2, "{threads:?}");
}

#[tokio::test]
async fn beyond_the_places_the_next_is_refused() {
    let diary = Arc::default();
    let pool = pool(1, 2, 10);
    let running = begin(&pool, Fake::new("running", &diary).gated()).await;
    until(|| diary.events().len() == 1).await;
    let first = begin(&pool, Fake::new("first", &diary)).await;
    let second = begin(&pool, Fake::new("second", &diary)).await;

    let refused = pool.run(Fake::new("third", &diary)).await;
    assert!(matches!(refused, Err(WorkError::QueueFull { places: 2 })), "{refused:?}");

    diary.open_gate();
    for task in [running, first, second] {
        task.await.unwrap().unwrap();
    }
    assert_eq!(diary.events(), ["running begins", "first begins", "second begins"]);
}

#[tokio::test]
async fn memory_is_reserved_in_order_of_arrival() {
    let diary = Arc::default();
    let pool = pool(3, 9, 100);
    let holder = begin(&pool, Fake::new("holder", &diary).gated().memory(60)).await;
    until(|| diary.events().len() == 1).await;
    // 95 does not fit beside 60; 10 would, but came later and must not overtake.
    let large = begin(&pool, Fake::new("large", &diary).memory(95)).await;
    let small = begin(&pool, Fake::new("small", &diary).memory(10)).await;
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(diary.events(), ["holder begins"]);

    diary.open_gate();
    for task in [holder, large, small] {
        task.await.unwrap().unwrap();
    }
    assert_eq!(diary.events(), ["holder begins", "large begins", "small begins"]);
}

#[tokio::test]
async fn work_over_the_whole_budget_is_refused_at_once() {
    let diary = Arc::default();
    let refused = pool(1, 1, 100).run(Fake::new("giant", &diary).memory(101)).await;

    assert!(matches!(refused, Err(WorkError::OverBudget { needed_bytes: 101, budget_bytes: 100 })));
    assert_eq!(diary.events(), [""; 0]);
    pool(1, 1, 100).run(Fake::new("fits", &diary).memory(100)).await.unwrap();
}

#[tokio::test]
async fn memory_comes_back_after_every_kind_of_end() {
    let diary: Arc<Diary> = Arc::default();
    let pool = pool(2, 9, 10);
    for part in [
        (|_, _, _| Ok(1)) as Part,
        |_, _, _| Err(ImageError::Empty),
        |_, _, _| std::panic::resume_unwind(Box::new("gone")),
    ] {
        let _ = pool.run(Fake::new("all", &diary).memory(10).parts(3, part)).await;
    }
    pool.run(Fake::new("again", &diary).memory(10)).await.unwrap();
}

#[tokio::test]
async fn an_idle_thread_joins_in() {
    let diary: Arc<Diary> = Arc::default();
    let work = Fake::new("pair", &diary).parts(2, |fake, _, _| {
        // Neither part ends before the other has begun, so one thread alone would never get through.
        let start = Instant::now();
        while fake.diary.running_most.load(Ordering::SeqCst) < 2 && start.elapsed() < Duration::from_secs(20)
        {
            std::thread::yield_now();
        }
        Ok(fake.diary.running_most.load(Ordering::SeqCst))
    });

    assert_eq!(pool(2, 1, 10).run(work).await.unwrap(), [2, 2]);
}

#[tokio::test]
async fn waiting_work_begins_before_anybody_helps() {
    let diary: Arc<Diary> = Arc::default();
    let pool = pool(1, 9, 10);
    let first = begin(&pool, Fake::new("first", &diary).gated().parts(4, |_, number, _| Ok(number))).await;
    let second = begin(&pool, Fake::new("second", &diary)).await;
    diary.open_gate();
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();

    // One thread, so nothing ran side by side.
    assert_eq!(diary.running_most.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_panic_ends_the_work_and_not_the_thread() {
    let diary = Arc::default();
    let pool = pool(1, 1, 10);
    let broken = Fake::new("broken", &diary)
        .parts(2, |_, _, _| std::panic::resume_unwind(Box::new("index out of bounds")));

    let outcome = pool.run(broken).await;
    assert!(
        matches!(&outcome, Err(WorkError::Panicked(message)) if message == "index out of bounds"),
        "{outcome:?}"
    );
    assert_eq!(pool.run(Fake::new("next", &diary)).await.unwrap(), [0]);
}

#[tokio::test]
async fn the_failed_part_is_named() {
    let diary = Arc::default();
    let work = Fake::new("third fails", &diary)
        .parts(5, |_, number, _| if number == 2 { Err(ImageError::Empty) } else { Ok(number) });

    let outcome = pool(2, 1, 10).run(work).await;
    assert!(matches!(outcome, Err(WorkError::Part { number: 2, error: ImageError::Empty })), "{outcome:?}");
}

#[tokio::test]
async fn parts_after_a_failure_are_not_begun() {
    let diary: Arc<Diary> = Arc::default();
    let work = Fake::new("first fails", &diary).parts(5, |fake, number, _| {
        fake.diary.note(format!("part {number}"));
        Err(ImageError::Empty)
    });
    pool(1, 1, 10).run(work).await.unwrap_err();

    assert_eq!(diary.events(), ["first fails begins", "part 0"]);
}

#[tokio::test]
async fn time_ends_for_work_that_runs() {
    let diary: Arc<Diary> = Arc::default();
    let pool = pool_with_timeout(1, 1, 10, 40);
    let endless = Fake::new("endless", &diary).parts(1, |fake, _, cancel| {
        while !cancel.is_cancelled() {
            std::thread::yield_now();
        }
        fake.diary.note("told to stop");
        Err(ImageError::Cancelled)
    });

    let outcome = pool.run(endless).await;
    assert!(matches!(outcome, Err(WorkError::TimedOut(_))), "{outcome:?}");
    until(|| diary.events().contains(&"told to stop".to_owned())).await;
}

#[tokio::test]
async fn time_ends_for_work_that_waits() {
    let diary: Arc<Diary> = Arc::default();
    let pool = pool_with_timeout(1, 4, 10, 40);
    let running = begin(&pool, Fake::new("running", &diary).gated()).await;
    until(|| diary.events().len() == 1).await;

    let outcome = pool.run(Fake::new("late", &diary)).await;
    assert!(matches!(outcome, Err(WorkError::TimedOut(_))), "{outcome:?}");
    assert_eq!(waiting(&pool), 0);
    diary.open_gate();
    let _ = running.await.unwrap();
    assert_eq!(diary.events(), ["running begins"]);
}

#[tokio::test]
async fn a_caller_who_leaves_takes_its_work_along() {
    let diary: Arc<Diary> = Arc::default();
    let pool = pool(1, 4, 10);
    let running = begin(&pool, Fake::new("running", &diary).gated()).await;
    until(|| diary.events().len() == 1).await;
    let leaver = begin(&pool, Fake::new("leaver", &diary)).await;
    leaver.abort();
    until(|| waiting(&pool) == 0).await;
    diary.open_gate();
    running.await.unwrap().unwrap();

    assert_eq!(diary.events(), ["running begins"]);
}

#[tokio::test]
async fn a_stopped_pool_turns_work_away() {
    let diary: Arc<Diary> = Arc::default();
    let pool = pool(1, 4, 10);
    let running = begin(&pool, Fake::new("running", &diary).gated()).await;
    until(|| diary.events().len() == 1).await;
    let late = begin(&pool, Fake::new("late", &diary)).await;
    pool.queue.stop();

    assert!(matches!(late.await.unwrap(), Err(WorkError::Stopped)));
    diary.open_gate();
    assert_eq!(running.await.unwrap().unwrap(), [0]);
}
