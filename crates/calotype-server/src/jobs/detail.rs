//! Jobs as they are kept, and as they are told.

use calotype_protocol::pic_jobs::{JobDetail, JobState as WireState, PicJob};
use calotype_protocol::pic_operations::UploadResult;
use calotype_protocol::xml::XmlBody;
use calotype_store::{JobRecord, JobState};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::ApiError;
use crate::kept;

/// What is to be done, and for whom.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) app_id: String,
    pub(super) uin: String,
    pub(super) job: PicJob,
}

#[derive(Serialize, Deserialize)]
struct KeptTask {
    app_id: String,
    uin: String,
    document: String,
}

/// What came of a job, as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) code: String,
    pub(super) message: String,
    /// The document about what was made.
    pub(super) result: Option<String>,
}

pub(super) fn task_text(task: &Task) -> String {
    let Task { app_id, uin, job } = task.clone();
    serde_json::json!({ "app_id": app_id, "uin": uin, "document": job.to_xml() }).to_string()
}

pub(super) fn read_task(record: &JobRecord) -> Result<Task, ApiError> {
    let KeptTask { app_id, uin, document } = serde_json::from_str(&record.task).map_err(unreadable)?;
    Ok(Task { app_id, uin, job: PicJob::from_xml(document)? })
}

pub(super) fn outcome_text(outcome: &Outcome) -> String {
    serde_json::json!(outcome).to_string()
}

fn unreadable(error: serde_json::Error) -> ApiError {
    ApiError::from(calotype_protocol::error_code::ErrorCode::InternalError).caused_by(error)
}

/// The state of a job on the wire.
pub fn wire_state(state: JobState, is_queue_active: bool) -> WireState {
    match state {
        JobState::Submitted if !is_queue_active => WireState::Pause,
        JobState::Submitted => WireState::Submitted,
        JobState::Running => WireState::Running,
        JobState::Success => WireState::Success,
        JobState::Failed => WireState::Failed,
        JobState::Cancelled => WireState::Cancel,
    }
}

/// A job as answers and callbacks tell it.
pub fn describe(app: &App, record: &JobRecord, is_queue_active: bool) -> Result<JobDetail, ApiError> {
    let outcome: Outcome = match record.outcome.as_str() {
        "" => Outcome { code: "Success".to_owned(), ..Outcome::default() },
        text => serde_json::from_str(text).map_err(unreadable)?,
    };
    Ok(JobDetail {
        code: outcome.code,
        message: outcome.message,
        job_id: record.id.clone(),
        state: wire_state(record.state, is_queue_active),
        created: kept::timestamp(record.created),
        started: record.started.map(kept::timestamp),
        ended: record.ended.map(kept::timestamp),
        queue_id: record.queue.clone(),
        bucket: record.bucket.to_string(),
        region: app.addressing().region.clone(),
        job: read_task(record)?.job,
        result: outcome.result.map(UploadResult::from_xml).transpose()?,
    })
}
