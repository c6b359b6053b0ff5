//! `/pic_jobs` and what goes with it: jobs are submitted, told, listed and cancelled; queue and templates are kept.
//!
//! Spec: spec/ci/extras.md, A7.

use calotype_protocol::endpoint::{ListPicJobs, PageOf, PicJobs, PicJobsCall};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::BucketName;
use calotype_protocol::pic_jobs::{
    JobState as WireState, JobsReply, NewTemplate, PIC_PROCESS, PicBucketReply, Queue, QueueListReply,
    QueueReply, Template, TemplateListReply, TemplateRemovedReply, TemplateReply,
};
use calotype_protocol::xml::{XML_BODY_BYTES_MAX, XmlBody};
use calotype_store::{JobRecord, JobState, ListJobs, TextKind};
use http::StatusCode;

use super::{Context, request_body};
use crate::error::ApiError;
use crate::jobs::{self, TEMPLATE_PREFIX};
use crate::kept;
use crate::processing;
use crate::reply::{self, Reply, headers};
use crate::wire::RequestBody;

/// Templates of one bucket.
const TEMPLATES_MAX: usize = 100;

pub async fn handle(cx: &Context<'_>, request: PicJobs, body: RequestBody) -> Result<Reply, ApiError> {
    let mut reply = match request.call {
        PicJobsCall::Submit => submit(cx, body).await,
        PicJobsCall::Describe(ids) => describe(cx, ids).await,
        PicJobsCall::List(list) => list_jobs(cx, list).await,
        PicJobsCall::Cancel(id) => cancel(cx, &id).await,
        PicJobsCall::ListQueues(page) => list_queues(cx, page).await,
        PicJobsCall::UpdateQueue(id) => update_queue(cx, &id, body).await,
        PicJobsCall::OpenBucket => Ok(open_bucket(cx)),
        PicJobsCall::CreateTemplate => create_template(cx, body).await,
        PicJobsCall::ListTemplates(page) => list_templates(cx, page).await,
        PicJobsCall::UpdateTemplate(id) => update_template(cx, &id, body).await,
        PicJobsCall::DeleteTemplate(id) => delete_template(cx, &id).await,
    }?;
    reply.headers_mut().insert(headers::CI_REQUEST_ID, cx.request_id.header());
    Ok(reply)
}

async fn document<T: XmlBody>(cx: &Context<'_>, body: RequestBody) -> Result<T, ApiError> {
    let document = request_body::document(body, &cx.parts.headers, XML_BODY_BYTES_MAX).await?;
    document.ok_or_else(|| ErrorCode::MissingContent.into())
}

fn request_id(cx: &Context<'_>) -> String {
    cx.request_id.header().to_str().unwrap_or_default().to_owned()
}

async fn submit(cx: &Context<'_>, body: RequestBody) -> Result<Reply, ApiError> {
    let job = document(cx, body).await?;
    let record = jobs::submit(cx.app, cx.caller, &cx.bucket, job).await?;
    told(cx, &[record], JobsReply::default()).await
}

async fn describe(cx: &Context<'_>, ids: Vec<String>) -> Result<Reply, ApiError> {
    let mut found = Vec::new();
    let mut unknown_ids = Vec::new();
    for id in ids {
        match cx.app.store.job(&cx.bucket.name, &id).await? {
            Some(record) => found.push(record),
            None => unknown_ids.push(id),
        }
    }
    told(cx, &found, JobsReply { unknown_ids, ..JobsReply::default() }).await
}

