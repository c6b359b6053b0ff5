//! `?lifecycle`: what happens to objects and uploads as they get old.
//!
//! Spec: spec/cos/misc.md, lifecycle.

use jiff::Timestamp;

use super::{Configuration, ConfigurationKind, Unset, is_enabled, malformed, some_of, text};
use crate::attributes::StorageClass;
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::tagging::Tag;
use crate::timestamp;
use crate::xml::Element;

/// Most rules of one bucket.
pub const LIFECYCLE_RULES_MAX: usize = 1000;
const ID_BYTES_MAX: usize = 255;
const DAYS_MAX: u32 = 3650;
const DAY_SECONDS: i64 = 24 * 60 * 60;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "lifecycle",
    "LifecycleConfiguration",
    actions!("BucketLifecycle"),
    Unset::Error(ErrorCode::NoSuchLifecycleConfiguration),
    check,
);

/// The rules of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleConfiguration {
    /// No id is there twice.
    pub rules: Vec<LifecycleRule>,
}

/// What happens to some of the objects of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleRule {
    /// Its name.
    pub id: String,
    /// Whether it is in force.
    pub is_enabled: bool,
    /// Which objects it is for.
    pub filter: LifecycleFilter,
    /// When current objects are deleted.
    pub expiration: Option<Expiration>,
    /// When current objects get another class.
    pub transitions: Vec<Transition>,
    /// Days after which versions that are no longer current are deleted.
    pub noncurrent_expiration_days: Option<u32>,
    /// When versions that are no longer current get another class; always in days.
    pub noncurrent_transitions: Vec<Transition>,
    /// Days after which unfinished uploads are aborted.
    pub abort_upload_days: Option<u32>,
}

/// Which objects a rule is for: those that fit all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LifecycleFilter {
    /// What their keys begin with.
    pub prefix: String,
    /// Tags they have to have.
    pub tags: Vec<Tag>,
}

/// When objects are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiration {
    /// When their time has come.
    At(When),
    /// When they are a delete marker and nothing else is left of the object.
    LoneMarkers,
}

/// When something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// So many days after the object was written.
    Days(u32),
    /// From a moment on, for all objects.
    Date(Timestamp),
}

/// A change of class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// When.
    pub when: When,
    /// Into which.
    pub class: StorageClass,
}

impl When {
    /// Whether the time has come for something written at `since`.
    pub fn is_due(self, since: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::Days(days) => is_past(days, since, now),
            Self::Date(date) => now >= date,
        }
    }
}

/// Whether `since` is so many days ago.
pub(super) fn is_past(days: u32, since: Timestamp, now: Timestamp) -> bool {
    now.as_second() - since.as_second() >= i64::from(days) * DAY_SECONDS
}

impl LifecycleFilter {
    /// Whether an object fits.
    pub fn fits(&self, key: &str, tags: &[(String, String)]) -> bool {
        let has = |tag: &Tag| tags.iter().any(|(key, value)| *key == tag.key && *value == tag.value);
        key.starts_with(&self.prefix) && self.tags.iter().all(has)
    }
}

/// Gives a name to rules that have none.
fn check(root: &mut Element) -> Result<(), ParseError> {
    let mut taken: Vec<String> = root.elements().iter().map(|rule| rule.text_of("ID").to_owned()).collect();
    for (number, rule) in (1..).zip(root.elements_mut()) {
        if rule.optional_text("ID").is_none() {
            let free = |id: &String| !taken.contains(id);
            let id = (number..).map(|number: usize| format!("rule-{number}")).find(free).unwrap_or_default();
            taken.push(id.clone());
            match rule.child_mut("ID") {
                Some(empty) => empty.set_text(id),
                None => rule.push(Element::leaf("ID", id)),
            }
        }
    }
    LifecycleConfiguration::read(root).map(drop)
}

impl Configuration for LifecycleConfiguration {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        let rules = some_of(root, "Rule", LIFECYCLE_RULES_MAX)?;
        let rules: Vec<LifecycleRule> =
            rules.into_iter().map(LifecycleRule::read).collect::<Result<_, _>>()?;
        let mut ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        ids.sort_unstable();
        if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(malformed(format!("ID {:?} is given twice", twice[0])));
        }
        Ok(Self { rules })
    }
}

