//! What is told about jobs: in answers and in callbacks.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::PicJob;
use crate::pic_operations::UploadResult;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter, json_members};

/// Hours east of Greenwich of every time that jobs tell.
const OFFSET_HOURS: i8 = 8;

/// How far a job is, in the words of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Waits.
    Submitted,
    /// Is worked on.
    Running,
    /// Did what it should.
    Success,
    /// Did not.
    Failed,
    /// Waits because its queue does.
    Pause,
    /// Was cancelled before it was begun.
    Cancel,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Submitted, Self::Running, Self::Success, Self::Failed, Self::Pause, Self::Cancel];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Submitted => "Submitted",
            Self::Running => "Running",
            Self::Success => "Success",
            Self::Failed => "Failed",
            Self::Pause => "Pause",
            Self::Cancel => "Cancel",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A moment as jobs tell it: `2022-07-18T15:16:43+0800`.
pub fn job_time(moment: Timestamp) -> String {
    let zone = TimeZone::fixed(Offset::constant(OFFSET_HOURS));
    moment.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%z").to_string()
}

/// Reads a moment with any offset, with or without a colon in it; none for anything else.
pub fn parse_job_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).ok().or_else(|| text.parse().ok())
}

/// Everything about one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobDetail {
    /// `Success`, or the word of an error.
    pub code: String,
    /// What went wrong.
    pub message: String,
    /// Its name.
    pub job_id: String,
    /// How far it is.
    pub state: JobState,
    /// When it was submitted.
    pub created: Timestamp,
    /// When it was last begun.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// The queue it waits in.
    pub queue_id: String,
    /// The bucket it was submitted to.
    pub bucket: String,
    /// The region of that bucket.
    pub region: String,
    /// What was submitted.
    pub job: PicJob,
    /// What was made.
    pub result: Option<UploadResult>,
}

impl JobDetail {
    fn write(&self, xml: &mut XmlWriter) {
        let time = |moment: Option<Timestamp>| moment.map_or_else(|| "-".to_owned(), job_time);
        xml.parent("JobsDetail", |xml| {
            xml.leaf("Code", &self.code);
            xml.leaf("Message", &self.message);
            xml.leaf("JobId", &self.job_id);
            xml.leaf("Tag", &self.job.tag);
            xml.leaf("State", self.state.word());
            xml.leaf("CreationTime", job_time(self.created));
            xml.leaf("StartTime", time(self.started));
            xml.leaf("EndTime", time(self.ended));
            xml.leaf("QueueId", &self.queue_id);
            xml.parent("Input", |xml| {
                xml.leaf("BucketId", &self.bucket);
                xml.leaf("Object", &self.job.input);
                xml.leaf("Region", &self.region);
            });
            xml.parent("Operation", |xml| {
                self.job.write_operation(xml);
                if let Some(result) = &self.result {
                    xml.parent("PicProcessResult", |xml| {
                        xml.parent(UploadResult::ROOT, |xml| result.write_content(xml));
                    });
                }
            });
        });
    }

    fn read(detail: &Element) -> Result<Self, MalformedXml> {
        let time = |name: &str| parse_job_time(detail.text_of(name));
        let state = detail.required_text("State")?;
        let state = JobState::from_word(state)
            .ok_or_else(|| MalformedXml(format!("State {state:?} is not known")))?;
        let input = detail.child("Input");
        let result = detail
            .child("Operation")
            .and_then(|operation| operation.child("PicProcessResult"))
            .and_then(|result| result.child(UploadResult::ROOT));
        Ok(Self {
            code: detail.text_of("Code").to_owned(),
            message: detail.text_of("Message").to_owned(),
            job_id: detail.required_text("JobId")?.to_owned(),
            state,
            created: time("CreationTime")
                .ok_or_else(|| MalformedXml("CreationTime is no moment".to_owned()))?,
            started: time("StartTime"),
            ended: time("EndTime"),
            queue_id: detail.text_of("QueueId").to_owned(),
            bucket: input.map(|input| input.text_of("BucketId").to_owned()).unwrap_or_default(),
            region: input.map(|input| input.text_of("Region").to_owned()).unwrap_or_default(),
            job: PicJob::read(detail)?,
            result: result.map(UploadResult::read).transpose()?,
        })
    }
}

/// The answer to submitting, asking and listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobsReply {
    /// The jobs.
    pub jobs: Vec<JobDetail>,
    /// Ids nobody knows, in the order asked for.
    pub unknown_ids: Vec<String>,
    /// Marker of the next page; empty on the last one, none where there are no pages.
    pub next_token: Option<String>,
}

impl XmlBody for JobsReply {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        self.jobs.iter().for_each(|job| job.write(xml));
        self.unknown_ids.iter().for_each(|id| xml.leaf("NonExistJobIds", id));
        xml.optional("NextToken", self.next_token.as_deref());
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            jobs: root.children("JobsDetail").map(JobDetail::read).collect::<Result<_, _>>()?,
            unknown_ids: root.children("NonExistJobIds").map(|id| id.text().to_owned()).collect(),
            next_token: root.child("NextToken").map(|token| token.text().to_owned()),
        })
    }
}

/// What is sent when a job is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback(pub JobDetail);

impl XmlBody for Callback {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("EventName", "TaskFinish");
        self.0.write(xml);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let detail = root.child("JobsDetail").ok_or_else(|| MalformedXml("there is no JobsDetail".into()))?;
        JobDetail::read(detail).map(Self)
    }
}

impl Callback {
    /// The same names as JSON. Every value is a string, and `JobsDetail` a list.
    pub fn to_json(&self) -> String {
        let document = Element::parse(self.to_xml().as_bytes()).unwrap_or_default();
        let mut members = json_members(&document);
        if let Some(detail) = members.remove("JobsDetail") {
            members.insert("JobsDetail".to_owned(), serde_json::Value::Array(vec![detail]));
        }
        serde_json::Value::Object(members).to_string()
    }
}
