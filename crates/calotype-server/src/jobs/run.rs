//! Jobs are begun, tried again, and over.

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::pic_operations::UploadResult;
use calotype_protocol::xml::XmlBody;
use calotype_store::{JobRecord, JobState, StoreError};
use tokio::task::JoinSet;

use super::callback;
use super::detail::{Outcome, Task, outcome_text, read_task};
use super::queue::queue;
use super::submit::{operations, whole_milliseconds};
use super::waiting::JobName;
use crate::app::App;
use crate::auth::Caller;
use crate::credentials::Account;
use crate::error::ApiError;
use crate::processing;

/// Jobs of an earlier process that are taken up at a start.
const TAKEN_UP_MAX: usize = 1_000_000;
/// How often jobs that are long over are looked for, and paused queues looked at again.
const LOOK_EVERY: Duration = Duration::from_secs(3600);
/// The pause before a job is begun again, for each time it was.
const RETRY_PAUSE: Duration = Duration::from_secs(2);
const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// Works on jobs for as long as it is polled. Dropped, it leaves what it works on to be begun again.
pub async fn run_until_stopped(app: Arc<App>) {
    take_up(&app).await;
    let mut running = JoinSet::new();
    loop {
        forget(&app).await;
        let look_again = tokio::time::sleep(LOOK_EVERY);
        tokio::pin!(look_again);
        loop {
            begin(&app, &mut running).await;
            tokio::select! {
                Some(ended) = running.join_next(), if !running.is_empty() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "a job ended badly");
                    }
                }
                () = app.jobs.bell.notified() => {}
                () = &mut look_again => break,
            }
        }
    }
}

/// What an earlier process left waits again.
async fn take_up(app: &App) {
    match app.store.pending_jobs(TAKEN_UP_MAX).await {
        Ok(pending) => {
            for record in pending {
                let level = read_task(&record).map_or(0, |task| task.job.level);
                app.jobs.waiting.add((record.bucket, record.id), level);
            }
        }
        Err(error) => tracing::error!(%error, "the jobs of an earlier process cannot be read"),
    }
}

async fn forget(app: &App) {
    let kept = Duration::from_secs(u64::from(app.jobs.config.keep_days) * SECONDS_PER_DAY);
    let Some(before) = now(app).checked_sub(kept) else { return };
    match app.store.forget_jobs(before).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "forgot jobs that were long over"),
        Err(error) => tracing::warn!(%error, "cannot forget jobs that are long over"),
    }
}

async fn begin(app: &Arc<App>, running: &mut JoinSet<()>) {
    if running.len() >= app.jobs.config.at_once {
        return;
    }
    let held_back = held_back(app).await;
    while running.len() < app.jobs.config.at_once
        && let Some(name) = app.jobs.waiting.take(&held_back)
    {
        running.spawn(attend_to(Arc::clone(app), name));
    }
}

/// The buckets whose queue is paused.
async fn held_back(app: &App) -> HashSet<calotype_protocol::names::BucketName> {
    let mut held_back = HashSet::new();
    for name in app.jobs.waiting.buckets() {
        let Ok(bucket) = app.store.bucket(&name).await else { continue };
        if queue(app, &bucket).await.is_ok_and(|queue| !queue.is_active) {
            held_back.insert(name);
        }
    }
    held_back
}

/// Works on one job, and sees to it that it is tried again or over.
async fn attend_to(app: Arc<App>, name: JobName) {
    if let Err(error) = attempt(&app, &name).await {
        tracing::error!(%error, cause = ?error.source, job = name.1, "the record of a job cannot be changed");
    }
}