impl LifecycleRule {
    fn read(rule: &Element) -> Result<Self, ParseError> {
        // A condition that is not understood must not be skipped: the rule would delete more than was meant.
        refuse_others(
            rule,
            &[
                "ID",
                "Prefix",
                "Filter",
                "Status",
                "Expiration",
                "Transition",
                "NoncurrentVersionExpiration",
                "NoncurrentVersionTransition",
                "AbortIncompleteMultipartUpload",
            ],
        )?;
        let id = text(rule, "ID")?.to_owned();
        if id.len() > ID_BYTES_MAX {
            return Err(malformed(format!("ID has {} bytes, at most {ID_BYTES_MAX} are allowed", id.len())));
        }
        let noncurrent = rule.child("NoncurrentVersionExpiration");
        let abort = rule.child("AbortIncompleteMultipartUpload");
        let transitions =
            |name: &'static str| rule.children(name).map(read_transition).collect::<Result<Vec<_>, _>>();
        let read = Self {
            id,
            is_enabled: is_enabled(rule)?,
            filter: LifecycleFilter::read(rule)?,
            expiration: rule.child("Expiration").map(read_expiration).transpose()?,
            transitions: transitions("Transition")?,
            noncurrent_expiration_days: noncurrent
                .map(|child| days(child, "NoncurrentDays", 1))
                .transpose()?,
            noncurrent_transitions: transitions("NoncurrentVersionTransition")?,
            abort_upload_days: abort.map(|child| days(child, "DaysAfterInitiation", 1)).transpose()?,
        };
        read.checked()
    }

    fn checked(self) -> Result<Self, ParseError> {
        let does_nothing = self.expiration.is_none()
            && self.transitions.is_empty()
            && self.noncurrent_expiration_days.is_none()
            && self.noncurrent_transitions.is_empty()
            && self.abort_upload_days.is_none();
        if does_nothing {
            return Err(malformed(format!("rule {:?} has no action", self.id)));
        }
        if self.abort_upload_days.is_some() && !self.filter.tags.is_empty() {
            return Err(malformed(
                "uploads have no tags; AbortIncompleteMultipartUpload needs a Filter without",
            ));
        }
        Ok(self)
    }
}

impl LifecycleFilter {
    /// The filter of a rule, or the bare prefix older clients write instead.
    fn read(rule: &Element) -> Result<Self, ParseError> {
        let (filter, old) = (rule.child("Filter"), rule.child("Prefix"));
        let filter = match (filter, old) {
            (Some(filter), None) => filter,
            (None, Some(prefix)) => return Ok(Self { prefix: prefix.text().to_owned(), tags: Vec::new() }),
            _ => return Err(malformed("a rule needs either Filter or Prefix")),
        };
        refuse_others(filter, &["And", "Prefix", "Tag"])?;
        let inner = match filter.child("And") {
            Some(_) if filter.elements().len() > 1 => return Err(malformed("And stands alone in a Filter")),
            Some(and) => and,
            None if filter.elements().len() > 1 => {
                return Err(malformed("a Filter with several conditions needs And"));
            }
            None => filter,
        };
        refuse_others(inner, &["Prefix", "Tag"])?;
        let tags = inner
            .children("Tag")
            .map(|tag| Ok(Tag { key: text(tag, "Key")?.to_owned(), value: tag.text_of("Value").to_owned() }));
        let tags = tags.collect::<Result<_, ParseError>>()?;
        Ok(Self { prefix: inner.text_of("Prefix").to_owned(), tags })
    }
}

fn read_expiration(element: &Element) -> Result<Expiration, ParseError> {
    match when(element, "Days", 1)? {
        Some(when) => Ok(Expiration::At(when)),
        None if element.flag("ExpiredObjectDeleteMarker") => Ok(Expiration::LoneMarkers),
        None => Err(malformed("Expiration needs Days, Date or ExpiredObjectDeleteMarker")),
    }
}

fn read_transition(element: &Element) -> Result<Transition, ParseError> {
    let unit = if element.name() == "Transition" { "Days" } else { "NoncurrentDays" };
    let when = when(element, unit, 0)?;
    let when = when.ok_or_else(|| malformed(format!("{} needs {unit} or Date", element.name())))?;
    let word = text(element, "StorageClass")?.trim();
    let unknown =
        |_| ParseError::new(ErrorCode::InvalidStorageClass, format!("StorageClass {word:?} is unknown"));
    Ok(Transition { when, class: word.parse().map_err(unknown)? })
}

fn when(element: &Element, unit: &str, days_min: u32) -> Result<Option<When>, ParseError> {
    match (element.child(unit), element.optional_text("Date")) {
        (Some(_), Some(_)) => Err(malformed(format!("{} has both {unit} and Date", element.name()))),
        (Some(_), None) => days(element, unit, days_min).map(|days| Some(When::Days(days))),
        (None, Some(date)) => {
            let date = timestamp::parse_iso(date.trim());
            date.map(|date| Some(When::Date(date))).ok_or_else(|| malformed("Date is no date"))
        }
        (None, None) => Ok(None),
    }
}

fn days(element: &Element, name: &str, min: u32) -> Result<u32, ParseError> {
    let days: u32 = element.required(name)?;
    if !(min..=DAYS_MAX).contains(&days) {
        return Err(malformed(format!("{name} is {days}, it can be {min} to {DAYS_MAX}")));
    }
    Ok(days)
}

