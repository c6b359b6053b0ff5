//! Finished results on their way into the store, and what the answer tells of them once they are there.
//!
//! Spec: spec/ci/persistent.md, 4 and 5.

use calotype_image::Found;
use calotype_protocol::address::Target;
use calotype_protocol::pic_operations::{ProcessResult, ProcessResults, QrCodeInfo, StoredPicture};
use calotype_store::{NewObject, ObjectAttributes, Precondition, ReceivedBody, StoredObject};

use super::make_results::{Made, PictureFacts, Results, Wish};
use super::rules::CheckedRules;

/// Objects to store, and what is to be told.
#[derive(Default)]
pub(super) struct NewResults {
    /// In rule order, without the rules that store nothing.
    pub(super) objects: Vec<NewObject>,
    /// Of every rule.
    pub(super) told: Told,
}

/// What the answer tells of each rule besides what the store says.
#[derive(Default)]
pub(super) struct Told(Vec<ToldOfRule>);

struct ToldOfRule {
    is_stored: bool,
    facts: Option<PictureFacts>,
    /// Names and values of the label for generated content.
    label: Vec<(String, String)>,
    found: Option<Found>,
}

impl NewResults {
    /// Gives each result its destination.
    ///
    /// - `copy`: the source, for rules that keep it as it is.
    /// - `original_type`: for copies of a source whose format is not known.
    pub(super) fn new(
        checked: &CheckedRules,
        results: Results,
        copy: &dyn Fn() -> ReceivedBody,
        original_type: Option<&str>,
    ) -> Self {
        let mut new = Self::default();
        let made = results.made.into_iter().zip(results.found);
        let rules = checked.destinations.iter().zip(&checked.wishes);
        for ((destination, wish), (made, found)) in rules.zip(made) {
            let (body, facts, label) = match made {
                Made::Picture { body, facts } => (Some(body), Some(facts), label(wish)),
                Made::Copy { facts } => (None, facts, Vec::new()),
            };
            let content_type = facts.map(|facts| facts.format.content_type()).or(original_type);
            if let Some(destination) = destination {
                new.objects.push(NewObject {
                    bucket: destination.bucket.clone(),
                    key: destination.key.clone(),
                    // Neither metadata nor access list of the original: results follow their bucket.
                    attributes: ObjectAttributes {
                        content_type: content_type.map(str::to_owned),
                        ..ObjectAttributes::default()
                    },
                    body: body.unwrap_or_else(copy),
                    only_if: Precondition::default(),
                });
            }
            new.told.0.push(ToldOfRule { is_stored: destination.is_some(), facts, label, found });
        }
        new
    }
}

impl Told {
    /// The part of the answer that tells of the rules.
    ///
    /// - `stored`: the objects as they are stored, in rule order.
    pub(super) fn results(self, target: &Target, stored: &[StoredObject]) -> ProcessResults {
        let mut results = ProcessResults::default();
        let mut stored = stored.iter();
        for told in self.0 {
            let object = if told.is_stored { stored.next() } else { None };
            let picture = object.map(|object| stored_picture(target, object, told.facts));
            let mut result = ProcessResult { picture, aigc_metadata: told.label, ..ProcessResult::default() };
            match told.found {
                Some(Found::Codes(codes)) => {
                    result.code_status = Some(u8::from(!codes.is_empty()));
                    result.qr_codes = codes.into_iter().map(code_info).collect();
                }
                Some(Found::Mark(status)) => result.watermark_status = Some(status),
                Some(Found::Text { text, version }) => {
                    // Only version 3.0 tells it apart from an empty text.
                    let status = u8::from(text.is_some()).to_string();
                    results.watermark_status_code = Some(status).filter(|_| version == Some(3));
                    results.text = Some(text.unwrap_or_default());
                    if !told.is_stored {
                        continue;
                    }
                }
                None => {}
            }
            results.objects.push(result);
        }
        results
    }
}

fn stored_picture(target: &Target, object: &StoredObject, facts: Option<PictureFacts>) -> StoredPicture {
    StoredPicture {
        key: object.key.clone(),
        location: target.location(&object.bucket, &object.key),
        format: facts.map_or_else(String::new, |facts| facts.format.name().to_owned()),
        width_px: facts.map_or(0, |facts| facts.dimensions.width_px),
        height_px: facts.map_or(0, |facts| facts.dimensions.height_px),
        size_bytes: object.size_bytes,
        quality: facts.map(|facts| facts.quality),
        etag: object.etag.to_string(),
        frame_count: facts.map(|facts| facts.frame_count),
        md5: Some(object.etag.to_string()).filter(|_| object.etag.part_count().is_none()),
    }
}

/// The label that a wish puts on its picture, whole. Source: spec/ci/persistent.md, 5.2.
fn label(wish: &Wish) -> Vec<(String, String)> {
    const ORDER: [&str; 7] = [
        "Label",
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ReservedCode2",
        "PropagateID",
        "ContentPropagator",
    ];
    let Wish::Picture(pipeline) = wish else { return Vec::new() };
    let label = pipeline.label();
    label.map_or_else(Vec::new, |label| {
        ORDER.map(|name| (name.to_owned(), label.value(name).to_owned())).into()
    })
}

/// A code as documents describe it.
pub(super) fn code_info(code: calotype_image::FoundCode) -> QrCodeInfo {
    let points = code.corners.iter().map(|(x, y)| format!("{x},{y}")).collect();
    QrCodeInfo { text: code.text, points }
}
