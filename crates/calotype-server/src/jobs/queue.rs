//! The queue of a bucket: there is one, and it can be held.

use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::BucketName;
use calotype_protocol::pic_jobs::{NotifyConfig, Queue, QueueReply, QueueUpdate};
use calotype_protocol::xml::XmlBody;
use calotype_store::{BucketRecord, TextKind, digest};

use super::submit::whole_milliseconds;
use crate::app::App;
use crate::error::ApiError;
use crate::kept;

/// Name of the text that keeps what was changed about the queue.
const TEXT_NAME: &str = "pic-queue";
/// Its name until somebody gives it another one.
const DEFAULT_NAME: &str = "queue-pic-process-1";
/// Characters of a name.
const NAME_CHARACTERS_MAX: usize = 128;

/// The id of a bucket's queue, which never changes.
pub fn queue_id(bucket: &BucketName) -> String {
    let digits = digest::md5(bucket.as_str().as_bytes()).map(|byte| format!("{byte:02x}"));
    format!("p{}", digits.concat())
}

/// The queue of a bucket. Errors: `NoSuchBucket`.
pub async fn queue(app: &App, bucket: &BucketRecord) -> Result<Queue, ApiError> {
    match app.store.documents(&bucket.name).await?.get(TEXT_NAME) {
        Some(text) => Ok(QueueReply::from_xml(text)?.queue),
        None => {
            let created = kept::timestamp(bucket.created);
            Ok(Queue {
                id: queue_id(&bucket.name),
                name: DEFAULT_NAME.to_owned(),
                is_active: true,
                jobs_max: app.jobs.config.pending_max,
                notify: NotifyConfig::default(),
                bucket: bucket.name.to_string(),
                created,
                updated: created,
            })
        }
    }
}

/// Changes the queue of a bucket. Errors: `InvalidArgument` for its name and for where it calls back to.
pub async fn update_queue(app: &App, bucket: &BucketRecord, update: QueueUpdate) -> Result<Queue, ApiError> {
    let length = update.name.chars().count();
    if !(1..=NAME_CHARACTERS_MAX).contains(&length) {
        let message = format!("Name has {length} characters, it can have 1 to {NAME_CHARACTERS_MAX}");
        return Err(ApiError::invalid_argument(message));
    }
    if update.notify.is_on && !app.jobs.config.allows(&update.notify.url) {
        return Err(callback_refused(&update.notify.url));
    }
    let queue = Queue {
        name: update.name,
        is_active: update.is_active,
        notify: update.notify,
        updated: whole_milliseconds(app.clock.now()),
        ..queue(app, bucket).await?
    };
    let text = QueueReply { request_id: String::new(), queue: queue.clone() }.to_xml();
    app.store.put_text(&bucket.name, TextKind::Document, TEXT_NAME, text).await?;
    app.jobs.ring();
    Ok(queue)
}

/// Callbacks go where the operator says, and nowhere else.
pub(super) fn callback_refused(url: &str) -> ApiError {
    let message = format!("CallBack {url:?} is none of the targets that this server may call");
    ApiError::new(ErrorCode::InvalidArgument, message)
}