async fn list_jobs(cx: &Context<'_>, list: ListPicJobs) -> Result<Reply, ApiError> {
    let is_active = queue(cx).await?.is_active;
    let states = match list.states {
        None => JobState::ALL.to_vec(),
        Some(wanted) => JobState::ALL
            .into_iter()
            .filter(|state| {
                let told = jobs::wire_state(*state, is_active);
                wanted.contains(&told) || (told == WireState::Pause && wanted.contains(&WireState::Submitted))
            })
            .collect(),
    };
    let wanted = ListJobs {
        queue: list.queue_id,
        tag: list.tag,
        states,
        created_from: list.created_from.map(Into::into),
        created_to: list.created_to.map(Into::into),
        newest_first: list.newest_first,
        marker: list.next_token,
        jobs_max: list.jobs_max,
    };
    let page = cx.app.store.list_jobs(&cx.bucket.name, &wanted).await?;
    let next_token = Some(page.next_marker.unwrap_or_default());
    told(cx, &page.jobs, JobsReply { next_token, ..JobsReply::default() }).await
}

/// The reply that tells about these jobs.
async fn told(cx: &Context<'_>, records: &[JobRecord], reply: JobsReply) -> Result<Reply, ApiError> {
    let is_active = queue(cx).await?.is_active;
    let details = records.iter().map(|record| jobs::describe(cx.app, record, is_active));
    Ok(reply::xml(&JobsReply { jobs: details.collect::<Result<_, _>>()?, ..reply }))
}

/// A job that was cancelled before stays cancelled, which is no error.
async fn cancel(cx: &Context<'_>, id: &str) -> Result<Reply, ApiError> {
    let unknown = || ApiError::new(ErrorCode::ResourceNotFound, format!("there is no job {id:?}"));
    let record = cx.app.store.job(&cx.bucket.name, id).await?.ok_or_else(unknown)?;
    let ended = Some(cx.app.clock.now().into());
    let cancelled = JobRecord { state: JobState::Cancelled, ended, ..record };
    if cx.app.store.change_job(cancelled, JobState::Submitted).await? {
        cx.app.jobs.forget_waiting(id);
        return Ok(reply::empty(StatusCode::OK));
    }
    let now = cx.app.store.job(&cx.bucket.name, id).await?.ok_or_else(unknown)?;
    match jobs::wire_state(now.state, true) {
        WireState::Cancel => Ok(reply::empty(StatusCode::OK)),
        state => {
            let message = format!("the job {id:?} is {}, it cannot be cancelled any more", state.word());
            Err(ApiError::invalid_argument(message))
        }
    }
}

async fn queue(cx: &Context<'_>) -> Result<Queue, ApiError> {
    jobs::queue(cx.app, &cx.bucket).await
}

async fn list_queues(cx: &Context<'_>, page: PageOf) -> Result<Reply, ApiError> {
    let queue = queue(cx).await?;
    let unknown_ids = page.ids.iter().filter(|id| **id != queue.id).cloned().collect();
    let state = if queue.is_active { "Active" } else { "Paused" };
    let is_wanted = (page.ids.is_empty() || page.ids.contains(&queue.id))
        && (page.state.is_empty() || page.state == state);
    let queues = if is_wanted { vec![queue] } else { Vec::new() };
    let total_count = queues.len();
    Ok(reply::xml(&QueueListReply {
        request_id: request_id(cx),
        queues: if page.page_number == 1 { queues } else { Vec::new() },
        total_count,
        page_number: page.page_number,
        page_size: page.page_size,
        unknown_ids,
    }))
}

async fn update_queue(cx: &Context<'_>, id: &str, body: RequestBody) -> Result<Reply, ApiError> {
    if id != jobs::queue_id(&cx.bucket.name) {
        return Err(ApiError::new(ErrorCode::ResourceNotFound, format!("there is no queue {id:?}")));
    }
    let queue = jobs::update_queue(cx.app, &cx.bucket, document(cx, body).await?).await?;
    Ok(reply::xml(&QueueReply { request_id: request_id(cx), queue }))
}

/// Every bucket takes jobs, so there is nothing to open.
fn open_bucket(cx: &Context<'_>) -> Reply {
    reply::xml(&PicBucketReply {
        request_id: request_id(cx),
        bucket: cx.bucket.name.to_string(),
        region: cx.app.addressing().region.clone(),
        created: kept::timestamp(cx.bucket.created),
    })
}