async fn attempt(app: &Arc<App>, (bucket, id): &JobName) -> Result<(), ApiError> {
    let found = match app.store.job(bucket, id).await {
        Err(StoreError::NoSuchBucket(_)) => return Ok(()),
        found => found?,
    };
    let Some(record) = found.filter(|record| record.state.is_pending()) else { return Ok(()) };
    let begun = JobRecord {
        state: JobState::Running,
        started: Some(now(app)),
        attempts: record.attempts + 1,
        ..record.clone()
    };
    if !app.store.change_job(begun.clone(), record.state).await? {
        return Ok(());
    }
    let attempts_max = app.jobs.config.attempts_max;
    let made = match read_task(&begun) {
        // It was begun so often and never came to an end: beginning it once more would end no better.
        _ if begun.attempts > attempts_max => Err(never_ended(attempts_max)),
        Ok(task) => make(app, &begun, &task).await,
        Err(error) => Err(error),
    };
    match made {
        Err(error) if error.code.retryable() && begun.attempts < attempts_max => {
            retry(app, begun, &error).await
        }
        made => end(app, begun, made).await,
    }
}

fn never_ended(attempts: u32) -> ApiError {
    let message = format!("the job was begun {attempts} times and never came to an end");
    ApiError::new(ErrorCode::InternalError, message)
}

/// Makes the picture and stores it.
async fn make(app: &Arc<App>, record: &JobRecord, task: &Task) -> Result<UploadResult, ApiError> {
    // Nobody waits at the other end of a connection, so there is nothing to know about the request.
    let (parts, ()) = http::Request::new(()).into_parts();
    let account = Arc::new(Account::new(&task.app_id, &task.uin));
    let caller = Caller::anonymous(&parts, Ipv4Addr::UNSPECIFIED.into()).proven(account, None);
    let target = app.addressing().official(&record.bucket);
    let source = app.store.get_object(&record.bucket, &task.job.input, None).await?;
    let mut result =
        processing::process_stored(app, &caller, &target, &operations(&task.job), &source).await?;
    // Jobs tell the formats of results in capitals. Source: spec/ci/extras.md, A7.
    let pictures = result.results.objects.iter_mut().filter_map(|object| object.picture.as_mut());
    pictures.for_each(|picture| picture.format.make_ascii_uppercase());
    Ok(result)
}

async fn retry(app: &Arc<App>, begun: JobRecord, error: &ApiError) -> Result<(), ApiError> {
    tracing::warn!(job = begun.id, %error, attempts = begun.attempts, "a job is tried again");
    let name = (begun.bucket.clone(), begun.id.clone());
    let level = read_task(&begun).map_or(0, |task| task.job.level);
    let pause = RETRY_PAUSE * begun.attempts;
    let waits = JobRecord { state: JobState::Submitted, ..begun };
    if app.store.change_job(waits, JobState::Running).await? {
        let app = Arc::clone(app);
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            app.jobs.waiting.add(name, level);
            app.jobs.ring();
        });
    }
    Ok(())
}

async fn end(app: &App, begun: JobRecord, made: Result<UploadResult, ApiError>) -> Result<(), ApiError> {
    let (state, outcome) = match made {
        Ok(result) => {
            let result = Some(result.to_xml());
            (JobState::Success, Outcome { code: "Success".to_owned(), result, ..Outcome::default() })
        }
        Err(error) => {
            let code = code_of(&error).to_owned();
            (JobState::Failed, Outcome { code, message: error.message, result: None })
        }
    };
    let over = JobRecord { state, ended: Some(now(app)), outcome: outcome_text(&outcome), ..begun };
    if app.store.change_job(over.clone(), JobState::Running).await? {
        callback::send(app, &over).await;
    }
    Ok(())
}

/// Jobs have words of their own for what is wrong with their source. Source: spec/ci/errors.md, 3.
fn code_of(error: &ApiError) -> &'static str {
    match error.code {
        ErrorCode::NoSuchKey | ErrorCode::NoSuchBucket => ErrorCode::ResourceNotFound.word(),
        ErrorCode::AccessDenied => ErrorCode::ResourceAccessDenied.word(),
        code => code.word(),
    }
}

fn now(app: &App) -> SystemTime {
    whole_milliseconds(app.clock.now()).into()
}
