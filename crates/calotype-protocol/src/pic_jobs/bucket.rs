//! The answer to opening a bucket for jobs.

use jiff::Timestamp;

use super::{job_time, parse_job_time};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// A bucket that takes jobs; all do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicBucketReply {
    /// The id of the request.
    pub request_id: String,
    /// The bucket.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// When it was made.
    pub created: Timestamp,
}

impl XmlBody for PicBucketReply {
    const ROOT: &'static str = "Response";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("RequestId", &self.request_id);
        xml.parent("PicBucket", |xml| {
            xml.leaf("BucketId", &self.bucket);
            xml.leaf("Name", &self.bucket);
            xml.leaf("Region", &self.region);
            xml.leaf("CreateTime", job_time(self.created));
        });
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let bucket = root.child("PicBucket").ok_or_else(|| MalformedXml("there is no PicBucket".into()))?;
        Ok(Self {
            request_id: root.text_of("RequestId").to_owned(),
            bucket: bucket.text_of("BucketId").to_owned(),
            region: bucket.text_of("Region").to_owned(),
            created: parse_job_time(bucket.text_of("CreateTime")).unwrap_or_default(),
        })
    }
}
