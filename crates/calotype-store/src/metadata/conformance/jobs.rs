//! Jobs: kept, changed once, listed, forgotten.

use super::{at_ms, bucket, name};
use crate::error::StoreError;
use crate::job::{JobRecord, JobState, ListJobs};
use crate::metadata::MetadataStore;

pub(super) async fn check(metadata: &dyn MetadataStore) {
    are_kept_and_changed_from_one_state_alone(metadata).await;
    are_listed_in_pages_both_ways(metadata).await;
    pending_ones_are_found_in_every_bucket(metadata).await;
    old_ones_are_forgotten(metadata).await;
    go_with_their_bucket(metadata).await;
}

fn job(at: &str, id: &str, created: u64) -> JobRecord {
    JobRecord {
        id: id.into(),
        bucket: name(at),
        queue: "p1".into(),
        tag: "PicProcess".into(),
        state: JobState::Submitted,
        created: at_ms(created),
        started: None,
        ended: None,
        attempts: 0,
        task: "turn \"it\" 图".into(),
        outcome: String::new(),
    }
}

fn over(job: &JobRecord, state: JobState, ended: u64) -> JobRecord {
    JobRecord {
        state,
        started: Some(at_ms(ended - 1)),
        ended: Some(at_ms(ended)),
        attempts: 2,
        outcome: "done".into(),
        ..job.clone()
    }
}

async fn are_kept_and_changed_from_one_state_alone(metadata: &dyn MetadataStore) {
    let at = bucket("jobs-kept");
    metadata.create_bucket(at.clone()).await.unwrap();
    let new = job("jobs-kept", "j1", 5);
    metadata.create_job(new.clone()).await.unwrap();
    assert_eq!(metadata.job(&at.name, "j1").await.unwrap(), Some(new.clone()));
    assert_eq!(metadata.job(&at.name, "j2").await.unwrap(), None);

    let running = JobRecord { state: JobState::Running, attempts: 1, ..new.clone() };
    assert!(metadata.change_job(running.clone(), JobState::Submitted).await.unwrap());
    // Whoever comes second is told.
    let cancelled = over(&new, JobState::Cancelled, 9);
    assert!(!metadata.change_job(cancelled, JobState::Submitted).await.unwrap());
    let done = over(&new, JobState::Success, 9);
    assert!(metadata.change_job(done.clone(), JobState::Running).await.unwrap());
    assert_eq!(metadata.job(&at.name, "j1").await.unwrap(), Some(done));
    assert!(!metadata.change_job(job("jobs-kept", "j3", 1), JobState::Submitted).await.unwrap());

    let nowhere = metadata.create_job(job("jobs-nowhere", "j1", 5)).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));
    assert!(matches!(metadata.job(&name("jobs-nowhere"), "j1").await, Err(StoreError::NoSuchBucket(_))));
}

async fn are_listed_in_pages_both_ways(metadata: &dyn MetadataStore) {
    let at = bucket("jobs-listed");
    metadata.create_bucket(at.clone()).await.unwrap();
    for number in 0..5 {
        let queue = if number == 4 { "p2" } else { "p1" };
        let new = JobRecord { queue: queue.into(), ..job("jobs-listed", &format!("j{number}"), number) };
        metadata.create_job(new.clone()).await.unwrap();
        if number == 1 {
            assert!(metadata.change_job(over(&new, JobState::Failed, 9), JobState::Submitted).await.unwrap());
        }
    }
    let ids = |list: ListJobs| async move {
        let page = metadata.list_jobs(&name("jobs-listed"), &list).await.unwrap();
        (page.jobs.into_iter().map(|job| job.id).collect::<Vec<_>>(), page.next_marker)
    };
    let first = ids(ListJobs { jobs_max: 2, ..ListJobs::default() }).await;
    assert_eq!(first, (vec!["j0".into(), "j1".into()], Some("j1".into())));
    let rest = ids(ListJobs { marker: first.1, jobs_max: 3, ..ListJobs::default() }).await;
    assert_eq!(rest, (vec!["j2".into(), "j3".into(), "j4".into()], None));
    let newest = ids(ListJobs { newest_first: true, jobs_max: 2, ..ListJobs::default() }).await;
    assert_eq!(newest, (vec!["j4".into(), "j3".into()], Some("j3".into())));
    let before = ids(ListJobs { newest_first: true, marker: newest.1, ..ListJobs::default() }).await;
    assert_eq!(before.0, ["j2", "j1", "j0"]);
    let failed = ids(ListJobs { states: vec![JobState::Failed], ..ListJobs::default() }).await;
    assert_eq!(failed.0, ["j1"]);
    assert_eq!(ids(ListJobs { states: Vec::new(), ..ListJobs::default() }).await.0, [""; 0]);
    let of_queue = ids(ListJobs { queue: Some("p2".into()), ..ListJobs::default() }).await;
    assert_eq!(of_queue.0, ["j4"]);
    assert_eq!(ids(ListJobs { tag: Some("Other".into()), ..ListJobs::default() }).await.0, [""; 0]);
    let (created_from, created_to) = (Some(at_ms(1)), Some(at_ms(2)));
    assert_eq!(ids(ListJobs { created_from, created_to, ..ListJobs::default() }).await.0, ["j1", "j2"]);
}

