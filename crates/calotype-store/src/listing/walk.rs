//! The walk that fills a page without reading what a delimiter hides.

use super::{ObjectPage, ObjectSummary, UploadPage, VersionPage, VersionSummary};
use crate::upload::UploadRecord;

/// What the holder of an ordered set of keys does after offering one.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// The entry belongs on the page; offer the next one.
    Take,
    /// Go on at the first key that is not below this.
    Seek(Vec<u8>),
    /// The page is full, and there is more.
    Full,
}

/// Decides key by key what a page shows, and where to go on. Adapters only move a cursor.
#[derive(Debug)]
pub(crate) struct Walk {
    prefix: Vec<u8>,
    delimiter: Vec<u8>,
    entries_max: usize,
    entries: usize,
    pub(crate) common_prefixes: Vec<String>,
    pub(crate) is_truncated: bool,
    pub(crate) ends_in_common_prefix: bool,
}

impl Walk {
    pub(crate) fn new(prefix: &str, delimiter: &str, entries_max: usize) -> Self {
        Self {
            prefix: prefix.into(),
            delimiter: delimiter.into(),
            entries_max,
            entries: 0,
            common_prefixes: Vec::new(),
            is_truncated: false,
            ends_in_common_prefix: false,
        }
    }

    /// The first key that can matter: not below the prefix, after the marker and after everything the marker's
    /// own common prefix covers. With `or_equal` the marker itself still matters.
    pub(crate) fn start(&self, marker: &str, or_equal: bool) -> Vec<u8> {
        let mut start = marker.as_bytes().to_vec();
        match self.common_prefix(marker.as_bytes()) {
            Some(covered) => start = after_prefix(&marker.as_bytes()[..covered]),
            None if !start.is_empty() && !or_equal => start.push(0),
            None => {}
        }
        start.max(self.prefix.clone())
    }

    /// A bound above every key with the prefix, and below every other key that follows.
    pub(crate) fn end(&self) -> Vec<u8> {
        // No text holds this byte, so without a prefix it is above everything.
        if self.prefix.is_empty() { vec![u8::MAX] } else { after_prefix(&self.prefix) }
    }

    /// Whether nothing was asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries_max == 0
    }

    /// Takes the next key in order into account.
    pub(crate) fn offer(&mut self, key: &[u8]) -> Step {
        if self.entries == self.entries_max {
            self.is_truncated = true;
            return Step::Full;
        }
        self.entries += 1;
        match self.common_prefix(key) {
            Some(length) => {
                self.common_prefixes.push(String::from_utf8_lossy(&key[..length]).into_owned());
                self.ends_in_common_prefix = true;
                Step::Seek(after_prefix(&key[..length]))
            }
            None => {
                self.ends_in_common_prefix = false;
                Step::Take
            }
        }
    }

    /// The page of the objects that were taken.
    pub(crate) fn into_object_page(self, objects: Vec<ObjectSummary>) -> ObjectPage {
        let last_key = objects.last().map(|object| object.key.as_str().to_owned());
        let next_marker = self.last_entry(last_key);
        ObjectPage { objects, common_prefixes: self.common_prefixes, next_marker }
    }

    /// The page of the uploads that were taken.
    pub(crate) fn into_upload_page(self, uploads: Vec<UploadRecord>) -> UploadPage {
        let last_key = uploads.last().map(|upload| upload.key.as_str().to_owned());
        let last_id = uploads.last().map(|upload| upload.upload_id.clone());
        let id = last_id.filter(|_| !self.ends_in_common_prefix);
        let next = self.last_entry(last_key).map(|key| (key, id));
        UploadPage { uploads, common_prefixes: self.common_prefixes, next }
    }

    /// The page of the versions that were taken.
    pub(crate) fn into_version_page(self, versions: Vec<VersionSummary>) -> VersionPage {
        let last_key = versions.last().map(|version| version.key.as_str().to_owned());
        let last_id = versions.last().map(|version| version.version_id.clone());
        let id = last_id.filter(|_| !self.ends_in_common_prefix);
        let next = self.last_entry(last_key).map(|key| (key, id));
        VersionPage { versions, common_prefixes: self.common_prefixes, next }
    }

    /// The last entry of the page, if there are more behind it.
    fn last_entry(&self, last_key: Option<String>) -> Option<String> {
        let last = if self.ends_in_common_prefix { self.common_prefixes.last().cloned() } else { last_key };
        last.filter(|_| self.is_truncated)
    }

    /// Length of the common prefix that hides `key`, if one does.
    fn common_prefix(&self, key: &[u8]) -> Option<usize> {
        if self.delimiter.is_empty() {
            return None;
        }
        let rest = key.strip_prefix(self.prefix.as_slice())?;
        let at = rest.windows(self.delimiter.len()).position(|window| window == self.delimiter)?;
        Some(self.prefix.len() + at + self.delimiter.len())
    }
}

/// The smallest bytes above everything that begins with `prefix`. Text never holds the byte 255, so raising the
/// last byte is enough.
fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut after = prefix.to_vec();
    if let Some(last) = after.last_mut() {
        *last = last.saturating_add(1);
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_prefix_is_sought_past_not_scanned() {
        let mut walk = Walk::new("a/", "/", 10);
        assert_eq!(walk.offer(b"a/b"), Step::Take);
        assert_eq!(walk.offer(b"a/c/1"), Step::Seek(b"a/c0".to_vec()));
        assert_eq!(walk.common_prefixes, ["a/c/"]);
    }

    #[test]
    fn a_marker_inside_a_common_prefix_covers_it() {
        let walk = Walk::new("", "/", 10);
        assert_eq!(walk.start("a/", false), b"a0");
        assert_eq!(walk.start("a/x", false), b"a0");
        assert_eq!(walk.start("a", false), b"a\0");
        assert_eq!(walk.start("", false), b"");
    }

    #[test]
    fn a_page_is_full_only_when_there_is_more() {
        let mut walk = Walk::new("", "", 1);
        assert_eq!(walk.offer(b"a"), Step::Take);
        assert!(!walk.is_truncated);
        assert_eq!(walk.offer(b"b"), Step::Full);
        assert!(walk.is_truncated);
    }
}
