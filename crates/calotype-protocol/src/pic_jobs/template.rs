//! Rules that are kept by name, for jobs.

use jiff::Timestamp;

use super::{PicProcess, job_time, parse_job_time};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// A template to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTemplate {
    /// What kind of job it is for.
    pub tag: String,
    /// Its name, for people.
    pub name: String,
    /// What jobs make; none for kinds that make something else.
    pub process: Option<PicProcess>,
}

impl NewTemplate {
    fn write(&self, xml: &mut XmlWriter) {
        xml.leaf("Tag", &self.tag);
        xml.leaf("Name", &self.name);
        if let Some(process) = &self.process {
            process.write(xml);
        }
    }
}

impl XmlBody for NewTemplate {
    const ROOT: &'static str = "Request";

    fn write_content(&self, xml: &mut XmlWriter) {
        self.write(xml);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            tag: root.required_text("Tag")?.trim().to_owned(),
            name: root.required_text("Name")?.to_owned(),
            process: root.child("PicProcess").map(PicProcess::read).transpose()?,
        })
    }
}

/// A template that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its bucket.
    pub bucket: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
    /// What it says.
    pub content: NewTemplate,
}

impl XmlBody for Template {
    const ROOT: &'static str = "Template";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("TemplateId", &self.id);
        xml.leaf("BucketId", &self.bucket);
        xml.leaf("Category", "Custom");
        xml.leaf("CreateTime", job_time(self.created));
        xml.leaf("UpdateTime", job_time(self.updated));
        xml.leaf("State", "Normal");
        self.content.write(xml);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let time = |name: &str| parse_job_time(root.text_of(name)).unwrap_or_default();
        Ok(Self {
            id: root.required_text("TemplateId")?.to_owned(),
            bucket: root.text_of("BucketId").to_owned(),
            created: time("CreateTime"),
            updated: time("UpdateTime"),
            content: NewTemplate::read(root)?,
        })
    }
}

/// The answer to a template that was made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateReply {
    /// The id of the request.
    pub request_id: String,
    /// The template.
    pub template: Template,
}

impl XmlBody for TemplateReply {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("RequestId", &self.request_id);
        xml.parent("Template", |xml| self.template.write_content(xml));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let template = root.child("Template").ok_or_else(|| MalformedXml("there is no Template".into()))?;
        Ok(Self { request_id: root.text_of("RequestId").to_owned(), template: Template::read(template)? })
    }
}

/// The answer to a template that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRemovedReply {
    /// The id of the request.
    pub request_id: String,
    /// The id the template had.
    pub template_id: String,
}

impl XmlBody for TemplateRemovedReply {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("RequestId", &self.request_id);
        xml.leaf("TemplateId", &self.template_id);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let text = |name| root.text_of(name).to_owned();
        Ok(Self { request_id: text("RequestId"), template_id: text("TemplateId") })
    }
}

/// The answer to asking for templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateListReply {
    /// The id of the request.
    pub request_id: String,
    /// The templates of the page.
    pub templates: Vec<Template>,
    /// Templates on all pages.
    pub total_count: usize,
    /// Number of the page, from 1.
    pub page_number: usize,
    /// Templates on one page.
    pub page_size: usize,
}

impl XmlBody for TemplateListReply {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("RequestId", &self.request_id);
        xml.leaf("TotalCount", self.total_count);
        xml.leaf("PageNumber", self.page_number);
        xml.leaf("PageSize", self.page_size);
        self.templates
            .iter()
            .for_each(|template| xml.parent("TemplateList", |xml| template.write_content(xml)));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            request_id: root.text_of("RequestId").to_owned(),
            templates: root.children("TemplateList").map(Template::read).collect::<Result<_, _>>()?,
            total_count: root.optional("TotalCount")?.unwrap_or(0),
            page_number: root.optional("PageNumber")?.unwrap_or(1),
            page_size: root.optional("PageSize")?.unwrap_or(0),
        })
    }
}
