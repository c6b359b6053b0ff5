//! The four `If-…` headers, for downloads and for copy sources.
//!
//! Spec: spec/cos/objects.md, GET Object.

use http::HeaderMap;
use jiff::Timestamp;

use crate::names::{ETag, unquoted};
use crate::{header, timestamp};

/// What a client demands of an object before it is sent or copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// One of these tags has to be the object's.
    pub if_match: Option<TagMatch>,
    /// None of these tags may be the object's.
    pub if_none_match: Option<TagMatch>,
    /// The object has to be newer; ignored beside `if_none_match`.
    pub if_modified_since: Option<Timestamp>,
    /// The object must not be newer; ignored beside `if_match`.
    pub if_unmodified_since: Option<Timestamp>,
}

/// What a client demands of the object that a write replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteConditions {
    /// There must be none: `x-cos-forbid-overwrite`.
    pub forbid_overwrite: bool,
    /// One of these tags has to be the object's.
    pub if_match: Option<TagMatch>,
    /// None of these tags may be the object's; with `*` there must be none.
    pub if_none_match: Option<TagMatch>,
}

impl WriteConditions {
    /// Nothing may be overwritten.
    pub fn forbid_overwrite() -> Self {
        Self { forbid_overwrite: true, ..Self::default() }
    }

    /// Reads the headers of a write.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let Conditions { if_match, if_none_match, .. } =
            Conditions::from_headers(headers, &ConditionHeaders::OBJECT);
        let forbid_overwrite = header::flag(headers, "x-cos-forbid-overwrite");
        Self { forbid_overwrite, if_match, if_none_match }
    }

    /// Writes the headers of a write.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let (if_match, if_none_match) = (self.if_match.clone(), self.if_none_match.clone());
        Conditions { if_match, if_none_match, ..Conditions::default() }
            .write(headers, &ConditionHeaders::OBJECT);
        header::set_optional(headers, "x-cos-forbid-overwrite", self.forbid_overwrite.then_some("true"));
    }
}

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagMatch {
    /// `*`: any object.
    Any,
    /// Tags without quotes, as text, because a client may name tags that no object ever had.
    Tags(Vec<String>),
}

/// What follows from conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All hold.
    Proceed,
    /// The client has the object already: 304, or 412 for a copy.
    NotModified,
    /// A demand is not met: 412.
    Failed,
}

impl TagMatch {
    /// Reads `*` or tags separated by commas, with or without quotes and `W/`.
    pub fn parse(text: &str) -> Self {
        if text.trim() == "*" {
            return Self::Any;
        }
        let bare = |tag: &str| {
            let tag = tag.trim();
            unquoted(tag.strip_prefix("W/").unwrap_or(tag)).to_owned()
        };
        Self::Tags(text.split(',').map(bare).collect())
    }

    fn holds(&self, etag: &ETag) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| tag.eq_ignore_ascii_case(etag.as_str())),
        }
    }
}

impl From<ETag> for TagMatch {
    fn from(etag: ETag) -> Self {
        Self::Tags(vec![etag.into()])
    }
}

impl std::fmt::Display for TagMatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Tags(tags) => {
                let quoted: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
                f.write_str(&quoted.join(", "))
            }
        }
    }
}

/// Names of the four headers.
pub(crate) struct ConditionHeaders {
    if_match: &'static str,
    if_none_match: &'static str,
    if_modified_since: &'static str,
    if_unmodified_since: &'static str,
}

impl ConditionHeaders {
    /// Demands on the object a request is about.
    pub(crate) const OBJECT: Self = Self {
        if_match: "if-match",
        if_none_match: "if-none-match",
        if_modified_since: "if-modified-since",
        if_unmodified_since: "if-unmodified-since",
    };

    /// Demands on the source of a copy.
    pub(crate) const COPY_SOURCE: Self = Self {
        if_match: "x-cos-copy-source-if-match",
        if_none_match: "x-cos-copy-source-if-none-match",
        if_modified_since: "x-cos-copy-source-if-modified-since",
        if_unmodified_since: "x-cos-copy-source-if-unmodified-since",
    };
}

