//! The document that submits a job.

use crate::names::{BucketName, ObjectKey};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// The tag of jobs that make pictures.
pub const PIC_PROCESS: &str = "PicProcess";

/// Characters of the submitter's own text.
const USER_DATA_MAX: usize = 1024;

/// A picture to be made later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicJob {
    /// What kind of job it is; [`PIC_PROCESS`].
    pub tag: String,
    /// The picture it is made from, in the bucket the job is submitted to.
    pub input: ObjectKey,
    /// What is to be made; none where a template says it.
    pub process: Option<PicProcess>,
    /// The template that says what is to be made.
    pub template_id: Option<String>,
    /// Where it goes.
    pub output: JobOutput,
    /// Text of the submitter's, repeated in every answer.
    pub user_data: Option<String>,
    /// 0, 1 or 2; higher goes first.
    pub level: u8,
    /// The queue it waits in; none for the bucket's own.
    pub queue_id: Option<String>,
    /// Who is told when it is over.
    pub callback: Option<String>,
    /// How they are told.
    pub callback_format: CallbackFormat,
}

/// What is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicProcess {
    /// Whether the result describes the source.
    pub is_pic_info: bool,
    /// The instruction.
    pub rule: String,
}

/// Where the result of a job goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOutput {
    /// The region, as it was written.
    pub region: String,
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub object: ObjectKey,
}

/// How a callback is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CallbackFormat {
    /// As the answers are.
    #[default]
    Xml,
    /// With the same names.
    Json,
}

impl CallbackFormat {
    fn word(self) -> &'static str {
        match self {
            Self::Xml => "XML",
            Self::Json => "JSON",
        }
    }
}

impl PicProcess {
    pub(super) fn write(&self, xml: &mut XmlWriter) {
        xml.parent("PicProcess", |xml| {
            xml.leaf("IsPicInfo", self.is_pic_info);
            xml.leaf("ProcessRule", &self.rule);
        });
    }

    pub(super) fn read(element: &Element) -> Result<Self, MalformedXml> {
        let is_pic_info = element.flag("IsPicInfo") || element.text_of("IsPicInfo").trim() == "1";
        Ok(Self { is_pic_info, rule: element.required_text("ProcessRule")?.trim().to_owned() })
    }
}

impl JobOutput {
    fn write(&self, xml: &mut XmlWriter) {
        xml.parent("Output", |xml| {
            xml.leaf("Region", &self.region);
            xml.leaf("Bucket", &self.bucket);
            xml.leaf("Object", &self.object);
        });
    }

    fn read(element: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            region: element.text_of("Region").to_owned(),
            bucket: element.required("Bucket")?,
            object: key(element.required_text("Object")?)?,
        })
    }
}

/// A key as jobs write it; a slash in front is that of a path.
fn key(text: &str) -> Result<ObjectKey, MalformedXml> {
    let text = text.strip_prefix('/').unwrap_or(text);
    text.parse().map_err(|error| MalformedXml(format!("Object {text:?}: {error}")))
}

impl PicJob {
    /// Writes what is in `Operation`, up to the result.
    pub(super) fn write_operation(&self, xml: &mut XmlWriter) {
        xml.optional("TemplateId", self.template_id.as_deref());
        if let Some(process) = &self.process {
            process.write(xml);
        }
        self.output.write(xml);
        xml.optional("UserData", self.user_data.as_deref());
        xml.leaf("JobLevel", self.level);
    }

    fn read_callback_format(root: &Element) -> Result<CallbackFormat, MalformedXml> {
        match root.text_of("CallBackFormat").trim() {
            "" => Ok(CallbackFormat::default()),
            word if word.eq_ignore_ascii_case("XML") => Ok(CallbackFormat::Xml),
            word if word.eq_ignore_ascii_case("JSON") => Ok(CallbackFormat::Json),
            word => Err(MalformedXml(format!("CallBackFormat is {word:?}, neither XML nor JSON"))),
        }
    }
}

impl XmlBody for PicJob {
    const ROOT: &'static str = "Request";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("Tag", &self.tag);
        xml.parent("Input", |xml| xml.leaf("Object", &self.input));
        xml.parent("Operation", |xml| self.write_operation(xml));
        xml.optional("QueueId", self.queue_id.as_deref());
        if let Some(callback) = &self.callback {
            xml.leaf("CallBack", callback);
            xml.leaf("CallBackFormat", self.callback_format.word());
            xml.leaf("CallBackType", "Url");
        }
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let missing = |name: &str| MalformedXml(format!("there is no {name}"));
        let operation = root.child("Operation").ok_or_else(|| missing("Operation"))?;
        let input = root.child("Input").ok_or_else(|| missing("Input"))?;
        let output = operation.child("Output").ok_or_else(|| missing("Output"))?;
        let user_data = operation.optional_text("UserData").map(str::to_owned);
        if user_data.as_ref().is_some_and(|text| text.chars().count() > USER_DATA_MAX) {
            return Err(MalformedXml(format!("UserData has more than {USER_DATA_MAX} characters")));
        }
        let level = operation.optional("JobLevel")?.unwrap_or(0);
        if level > 2 {
            return Err(MalformedXml(format!("JobLevel is {level}, it can be 0, 1 or 2")));
        }
        Ok(Self {
            tag: root.required_text("Tag")?.trim().to_owned(),
            input: key(input.required_text("Object")?)?,
            process: operation.child("PicProcess").map(PicProcess::read).transpose()?,
            template_id: operation.optional_text("TemplateId").map(str::to_owned),
            output: JobOutput::read(output)?,
            user_data,
            level,
            queue_id: root.optional_text("QueueId").map(str::to_owned),
            callback: root.optional_text("CallBack").map(|url| url.trim().to_owned()),
            callback_format: Self::read_callback_format(root)?,
        })
    }
}
