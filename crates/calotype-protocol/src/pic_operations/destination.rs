//! From `fileid` to the key of the result.
//!
//! Spec: spec/ci/persistent.md, 3.

use crate::encoding;
use crate::names::{BucketName, ObjectKey};

use super::{InvalidPicOperations, PicOperations, PicRule};

/// Where a result goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Destination {
    /// The bucket of the rule, or that of the source.
    pub bucket: BucketName,
    /// Its key there.
    pub key: ObjectKey,
}

impl PicRule {
    /// The key of the result: `/…` counts from the bucket's root, anything else from the source's folder.
    ///
    /// - Errors: an empty file name, or a key no object can have.
    pub fn destination(&self, source_key: &ObjectKey) -> Result<ObjectKey, InvalidPicOperations> {
        let fileid = self.decoded_fileid();
        let key = match fileid.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => match source_key.as_str().rsplit_once('/') {
                Some((folder, _)) => format!("{folder}/{fileid}"),
                None => fileid.clone(),
            },
        };
        if fileid.is_empty() || key.is_empty() || key.ends_with('/') {
            return Err(InvalidPicOperations(format!("fileid {:?} names no file", self.fileid)));
        }
        key.parse().map_err(|error| InvalidPicOperations(format!("fileid {:?}: {error}", self.fileid)))
    }

    /// Some clients percent-encode the value and some do not; what does not decode is meant literally.
    fn decoded_fileid(&self) -> String {
        let decoded = encoding::has_escape(&self.fileid).then(|| encoding::decode(&self.fileid)).flatten();
        decoded.unwrap_or_else(|| self.fileid.clone())
    }
}

impl PicOperations {
    /// Where each rule's result goes, in rule order; none for a rule that stores nothing.
    ///
    /// - Errors: a destination that cannot be, or that two rules share.
    pub fn destinations(
        &self,
        source_bucket: &BucketName,
        source_key: &ObjectKey,
    ) -> Result<Vec<Option<Destination>>, InvalidPicOperations> {
        let mut destinations: Vec<Option<Destination>> = Vec::with_capacity(self.rules.len());
        for (place, rule) in self.rules.iter().enumerate() {
            if !rule.stores_result() {
                destinations.push(None);
                continue;
            }
            let key = rule
                .destination(source_key)
                .map_err(|error| InvalidPicOperations(format!("rule {place}: {}", error.0)))?;
            let bucket = rule.bucket.clone().unwrap_or_else(|| source_bucket.clone());
            let destination = Some(Destination { bucket, key });
            if let Some(other) = destinations.iter().position(|other| *other == destination) {
                return Err(InvalidPicOperations(format!(
                    "rules {other} and {place} have the same destination"
                )));
            }
            destinations.push(destination);
        }
        Ok(destinations)
    }
}
