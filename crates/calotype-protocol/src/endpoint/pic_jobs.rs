//! `/pic_jobs` and what goes with it: jobs, their queue, their templates.
//!
//! These paths live on hosts of their own. Clients that are pointed at one address name the bucket's usual host, where
//! every path is that of an object; there a request is taken for one of these only if no object is likely to be meant:
//! it is a `POST`, has the parameters of the call, or names an id of the right form. Spec: spec/ci/extras.md, A7.

use http::Method;
use jiff::Timestamp;

use super::WireRequest;
use super::incoming::{ObjectRequest, QueryValues};
use crate::address::HostFamily;
use crate::names::{BucketName, InvalidName, ObjectKey};
use crate::parse_error::ParseError;
use crate::pic_jobs::{JobState, parse_job_time};
use crate::query::Query;

/// Jobs, queues or templates on one page.
const PAGE_SIZE_MAX: u32 = 100;
/// The same where nothing is said.
const PAGE_SIZE_DEFAULT: u32 = 10;
/// Ids that one request may ask for.
const IDS_MAX: usize = 100;

/// A call about the jobs of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicJobs {
    /// Whose jobs.
    pub bucket: BucketName,
    /// What is asked for.
    pub call: PicJobsCall,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PicJobsCall {
    /// Submits the job in the body, a [`PicJob`](crate::pic_jobs::PicJob).
    Submit,
    /// Tells about these jobs.
    Describe(Vec<String>),
    /// Lists jobs.
    List(ListPicJobs),
    /// Cancels a job that has not been begun.
    Cancel(String),
    /// Tells about queues.
    ListQueues(PageOf),
    /// Changes a queue by the [`QueueUpdate`](crate::pic_jobs::QueueUpdate) in the body.
    UpdateQueue(String),
    /// Opens the bucket for jobs.
    OpenBucket,
    /// Keeps the template in the body, a [`NewTemplate`](crate::pic_jobs::NewTemplate).
    CreateTemplate,
    /// Lists templates.
    ListTemplates(PageOf),
    /// Replaces a template by the one in the body.
    UpdateTemplate(String),
    /// Forgets a template.
    DeleteTemplate(String),
}

/// Which jobs are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPicJobs {
    /// Of this queue alone.
    pub queue_id: Option<String>,
    /// Of this kind alone.
    pub tag: Option<String>,
    /// In one of these states; none for all.
    pub states: Option<Vec<JobState>>,
    /// Submitted at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Submitted at this moment or earlier.
    pub created_to: Option<Timestamp>,
    /// The newest first.
    pub newest_first: bool,
    /// Where the page begins.
    pub next_token: Option<String>,
    /// Jobs on a page.
    pub jobs_max: usize,
}

/// One page of things that have an id and a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOf {
    /// These alone; none for all.
    pub ids: Vec<String>,
    /// Those whose name begins so.
    pub name_prefix: String,
    /// Those in this state; empty for all.
    pub state: String,
    /// Number of the page, from 1.
    pub page_number: usize,
    /// Entries of a page.
    pub page_size: usize,
}

impl PicJobs {
    /// The call that a request for an object is in truth, if it is one.
    pub(super) fn find(
        method: &Method,
        family: HostFamily,
        request: &ObjectRequest<'_>,
    ) -> Result<Option<Self>, ParseError> {
        let is_own_host = family == HostFamily::Ci;
        let has = |name: &str| is_own_host || request.query.has(name);
        let (path, rest) = match request.key.as_str().split_once('/') {
            Some((path, rest)) => (path, Some(rest)),
            None => (request.key.as_str(), None),
        };
        let named = |letter: char| rest.filter(|ids| is_own_host || are_ids(ids, letter)).map(str::to_owned);
        let call = match (method.as_str(), path, rest) {
            ("POST", "pic_jobs", None) => Some(PicJobsCall::Submit),
            ("POST", "picbucket", None) => Some(PicJobsCall::OpenBucket),
            ("POST", "template", None) => Some(PicJobsCall::CreateTemplate),
            ("GET", "pic_jobs", None) if has("tag") => Some(PicJobsCall::List(list(request.query)?)),
            ("GET", "picqueue", None) if has("queueIds") => {
                Some(PicJobsCall::ListQueues(page(request.query, "queueIds")?))
            }
            ("GET", "template", None) if has("category") => {
                Some(PicJobsCall::ListTemplates(page(request.query, "ids")?))
            }
            ("GET", "pic_jobs", Some(_)) => named('j').map(|ids| PicJobsCall::Describe(split(&ids))),
            ("PUT", "jobs", Some(id)) if request.query.has("cancel") => {
                Some(PicJobsCall::Cancel(id.to_owned()))
            }
            ("PUT", "picqueue", Some(_)) => named('p').map(PicJobsCall::UpdateQueue),
            ("PUT", "template", Some(_)) => named('t').map(PicJobsCall::UpdateTemplate),
            ("DELETE", "template", Some(_)) => named('t').map(PicJobsCall::DeleteTemplate),
            _ => None,
        };
        if let Some(PicJobsCall::Describe(ids)) = &call
            && ids.len() > IDS_MAX
        {
            return Err(ParseError::argument(format!("{} jobs are asked for, at most {IDS_MAX}", ids.len())));
        }
        Ok(call.map(|call| Self { bucket: request.bucket.clone(), call }))
    }

