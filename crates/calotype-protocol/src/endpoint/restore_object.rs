//! `POST /<key>?restore`: makes archived content readable for some days.
//!
//! Spec: spec/cos/objects.md, POST Object restore.

use std::fmt;
use std::str::FromStr;

use http::Method;

use super::WireRequest;
use super::incoming::ObjectRequest;
use crate::names::{BucketName, ObjectKey, VersionId};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// Longest time restored content can be asked for.
pub const RESTORE_DAYS_MAX: u32 = 365;

/// Restores what its body says: a [`RestoreRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreObject {
    /// Where the object lives.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Which version; none for the newest.
    pub version_id: Option<VersionId>,
}

/// The body of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreRequest {
    /// How long the content can be read, 1 to [`RESTORE_DAYS_MAX`].
    pub days: u32,
    /// How much of a hurry there is.
    pub tier: RestoreTier,
}

/// How much of a hurry there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RestoreTier {
    /// Much.
    Expedited,
    /// Some.
    #[default]
    Standard,
    /// None.
    Bulk,
}

impl RestoreObject {
    /// Restores the newest version.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self { bucket, key, version_id: None }
    }

    pub(super) fn parse(request: &ObjectRequest<'_>) -> Self {
        let (bucket, key) = (request.bucket.clone(), request.key.clone());
        Self { bucket, key, version_id: request.version_id() }
    }

    /// The request as it is sent.
    pub fn to_wire(&self, wish: &RestoreRequest) -> WireRequest {
        let mut wire = WireRequest::object(Method::POST, &self.bucket, &self.key);
        wire.query.push_flag("restore");
        wire.query.push_optional("versionId", self.version_id.as_ref());
        wire.with_xml(wish.to_xml())
    }
}

impl fmt::Display for RestoreTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expedited => "Expedited",
            Self::Standard => "Standard",
            Self::Bulk => "Bulk",
        })
    }
}

impl FromStr for RestoreTier {
    type Err = MalformedXml;

    fn from_str(text: &str) -> Result<Self, MalformedXml> {
        match text {
            "Expedited" => Ok(Self::Expedited),
            "Standard" => Ok(Self::Standard),
            "Bulk" => Ok(Self::Bulk),
            _ => Err(MalformedXml(format!("Tier {text:?} is not Expedited, Standard or Bulk"))),
        }
    }
}

impl XmlBody for RestoreRequest {
    const ROOT: &'static str = "RestoreRequest";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("Days", self.days);
        xml.parent("CASJobParameters", |xml| xml.leaf("Tier", self.tier));
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let days = root.required("Days")?;
        if !(1..=RESTORE_DAYS_MAX).contains(&days) {
            return Err(MalformedXml(format!("Days is {days}, expected 1 to {RESTORE_DAYS_MAX}")));
        }
        let tier = root.child("CASJobParameters").and_then(|job| job.optional_text("Tier"));
        Ok(Self { days, tier: tier.map_or(Ok(RestoreTier::default()), |tier| tier.trim().parse())? })
    }
}