impl Conditions {
    /// Reads the headers of these names. Unreadable dates are ignored.
    pub(crate) fn from_headers(headers: &HeaderMap, names: &ConditionHeaders) -> Self {
        let text = |name| std::str::from_utf8(header::value(headers, name)?.as_bytes()).ok();
        Self {
            if_match: text(names.if_match).map(TagMatch::parse),
            if_none_match: text(names.if_none_match).map(TagMatch::parse),
            if_modified_since: text(names.if_modified_since).and_then(timestamp::parse_http_date),
            if_unmodified_since: text(names.if_unmodified_since).and_then(timestamp::parse_http_date),
        }
    }

    /// Writes the headers of these names.
    pub(crate) fn write(&self, headers: &mut HeaderMap, names: &ConditionHeaders) {
        header::set_optional(headers, names.if_match, self.if_match.as_ref());
        header::set_optional(headers, names.if_none_match, self.if_none_match.as_ref());
        let modified = self.if_modified_since.map(timestamp::http_date);
        header::set_optional(headers, names.if_modified_since, modified);
        let unmodified = self.if_unmodified_since.map(timestamp::http_date);
        header::set_optional(headers, names.if_unmodified_since, unmodified);
    }

    /// Weighs the conditions against an object. Demands win over "not modified".
    pub fn evaluate(&self, etag: &ETag, last_modified: Timestamp) -> Verdict {
        let modified = last_modified.as_second();
        let demand_holds = match (&self.if_match, self.if_unmodified_since) {
            (Some(tags), _) => tags.holds(etag),
            (None, Some(moment)) => modified <= moment.as_second(),
            (None, None) => true,
        };
        if !demand_holds {
            return Verdict::Failed;
        }
        let is_known = match (&self.if_none_match, self.if_modified_since) {
            (Some(tags), _) => tags.holds(etag),
            (None, Some(moment)) => modified <= moment.as_second(),
            (None, None) => false,
        };
        if is_known { Verdict::NotModified } else { Verdict::Proceed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn verdict(headers: &[(&'static str, &str)]) -> Verdict {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let conditions = Conditions::from_headers(&map, &ConditionHeaders::OBJECT);
        let mut written = HeaderMap::new();
        conditions.write(&mut written, &ConditionHeaders::COPY_SOURCE);
        assert_eq!(Conditions::from_headers(&written, &ConditionHeaders::COPY_SOURCE), conditions);
        let modified = timestamp::parse_http_date("Fri, 24 May 2024 11:49:50 GMT").unwrap();
        conditions.evaluate(&ETag::from_md5([0xaa; 16]), modified)
    }

    const SAME: &str = "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"";
    const OTHER: &str = "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"";
    const MOMENT: &str = "Fri, 24 May 2024 11:49:50 GMT";
    const EARLIER: &str = "Fri, 24 May 2024 11:49:49 GMT";

    #[test]
    fn tags_match_with_and_without_quotes_in_lists_and_by_star() {
        for tag in [SAME, SAME.trim_matches('"'), "*", &format!("{OTHER}, {SAME}"), &format!("W/{SAME}")] {
            assert_eq!(verdict(&[("if-match", tag)]), Verdict::Proceed, "{tag}");
            assert_eq!(verdict(&[("if-none-match", tag)]), Verdict::NotModified, "{tag}");
        }
        assert_eq!(verdict(&[("if-match", OTHER)]), Verdict::Failed);
        assert_eq!(verdict(&[("if-none-match", OTHER)]), Verdict::Proceed);
        assert_eq!(verdict(&[("if-match", "")]), Verdict::Proceed);
    }

    #[test]
    fn dates_compare_by_the_second_and_bad_ones_are_ignored() {
        assert_eq!(verdict(&[("if-modified-since", MOMENT)]), Verdict::NotModified);
        assert_eq!(verdict(&[("if-modified-since", EARLIER)]), Verdict::Proceed);
        assert_eq!(verdict(&[("if-unmodified-since", MOMENT)]), Verdict::Proceed);
        assert_eq!(verdict(&[("if-unmodified-since", EARLIER)]), Verdict::Failed);
        assert_eq!(verdict(&[("if-unmodified-since", "soon")]), Verdict::Proceed);
    }

    #[test]
    fn tags_beat_dates_and_demands_beat_freshness() {
        assert_eq!(verdict(&[("if-none-match", OTHER), ("if-modified-since", MOMENT)]), Verdict::Proceed);
        assert_eq!(verdict(&[("if-match", SAME), ("if-unmodified-since", EARLIER)]), Verdict::Proceed);
        assert_eq!(verdict(&[("if-match", OTHER), ("if-none-match", SAME)]), Verdict::Failed);
    }
}
