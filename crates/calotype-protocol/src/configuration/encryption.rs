//! `?encryption`: how objects are encrypted whose uploads do not say.
//!
//! Spec: spec/cos/misc.md, encryption.

use super::{Configuration, ConfigurationKind, Unset, malformed, some_of, text};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::xml::Element;

const DEFAULT: &str = "ApplyServerSideEncryptionByDefault";
/// What the documentation of some SDKs calls the same thing.
const OTHER_NAME: &str = "ApplySideEncryptionConfiguration";

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "encryption",
    "ServerSideEncryptionConfiguration",
    actions!("BucketEncryption"),
    Unset::Error(ErrorCode::NoSuchEncryptionConfiguration),
    check,
);

/// The encryption of uploads that do not ask for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketEncryption {
    /// By whom the key is kept.
    pub algorithm: DefaultAlgorithm,
}

/// What `SSEAlgorithm` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultAlgorithm {
    /// `AES256`, with a key of the service.
    Service,
    /// `KMS`, with a key of a key service.
    Kms {
        /// Which, if not the default one.
        key_id: Option<String>,
    },
}

fn check(root: &mut Element) -> Result<(), ParseError> {
    for rule in root.elements_mut() {
        if let Some(other) = rule.child_mut(OTHER_NAME) {
            other.rename(DEFAULT);
        }
    }
    BucketEncryption::read(root).map(drop)
}

impl Configuration for BucketEncryption {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        let rules = some_of(root, "Rule", 1)?;
        let missing = || malformed(format!("Rule has no {DEFAULT}"));
        let default = rules[0].child(DEFAULT).ok_or_else(missing)?;
        let algorithm = match text(default, "SSEAlgorithm")?.trim() {
            "AES256" => DefaultAlgorithm::Service,
            "KMS" | "cos/kms" => {
                DefaultAlgorithm::Kms { key_id: default.optional_text("KMSMasterKeyID").map(str::to_owned) }
            }
            other => {
                return Err(ParseError::argument(format!(
                    "SSEAlgorithm {other:?} is neither AES256 nor KMS"
                )));
            }
        };
        Ok(Self { algorithm })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, refusal};
    use super::*;

    #[test]
    fn the_other_name_is_put_right() {
        let document = |name: &str, algorithm: &str| {
            format!(
                "<ServerSideEncryptionConfiguration><Rule><{name}><SSEAlgorithm>{algorithm}</SSEAlgorithm></{name}>\
                 </Rule></ServerSideEncryptionConfiguration>"
            )
        };
        assert_eq!(kept(&KIND, &document(OTHER_NAME, "AES256")), document(DEFAULT, "AES256"));
        let read = BucketEncryption::from_kept(&document(DEFAULT, "KMS")).unwrap();
        assert_eq!(read.algorithm, DefaultAlgorithm::Kms { key_id: None });
        assert_eq!(refusal(&KIND, &document(DEFAULT, "ROT13")), ErrorCode::InvalidArgument);
        assert_eq!(refusal(&KIND, &document("Nothing", "AES256")), ErrorCode::MalformedXML);
    }
}
