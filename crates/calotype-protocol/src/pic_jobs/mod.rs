//! Jobs that make pictures later: what is asked for, what is told about them, and what goes with them.
//!
//! Spec: spec/ci/extras.md, A7.

mod bucket;
mod detail;
mod job;
mod queue;
mod template;

pub use bucket::PicBucketReply;
pub use detail::{Callback, JobDetail, JobState, JobsReply, job_time, parse_job_time};
pub use job::{CallbackFormat, JobOutput, PIC_PROCESS, PicJob, PicProcess};
pub use queue::{NotifyConfig, Queue, QueueListReply, QueueReply, QueueUpdate};
pub use template::{NewTemplate, Template, TemplateListReply, TemplateRemovedReply, TemplateReply};