async fn pending_ones_are_found_in_every_bucket(metadata: &dyn MetadataStore) {
    for text in ["jobs-one", "jobs-two"] {
        metadata.create_bucket(bucket(text)).await.unwrap();
    }
    for (at, id, created) in [("jobs-two", "b", 2), ("jobs-one", "c", 3), ("jobs-two", "a", 1)] {
        metadata.create_job(job(at, id, created)).await.unwrap();
    }
    let running = JobRecord { state: JobState::Running, ..job("jobs-two", "b", 2) };
    assert!(metadata.change_job(running, JobState::Submitted).await.unwrap());
    let ours = |found: Vec<JobRecord>| -> Vec<String> {
        found.into_iter().filter(|job| job.id.len() == 1).map(|job| job.id).collect()
    };
    assert_eq!(ours(metadata.pending_jobs(1000).await.unwrap()), ["a", "b", "c"]);
    assert_eq!(metadata.pending_jobs(1).await.unwrap().len(), 1);
    assert_eq!(metadata.count_pending_jobs(&name("jobs-two")).await.unwrap(), 2);
    let done = over(&job("jobs-two", "a", 1), JobState::Success, 9);
    assert!(metadata.change_job(done, JobState::Submitted).await.unwrap());
    assert_eq!(ours(metadata.pending_jobs(1000).await.unwrap()), ["b", "c"]);
    assert_eq!(metadata.count_pending_jobs(&name("jobs-two")).await.unwrap(), 1);
}

async fn old_ones_are_forgotten(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket("jobs-old")).await.unwrap();
    for (id, ended) in [("d1", 10), ("d2", 20)] {
        let new = job("jobs-old", id, 1);
        metadata.create_job(new.clone()).await.unwrap();
        assert!(
            metadata.change_job(over(&new, JobState::Success, ended), JobState::Submitted).await.unwrap()
        );
    }
    metadata.create_job(job("jobs-old", "waiting", 1)).await.unwrap();
    assert!(metadata.forget_jobs(at_ms(20)).await.unwrap() >= 1);
    assert_eq!(metadata.job(&name("jobs-old"), "d1").await.unwrap(), None);
    assert!(metadata.job(&name("jobs-old"), "d2").await.unwrap().is_some());
    assert!(metadata.job(&name("jobs-old"), "waiting").await.unwrap().is_some());
}

async fn go_with_their_bucket(metadata: &dyn MetadataStore) {
    let at = bucket("jobs-gone");
    metadata.create_bucket(at.clone()).await.unwrap();
    metadata.create_job(job("jobs-gone", "j1", 1)).await.unwrap();
    metadata.delete_bucket(&at.name).await.unwrap();
    metadata.create_bucket(at.clone()).await.unwrap();
    assert_eq!(metadata.job(&at.name, "j1").await.unwrap(), None);
}