async fn create_template(cx: &Context<'_>, body: RequestBody) -> Result<Reply, ApiError> {
    let content = checked(cx, document(cx, body).await?)?;
    if templates(cx).await?.len() >= TEMPLATES_MAX {
        let message = format!("the bucket has {TEMPLATES_MAX} templates already");
        return Err(ApiError::invalid_argument(message));
    }
    let now = cx.app.clock.now();
    let id = format!("t{}", uuid::Uuid::now_v7().simple());
    let template = Template { id, bucket: cx.bucket.name.to_string(), created: now, updated: now, content };
    keep(cx, template).await
}

async fn update_template(cx: &Context<'_>, id: &str, body: RequestBody) -> Result<Reply, ApiError> {
    let content = checked(cx, document(cx, body).await?)?;
    let old = templates(cx).await?.into_iter().find(|template| template.id == id);
    let old = old.ok_or_else(|| unknown_template(id))?;
    keep(cx, Template { content, updated: cx.app.clock.now(), ..old }).await
}

async fn delete_template(cx: &Context<'_>, id: &str) -> Result<Reply, ApiError> {
    let name = format!("{TEMPLATE_PREFIX}{id}");
    match cx.app.store.delete_text(&cx.bucket.name, TextKind::Document, &name).await? {
        true => {
            let template_id = id.to_owned();
            Ok(reply::xml(&TemplateRemovedReply { request_id: request_id(cx), template_id }))
        }
        false => Err(unknown_template(id)),
    }
}

fn unknown_template(id: &str) -> ApiError {
    ApiError::new(ErrorCode::ResourceNotFound, format!("there is no template {id:?}"))
}

/// Refuses a template that no job could use.
fn checked(cx: &Context<'_>, content: NewTemplate) -> Result<NewTemplate, ApiError> {
    if content.tag != PIC_PROCESS {
        let message = format!("templates with the Tag {:?} are not available on this server", content.tag);
        return Err(ApiError::new(ErrorCode::NotImplemented, message));
    }
    let process = content.process.as_ref().ok_or(ErrorCode::MissingContent)?;
    processing::check_rule(cx.app, &process.rule)?;
    Ok(content)
}

async fn keep(cx: &Context<'_>, template: Template) -> Result<Reply, ApiError> {
    let name = format!("{TEMPLATE_PREFIX}{}", template.id);
    cx.app.store.put_text(&cx.bucket.name, TextKind::Document, &name, template.to_xml()).await?;
    Ok(reply::xml(&TemplateReply { request_id: request_id(cx), template }))
}

/// The templates of the bucket, the oldest first.
async fn templates(cx: &Context<'_>) -> Result<Vec<Template>, ApiError> {
    let bucket: &BucketName = &cx.bucket.name;
    let texts = cx.app.store.texts(bucket, TextKind::Document).await?;
    let kept = texts.into_iter().filter(|(name, _)| name.starts_with(TEMPLATE_PREFIX));
    Ok(kept.map(|(_, text)| Template::from_xml(text)).collect::<Result<_, _>>()?)
}

async fn list_templates(cx: &Context<'_>, page: PageOf) -> Result<Reply, ApiError> {
    let mut wanted = templates(cx).await?;
    wanted.retain(|template| {
        (page.ids.is_empty() || page.ids.contains(&template.id))
            && template.content.name.starts_with(&page.name_prefix)
    });
    let total_count = wanted.len();
    let skipped = (page.page_number - 1).saturating_mul(page.page_size);
    Ok(reply::xml(&TemplateListReply {
        request_id: request_id(cx),
        templates: wanted.into_iter().skip(skipped).take(page.page_size).collect(),
        total_count,
        page_number: page.page_number,
        page_size: page.page_size,
    }))
}
