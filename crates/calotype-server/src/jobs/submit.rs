//! A job is checked whole before it is kept: what cannot succeed is refused at once.

use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::{BucketName, ObjectKey};
use calotype_protocol::pic_jobs::{NewTemplate, PIC_PROCESS, PicJob, PicProcess, Template};
use calotype_protocol::pic_operations::{PicOperations, PicRule};
use calotype_protocol::xml::XmlBody;
use calotype_store::{BucketRecord, JobRecord, JobState, TextKind};
use http::HeaderValue;
use jiff::Timestamp;

use super::detail::{Task, task_text};
use super::queue::{self, queue_id};
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::processing;

/// In front of the ids of templates, where the store keeps their texts.
pub const TEMPLATE_PREFIX: &str = "pic-template/";

/// Keeps a job of the bucket's owner and lets it wait.
///
/// Errors: `MissingContent`, `InvalidArgument`, `NotImplemented` for other kinds of jobs, everything a rule or its
/// destination can be refused with, `SlowDown` where too many jobs wait.
pub async fn submit(
    app: &App,
    caller: &Caller<'_>,
    bucket: &BucketRecord,
    job: PicJob,
) -> Result<JobRecord, ApiError> {
    if job.tag != PIC_PROCESS {
        let message = format!("jobs with the Tag {:?} are not available on this server", job.tag);
        return Err(ApiError::new(ErrorCode::NotImplemented, message));
    }
    let job = PicJob { process: Some(process(app, &bucket.name, &job).await?), ..job };
    check(app, caller, bucket, &job).await?;
    let waiting = app.store.count_pending_jobs(&bucket.name).await?;
    let pending_max = app.jobs.config.pending_max;
    if waiting >= pending_max {
        let message =
            format!("{waiting} jobs of the bucket wait, the limit jobs.pending_max is {pending_max}");
        return Err(ApiError::new(ErrorCode::SlowDown, message));
    }
    let account = caller.account().ok_or(ErrorCode::AccessDenied)?;
    let level = job.level;
    let task = Task { app_id: account.app_id.clone(), uin: account.uin.clone(), job };
    let record = JobRecord {
        // Ids of this version sort by time.
        id: format!("j{}", uuid::Uuid::now_v7().simple()),
        bucket: bucket.name.clone(),
        queue: queue_id(&bucket.name),
        tag: PIC_PROCESS.to_owned(),
        state: JobState::Submitted,
        created: whole_milliseconds(app.clock.now()).into(),
        started: None,
        ended: None,
        attempts: 0,
        task: task_text(&task),
        outcome: String::new(),
    };
    app.store.create_job(record.clone()).await?;
    app.jobs.waiting.add((record.bucket.clone(), record.id.clone()), level);
    app.jobs.ring();
    Ok(record)
}

/// The time as records keep it.
pub(super) fn whole_milliseconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

/// What is to be made: as the job or its template says.
async fn process(app: &App, bucket: &BucketName, job: &PicJob) -> Result<PicProcess, ApiError> {
    if let Some(process) = &job.process {
        return Ok(process.clone());
    }
    let Some(id) = &job.template_id else {
        let message = "Operation has neither PicProcess nor TemplateId";
        return Err(ApiError::new(ErrorCode::MissingContent, message));
    };
    let kept = app.store.text(bucket, TextKind::Document, &format!("{TEMPLATE_PREFIX}{id}")).await?;
    let unknown = || ApiError::new(ErrorCode::InvalidArgument, format!("there is no template {id:?}"));
    let template = Template::from_xml(kept.ok_or_else(unknown)?)?;
    let NewTemplate { process, .. } = template.content;
    process.ok_or_else(unknown)
}

async fn check(app: &App, caller: &Caller<'_>, bucket: &BucketRecord, job: &PicJob) -> Result<(), ApiError> {
    if let Some(id) = job.queue_id.as_ref().filter(|id| **id != queue_id(&bucket.name)) {
        return Err(ApiError::invalid_argument(format!("there is no queue {id:?}")));
    }
    if let Some(url) = job.callback.as_ref().filter(|url| !app.jobs.config.allows(url)) {
        return Err(queue::callback_refused(url));
    }
    if job.user_data.as_ref().is_some_and(|text| !text.bytes().all(|byte| (0x20..0x7F).contains(&byte))) {
        return Err(ApiError::invalid_argument("UserData has characters that are not printable ASCII"));
    }
    let target = app.addressing().official(&bucket.name);
    processing::check_rules(app, (caller, &target), (&bucket.name, &job.input), &operations(job)).await
}

/// The job as `Pic-Operations` would say it.
pub(super) fn operations(job: &PicJob) -> HeaderValue {
    let process = job.process.as_ref();
    let rule = process.map(|process| process.rule.as_str()).unwrap_or_default();
    let rule = PicRule::new(absolute(&job.output.object), rule).in_bucket(job.output.bucket.clone());
    let is_pic_info = process.is_some_and(|process| process.is_pic_info);
    PicOperations { is_pic_info, rules: vec![rule] }.to_header()
}

/// A key from the root of its bucket; what could be read as an escape is escaped.
fn absolute(key: &ObjectKey) -> String {
    format!("/{}", key.as_str().replace('%', "%25"))
}
