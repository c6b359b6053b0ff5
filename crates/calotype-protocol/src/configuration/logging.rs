//! `?logging`: where the log of requests is put.
//!
//! Spec: spec/cos/misc.md, logging.

use super::{Configuration, ConfigurationKind, Unset, text};
use crate::error_code::ErrorCode;
use crate::names::BucketName;
use crate::parse_error::ParseError;
use crate::xml::Element;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "logging",
    "BucketLoggingStatus",
    actions!("BucketLogging"),
    Unset::Empty,
    |root| BucketLogging::read(root).map(drop),
);

/// Where the log of a bucket's requests goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketLogging {
    /// The bucket it goes to, and what its keys begin with; none where no log is kept.
    pub target: Option<(BucketName, String)>,
}

impl Configuration for BucketLogging {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        let Some(enabled) = root.child("LoggingEnabled") else { return Ok(Self { target: None }) };
        let name = text(enabled, "TargetBucket")?.trim();
        let unknown = || {
            let message = format!("TargetBucket {name:?} is no bucket of yours");
            ParseError::new(ErrorCode::InvalidTargetBucketForLogging, message)
        };
        let bucket = name.parse().map_err(|_| unknown())?;
        Ok(Self { target: Some((bucket, enabled.text_of("TargetPrefix").to_owned())) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::refusal;
    use super::*;

    #[test]
    fn a_log_has_a_target_or_is_off() {
        let on = "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs-1</TargetBucket>\
                  <TargetPrefix>a/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>";
        let target = BucketLogging::from_kept(on).unwrap().target.unwrap();
        assert_eq!((target.0.as_str(), target.1.as_str()), ("logs-1", "a/"));
        assert_eq!(BucketLogging::from_kept("<BucketLoggingStatus/>").unwrap().target, None);
        assert_eq!(refusal(&KIND, &on.replace("logs-1", "Logs")), ErrorCode::InvalidTargetBucketForLogging);
        let nameless = "<BucketLoggingStatus><LoggingEnabled/></BucketLoggingStatus>";
        assert_eq!(refusal(&KIND, nameless), ErrorCode::MalformedXML);
    }
}