    /// The request as it is sent, for a host of the bucket; `document` is the body of calls that have one.
    ///
    /// Errors: an id that cannot stand in a path, or too many of them.
    pub fn to_wire(&self, document: Option<String>) -> Result<WireRequest, InvalidName> {
        let (method, path) = match &self.call {
            PicJobsCall::Submit => (Method::POST, "pic_jobs".to_owned()),
            PicJobsCall::Describe(ids) => (Method::GET, format!("pic_jobs/{}", ids.join(","))),
            PicJobsCall::List(_) => (Method::GET, "pic_jobs".to_owned()),
            PicJobsCall::Cancel(id) => (Method::PUT, format!("jobs/{id}")),
            PicJobsCall::ListQueues(_) => (Method::GET, "picqueue".to_owned()),
            PicJobsCall::UpdateQueue(id) => (Method::PUT, format!("picqueue/{id}")),
            PicJobsCall::OpenBucket => (Method::POST, "picbucket".to_owned()),
            PicJobsCall::CreateTemplate => (Method::POST, "template".to_owned()),
            PicJobsCall::ListTemplates(_) => (Method::GET, "template".to_owned()),
            PicJobsCall::UpdateTemplate(id) => (Method::PUT, format!("template/{id}")),
            PicJobsCall::DeleteTemplate(id) => (Method::DELETE, format!("template/{id}")),
        };
        let key: ObjectKey = path.parse()?;
        let mut wire = WireRequest::object(method, &self.bucket, &key);
        match &self.call {
            PicJobsCall::List(list) => list.write(&mut wire.query),
            PicJobsCall::Cancel(_) => wire.query.push_flag("cancel"),
            PicJobsCall::ListQueues(page) => page.write(&mut wire.query, "queueIds"),
            PicJobsCall::ListTemplates(page) => {
                wire.query.push("category", Some("Custom".to_owned()));
                page.write(&mut wire.query, "ids");
            }
            _ => {}
        }
        Ok(match document {
            Some(document) => wire.with_xml(document),
            None => wire,
        })
    }
}

/// Whether these look like ids of ours: a letter and 32 hexadecimal digits, several with commas between.
fn are_ids(text: &str, letter: char) -> bool {
    text.split(',').all(|id| {
        let digits = id.strip_prefix(letter).unwrap_or_default();
        digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn split(ids: &str) -> Vec<String> {
    ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

fn list(query: &Query) -> Result<ListPicJobs, ParseError> {
    let invalid = |name: &str, text: &str| ParseError::argument(format!("{name} has the value {text:?}"));
    let moment = |name: &str| {
        let text = query.value(name);
        text.map(|text| parse_job_time(text).ok_or_else(|| invalid(name, text))).transpose()
    };
    let states = match query.value("states") {
        None | Some("All") => None,
        Some(words) => {
            let state = |word: &str| JobState::from_word(word.trim()).ok_or_else(|| invalid("states", words));
            Some(words.split(',').map(state).collect::<Result<_, _>>()?)
        }
    };
    Ok(ListPicJobs {
        queue_id: query.value("queueId").map(str::to_owned),
        tag: query.value("tag").map(str::to_owned),
        states,
        created_from: moment("startCreationTime")?,
        created_to: moment("endCreationTime")?,
        newest_first: match query.value("orderByTime") {
            None | Some("Desc") => true,
            Some("Asc") => false,
            Some(other) => return Err(invalid("orderByTime", other)),
        },
        next_token: query.value("nextToken").map(str::to_owned),
        jobs_max: page_size(query, "size")?,
    })
}

fn page(query: &Query, ids: &str) -> Result<PageOf, ParseError> {
    Ok(PageOf {
        ids: query.value(ids).map(split).unwrap_or_default(),
        name_prefix: query.text("name"),
        state: query.value("state").filter(|state| *state != "All").unwrap_or_default().to_owned(),
        page_number: query.parsed::<usize>("pageNumber")?.unwrap_or(1).max(1),
        page_size: page_size(query, "pageSize")?,
    })
}

fn page_size(query: &Query, name: &str) -> Result<usize, ParseError> {
    Ok(query.parsed::<u32>(name)?.unwrap_or(PAGE_SIZE_DEFAULT).clamp(1, PAGE_SIZE_MAX) as usize)
}

impl ListPicJobs {
    fn write(&self, query: &mut Query) {
        use crate::pic_jobs::job_time;
        query.push_optional("queueId", self.queue_id.as_ref());
        query.push("tag", Some(self.tag.clone().unwrap_or_default()));
        query.push("orderByTime", Some(if self.newest_first { "Desc" } else { "Asc" }.to_owned()));
        if let Some(states) = &self.states {
            let words: Vec<&str> = states.iter().map(|state| state.word()).collect();
            query.push("states", Some(words.join(",")));
        }
        query.push_optional("startCreationTime", self.created_from.map(job_time));
        query.push_optional("endCreationTime", self.created_to.map(job_time));
        query.push_optional("nextToken", self.next_token.as_ref());
        query.push("size", Some(self.jobs_max.to_string()));
    }
}

impl PageOf {
    fn write(&self, query: &mut Query, ids: &str) {
        query.push(ids, Some(self.ids.join(",")));
        query.push_optional("name", Some(&self.name_prefix).filter(|prefix| !prefix.is_empty()));
        query.push_optional("state", Some(&self.state).filter(|state| !state.is_empty()));
        query.push("pageNumber", Some(self.page_number.to_string()));
        query.push("pageSize", Some(self.page_size.to_string()));
    }
}