fn refuse_others(element: &Element, known: &[&str]) -> Result<(), ParseError> {
    match element.elements().iter().find(|child| !known.contains(&child.name())) {
        Some(child) => Err(malformed(format!("{} inside {} is not known", child.name(), element.name()))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, refusal};
    use super::*;

    fn document(rule: &str) -> String {
        format!("<LifecycleConfiguration><Rule>{rule}</Rule></LifecycleConfiguration>")
    }

    fn rule(body: &str) -> LifecycleRule {
        LifecycleConfiguration::from_kept(&document(body)).unwrap().rules.remove(0)
    }

    const REST: &str = "<Status>Enabled</Status><Expiration><Days>1</Days></Expiration>";

    #[test]
    fn every_form_of_filter_is_read() {
        let filter = |text: &str| rule(&format!("<ID>1</ID>{text}{REST}")).filter;
        let tag = Tag { key: "k".into(), value: "v".into() };
        let tag_xml = "<Tag><Key>k</Key><Value>v</Value></Tag>";
        for (text, prefix, tags) in [
            ("<Filter/>", "", vec![]),
            ("<Prefix>a/</Prefix>", "a/", vec![]),
            ("<Filter><Prefix>a/</Prefix></Filter>", "a/", vec![]),
            (&format!("<Filter>{tag_xml}</Filter>"), "", vec![tag.clone()]),
            (&format!("<Filter><And><Prefix>a</Prefix>{tag_xml}</And></Filter>"), "a", vec![tag]),
        ] {
            assert_eq!(filter(text), LifecycleFilter { prefix: prefix.into(), tags }, "{text}");
        }
        let tags = [("k".to_owned(), "v".to_owned()), ("l".to_owned(), String::new())];
        let both = filter(&format!("<Filter><And><Prefix>a</Prefix>{tag_xml}</And></Filter>"));
        assert!(both.fits("ab", &tags) && !both.fits("b", &tags) && !both.fits("ab", &tags[1..]));
    }

    #[test]
    fn dates_have_zones_and_days_are_counted_in_hours() {
        let dated = rule(
            "<ID>1</ID><Filter/><Status>Disabled</Status><Expiration><Date>2024-05-24T00:00:00+08:00</Date></Expiration>\
             <Transition><Days>0</Days><StorageClass>ARCHIVE</StorageClass></Transition>",
        );
        let date: Timestamp = "2024-05-23T16:00:00Z".parse().unwrap();
        assert_eq!(dated.expiration, Some(Expiration::At(When::Date(date))));
        assert_eq!(dated.transitions, [Transition { when: When::Days(0), class: StorageClass::Archive }]);
        let day = |hours: i64| Timestamp::from_second(date.as_second() + hours * 3600).unwrap();
        assert!(When::Days(1).is_due(date, day(24)) && !When::Days(1).is_due(date, day(23)));
        assert!(When::Date(date).is_due(day(9), date) && !When::Date(date).is_due(date, day(-1)));
    }

    #[test]
    fn rules_without_a_name_get_one() {
        let body = "<LifecycleConfiguration><Rule><Filter/><Status>Enabled</Status><Expiration><Days>1</Days>\
                    </Expiration></Rule><Rule><ID>rule-1</ID><Filter/><Status>Enabled</Status><Expiration><Days>1</Days>\
                    </Expiration></Rule></LifecycleConfiguration>";
        let kept = LifecycleConfiguration::from_kept(&kept(&KIND, body)).unwrap();
        assert_eq!(kept.rules[0].id, "rule-2");
    }

    #[test]
    fn what_could_delete_too_much_is_refused() {
        let one = format!("<ID>1</ID><Filter/>{REST}");
        for body in [
            document(&format!("<ID>1</ID>{REST}")),
            document(&one.replace("<Filter/>", "<Filter><Size>1</Size></Filter>")),
            document(&one.replace("<Filter/>", "<Filter><Prefix>a</Prefix><Tag><Key>k</Key></Tag></Filter>")),
            document(&format!("{one}<Unless/>")),
            document(&one.replace("Enabled", "enabled")),
            document(&one.replace("<Days>1<", "<Days>0<")),
            document(&one.replace("<Days>1<", "<Days>3651<")),
            document(&one.replace("<Days>1</Days>", "")),
            document(&one.replace("<Days>1</Days>", "<Date>soon</Date>")),
            document("<ID>1</ID><Filter/><Status>Enabled</Status>"),
            document(&one.replace("<ID>1", &format!("<ID>{}", "x".repeat(256)))),
            document(&one).replace("</Rule>", &format!("</Rule><Rule>{one}</Rule>")),
            "<LifecycleConfiguration/>".to_owned(),
        ] {
            assert_eq!(refusal(&KIND, &body), ErrorCode::MalformedXML, "{body}");
        }
    }
}
