//! Work that is done later: what is to be done, how far it is, and what came of it.

use std::time::SystemTime;

use calotype_protocol::names::BucketName;

/// A job. The store knows its place in time, not what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// Its name, unique in its bucket. Names given later sort behind those given earlier.
    pub id: String,
    /// The bucket it was submitted to; it goes with its bucket.
    pub bucket: BucketName,
    /// The queue it waits in.
    pub queue: String,
    /// What kind of job it is.
    pub tag: String,
    /// How far it is.
    pub state: JobState,
    /// When it was submitted, to the millisecond.
    pub created: SystemTime,
    /// When it was last begun.
    pub started: Option<SystemTime>,
    /// When it was over.
    pub ended: Option<SystemTime>,
    /// How often it was begun.
    pub attempts: u32,
    /// What is to be done, in the submitter's words.
    pub task: String,
    /// What came of it, in the words of the one who did it; empty until then.
    pub outcome: String,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobState {
    /// Waits to be begun.
    Submitted,
    /// Was begun; after a crash nobody may be working on it any more.
    Running,
    /// Is over and did what it should.
    Success,
    /// Is over and did not.
    Failed,
    /// Is over before it was begun, because somebody said so.
    Cancelled,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Submitted, Self::Running, Self::Success, Self::Failed, Self::Cancelled];

    /// Whether something is still to be done.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Submitted | Self::Running)
    }
}

/// Which jobs of a bucket are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListJobs {
    /// Of this queue alone.
    pub queue: Option<String>,
    /// Of this kind alone.
    pub tag: Option<String>,
    /// In one of these states.
    pub states: Vec<JobState>,
    /// Submitted at this time or later.
    pub created_from: Option<SystemTime>,
    /// Submitted at this time or earlier.
    pub created_to: Option<SystemTime>,
    /// The newest first.
    pub newest_first: bool,
    /// The job the page comes after, in the order of the listing.
    pub marker: Option<String>,
    /// Most jobs of the page.
    pub jobs_max: usize,
}

impl Default for ListJobs {
    fn default() -> Self {
        Self {
            queue: None,
            tag: None,
            states: JobState::ALL.to_vec(),
            created_from: None,
            created_to: None,
            newest_first: false,
            marker: None,
            jobs_max: 100,
        }
    }
}

impl ListJobs {
    /// Whether a job is one of those asked for, wherever it stands.
    pub(crate) fn matches(&self, job: &JobRecord) -> bool {
        self.queue.as_ref().is_none_or(|queue| *queue == job.queue)
            && self.tag.as_ref().is_none_or(|tag| *tag == job.tag)
            && self.states.contains(&job.state)
            && self.created_from.is_none_or(|from| job.created >= from)
            && self.created_to.is_none_or(|to| job.created <= to)
    }
}

/// Some jobs of a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobPage {
    /// The jobs in the order asked for.
    pub jobs: Vec<JobRecord>,
    /// The marker of the next page, if there is more.
    pub next_marker: Option<String>,
}

impl JobPage {
    /// A page from one job more than fits, if there are so many.
    pub(crate) fn cut(mut jobs: Vec<JobRecord>, jobs_max: usize) -> Self {
        let is_cut = jobs.len() > jobs_max;
        jobs.truncate(jobs_max);
        let next_marker = jobs.last().filter(|_| is_cut).map(|job| job.id.clone());
        Self { jobs, next_marker }
    }
}
