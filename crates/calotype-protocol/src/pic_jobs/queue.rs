//! Queues that jobs wait in.

use jiff::Timestamp;

use super::{job_time, parse_job_time};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether jobs of it are begun.
    pub is_active: bool,
    /// Jobs that may wait in it.
    pub jobs_max: u64,
    /// Who is told when a job of it is over.
    pub notify: NotifyConfig,
    /// Its bucket.
    pub bucket: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
}

/// Who is told when a job is over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotifyConfig {
    /// Whether anybody is.
    pub is_on: bool,
    /// Where.
    pub url: String,
    /// `XML` or `JSON`; empty for XML.
    pub result_format: String,
}

impl NotifyConfig {
    fn write(&self, xml: &mut XmlWriter) {
        xml.parent("NotifyConfig", |xml| {
            xml.leaf("Url", &self.url);
            xml.leaf("State", if self.is_on { "On" } else { "Off" });
            xml.leaf("Type", "Url");
            xml.leaf("Event", "TaskFinish");
            xml.leaf("ResultFormat", &self.result_format);
        });
    }

    fn read(element: &Element) -> Self {
        Self {
            is_on: element.text_of("State").eq_ignore_ascii_case("On"),
            url: element.text_of("Url").trim().to_owned(),
            result_format: element.text_of("ResultFormat").to_owned(),
        }
    }
}

fn is_active(element: &Element) -> Result<bool, MalformedXml> {
    match element.text_of("State") {
        "Active" => Ok(true),
        "Paused" => Ok(false),
        other => Err(MalformedXml(format!("State is {other:?}, neither Active nor Paused"))),
    }
}

impl Queue {
    fn write(&self, xml: &mut XmlWriter) {
        xml.leaf("QueueId", &self.id);
        xml.leaf("Name", &self.name);
        xml.leaf("State", if self.is_active { "Active" } else { "Paused" });
        xml.leaf("MaxSize", self.jobs_max);
        xml.leaf("MaxConcurrent", 1);
        xml.leaf("Category", "PicProcess");
        self.notify.write(xml);
        xml.leaf("BucketId", &self.bucket);
        xml.leaf("CreateTime", job_time(self.created));
        xml.leaf("UpdateTime", job_time(self.updated));
    }

    fn read(element: &Element) -> Result<Self, MalformedXml> {
        let time = |name: &str| parse_job_time(element.text_of(name)).unwrap_or_default();
        Ok(Self {
            id: element.required_text("QueueId")?.to_owned(),
            name: element.text_of("Name").to_owned(),
            is_active: is_active(element)?,
            jobs_max: element.optional("MaxSize")?.unwrap_or(0),
            notify: element.child("NotifyConfig").map(NotifyConfig::read).unwrap_or_default(),
            bucket: element.text_of("BucketId").to_owned(),
            created: time("CreateTime"),
            updated: time("UpdateTime"),
        })
    }
}

/// A change to a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueUpdate {
    /// Its new name.
    pub name: String,
    /// Whether jobs of it are begun.
    pub is_active: bool,
    /// Who is told when a job of it is over.
    pub notify: NotifyConfig,
}

impl XmlBody for QueueUpdate {
    const ROOT: &'static str = "Request";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("Name", &self.name);
        xml.leaf("State", if self.is_active { "Active" } else { "Paused" });
        self.notify.write(xml);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            name: root.required_text("Name")?.to_owned(),
            is_active: is_active(root)?,
            notify: root.child("NotifyConfig").map(NotifyConfig::read).unwrap_or_default(),
        })
    }
}

/// The answer to a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueReply {
    /// The id of the request.
    pub request_id: String,
    /// The queue as it is now.
    pub queue: Queue,
}

impl XmlBody for QueueReply {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("RequestId", &self.request_id);
        xml.parent("Queue", |xml| self.queue.write(xml));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let queue = root.child("Queue").ok_or_else(|| MalformedXml("there is no Queue".to_owned()))?;
        Ok(Self { request_id: root.text_of("RequestId").to_owned(), queue: Queue::read(queue)? })
    }
}

/// The answer to asking for queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueListReply {
    /// The id of the request.
    pub request_id: String,
    /// The queues of the page.
    pub queues: Vec<Queue>,
    /// Queues on all pages.
    pub total_count: usize,
    /// Number of the page, from 1.
    pub page_number: usize,
    /// Queues on one page.
    pub page_size: usize,
    /// Ids nobody knows.
    pub unknown_ids: Vec<String>,
}

impl XmlBody for QueueListReply {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("RequestId", &self.request_id);
        xml.leaf("TotalCount", self.total_count);
        xml.leaf("PageNumber", self.page_number);
        xml.leaf("PageSize", self.page_size);
        self.queues.iter().for_each(|queue| xml.parent("QueueList", |xml| queue.write(xml)));
        if !self.unknown_ids.is_empty() {
            xml.parent("NonExistPIDs", |xml| self.unknown_ids.iter().for_each(|id| xml.leaf("QueueID", id)));
        }
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let unknown = root.child("NonExistPIDs").into_iter().flat_map(|ids| ids.children("QueueID"));
        Ok(Self {
            request_id: root.text_of("RequestId").to_owned(),
            queues: root.children("QueueList").map(Queue::read).collect::<Result<_, _>>()?,
            total_count: root.optional("TotalCount")?.unwrap_or(0),
            page_number: root.optional("PageNumber")?.unwrap_or(1),
            page_size: root.optional("PageSize")?.unwrap_or(0),
            unknown_ids: unknown.map(|id| id.text().to_owned()).collect(),
        })
    }
}
