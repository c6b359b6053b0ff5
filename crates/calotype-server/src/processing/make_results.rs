//! From the bytes of a source and checked rules to finished pictures, all or none.
//!
//! Knows no bucket and no key: where results go is decided by [`super::rules`].

use bytes::Bytes;
use calotype_image::measure::ImageInfo;
use calotype_image::rule::{Pipeline, Search};
use calotype_image::{
    Assets, Cancel, Dimensions, Found, ImageError, ImageFormat, ImageHeader, Job, Plan, ProcessedImage,
    SearchJob, Slimmed, SourceImage,
};
use calotype_store::ReceivedBody;

use super::Pictures;
use super::faces::with_faces;
use super::failure::Failure;
use super::inspect::measuring_bytes;
use super::workers::{Work, WorkError};

/// What one rule asks for.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// A picture made by these steps.
    Picture(Pipeline),
    /// What there is to be found, and perhaps a picture of it; with the pictures the rule refers to.
    Search(Search, Assets),
    /// The original bytes: the rule is one that cannot be carried out and says to ignore that.
    Copy,
}

impl Wish {
    /// Takes the pictures its rule refers to.
    pub(super) fn with_assets(self, assets: &Assets) -> Self {
        match self {
            Self::Picture(pipeline) => Self::Picture(pipeline.with_assets(assets.clone())),
            Self::Search(search, _) => Self::Search(search, assets.clone()),
            Self::Copy => Self::Copy,
        }
    }
}

/// Everything made from one source.
#[derive(Debug)]
pub(super) struct Results {
    /// What the source is, if that was asked for.
    pub(super) source: Option<ImageInfo>,
    /// One for each wish, in their order.
    pub(super) made: Vec<Made>,
    /// What searches found, in the same order.
    pub(super) found: Vec<Option<Found>>,
}

/// A finished result.
#[derive(Debug, Clone)]
pub(super) enum Made {
    /// A new picture, hashed where it was made.
    Picture { body: ReceivedBody, facts: PictureFacts },
    /// The bytes of the source. Without facts they are no picture this server can read.
    Copy { facts: Option<PictureFacts> },
}

impl Made {
    /// Hashes the file; called where it was made, while its bytes are still warm and no request thread waits.
    fn new(image: ProcessedImage) -> Self {
        let facts = PictureFacts::of_result(&image);
        Self::Picture { body: ReceivedBody::from(image.bytes), facts }
    }
}

/// Why there are no results.
#[derive(Debug)]
pub(super) struct RuleFailure {
    /// Which wish failed; none where the source itself is at fault.
    pub(super) rule: Option<usize>,
    pub(super) failure: Failure,
}

/// The source itself is at fault.
impl From<Failure> for RuleFailure {
    fn from(failure: Failure) -> Self {
        Self { rule: None, failure }
    }
}

impl From<RuleFailure> for Failure {
    /// For several rules: the message tells which.
    fn from(failed: RuleFailure) -> Self {
        match failed.rule {
            Some(rule) => failed.failure.in_rule(rule),
            None => failed.failure,
        }
    }
}

/// What a picture is, as `ProcessResults` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PictureFacts {
    pub(super) format: ImageFormat,
    pub(super) dimensions: Dimensions,
    pub(super) quality: u8,
    pub(super) frame_count: u32,
    /// What came of slimming, where that was wished for.
    pub(super) slimmed: Option<Slimmed>,
}

impl PictureFacts {
    /// The facts of the source itself. Formats without quality count as 100. Spec: spec/ci/info.md, 4.
    fn of_source(header: &ImageHeader) -> Self {
        Self {
            format: header.format,
            dimensions: header.dimensions,
            quality: header.quality.unwrap_or(100),
            frame_count: header.frame_count,
            slimmed: None,
        }
    }

    fn of_result(image: &ProcessedImage) -> Self {
        Self {
            format: image.format,
            dimensions: image.dimensions,
            quality: image.quality,
            frame_count: image.frame_count,
            slimmed: image.slimmed,
        }
    }
}

/// Makes a result for each wish; the first that fails ends all.
pub(super) async fn make_results(
    pictures: &Pictures,
    source: Bytes,
    wishes: &[Wish],
    wants_facts: bool,
) -> Result<Results, RuleFailure> {
    let image = match SourceImage::probe(source, &pictures.limits) {
        Ok(image) => image,
        Err(error) => return copies_or_failure(error.into(), wishes, wants_facts),
    };
    let wishes = &match with_faces(pictures, &image, wishes).await {
        Ok(wishes) => wishes,
        Err(failure) => return copies_or_failure(failure, wishes, wants_facts),
    };
    let mut slots = Slots::new(&image, wishes.len());
    let searches = searches(&image, wishes, pictures)?;
    let plans = slots.plan(&image, wishes, pictures)?;
    let facts_bytes = match wants_facts {
        true => Some(measuring_bytes(&image, &pictures.limits)?),
        false => None,
    };
    let work = RequestWork::new(image, plans, searches, wishes, facts_bytes);
    if work.parts() == 0 {
        return Ok(slots.into_results(None));
    }
    let rules = work.rules();
    match pictures.workers.run(work).await {
        Ok(parts) => {
            let source = slots.fill(parts);
            Ok(slots.into_results(source))
        }
        Err(error) => {
            let rule = match &error {
                WorkError::Part { number, .. } => rules.get(*number).copied(),
                _ => rules.iter().copied().filter(|&rule| !ignores_error(&wishes[rule])).min(),
            };
            let failure = Failure::from(error);
            if failure.ignorable && rule.is_none() && !wants_facts {
                return Ok(slots.into_results(None));
            }
            Err(RuleFailure { rule, failure })
        }
    }
}

/// The source is no picture we can read: every rule has to say that this does not matter.
fn copies_or_failure(failure: Failure, wishes: &[Wish], wants_facts: bool) -> Result<Results, RuleFailure> {
    let rule = wishes.iter().position(|wish| !(failure.ignorable && ignores_error(wish)));
    if rule.is_some() || wants_facts {
        return Err(RuleFailure { rule, failure });
    }
    let copies =
        Slots { made: vec![Made::Copy { facts: None }; wishes.len()], found: vec![None; wishes.len()] };
    Ok(copies.into_results(None))
}

fn ignores_error(wish: &Wish) -> bool {
    match wish {
        Wish::Picture(pipeline) => pipeline.ignores_error(),
        Wish::Search(..) => false,
        Wish::Copy => true,
    }
}

/// Settles limits of every rule that looks for something.
fn searches(
    image: &SourceImage,
    wishes: &[Wish],
    pictures: &Pictures,
) -> Result<Vec<(usize, SearchJob)>, RuleFailure> {
    let mut searches = Vec::new();
    for (rule, wish) in wishes.iter().enumerate() {
        let Wish::Search(search, assets) = wish else { continue };
        match SearchJob::new(image.clone(), search.clone(), assets, &pictures.limits) {
            Ok(job) => searches.push((rule, job)),
            Err(error) => return Err(RuleFailure { rule: Some(rule), failure: error.into() }),
        }
    }
    Ok(searches)
}

/// A place for each result; copies of the source until something better is made.
struct Slots {
    made: Vec<Made>,
    found: Vec<Option<Found>>,
}

impl Slots {
    fn new(image: &SourceImage, count: usize) -> Self {
        let copy = Made::Copy { facts: Some(PictureFacts::of_source(image.header())) };
        Self { made: vec![copy; count], found: vec![None; count] }
    }

    /// Settles sizes and limits of every rule; what fails and may fail stays a copy.
    fn plan(
        &mut self,
        image: &SourceImage,
        wishes: &[Wish],
        pictures: &Pictures,
    ) -> Result<Vec<(usize, Plan)>, RuleFailure> {
        let mut plans = Vec::new();
        for (rule, wish) in wishes.iter().enumerate() {
            let Wish::Picture(pipeline) = wish else { continue };
            match Plan::build(pipeline, image.header(), image.bytes().len() as u64, &pictures.limits) {
                Ok(plan) => plans.push((rule, plan)),
                Err(error) => {
                    let failure = Failure::from(error);
                    if !(failure.ignorable && pipeline.ignores_error()) {
                        return Err(RuleFailure { rule: Some(rule), failure });
                    }
                }
            }
        }
        Ok(plans)
    }

    /// Puts results in their places and returns the facts about the source, if they were asked for.
    fn fill(&mut self, parts: Vec<Part>) -> Option<ImageInfo> {
        let mut source = None;
        for part in parts {
            match part {
                Part::Result { rule, made, found } => {
                    if let Some(made) = made {
                        self.made[rule] = made;
                    }
                    self.found[rule] = found;
                }
                Part::Facts(facts) => source = Some(facts),
            }
        }
        source
    }

    fn into_results(self, source: Option<ImageInfo>) -> Results {
        Results { source, made: self.made, found: self.found }
    }
}

/// One request as the pool sees it: the shared decode, then a part for each plan, the costliest first, then one for each
/// search.
struct RequestWork {
    job: Job,
    source: SourceImage,
    /// Plan of each part, with its rule and whether that says to ignore errors.
    plans: Vec<PlannedPart>,
    /// Rule and work of the parts behind the plans; the part behind the last one describes the source.
    searches: Vec<(usize, SearchJob)>,
    /// Memory for describing the source, if that was asked for.
    facts_bytes: Option<u64>,
}

#[derive(Clone, Copy)]
struct PlannedPart {
    plan: usize,
    rule: usize,
    ignores_error: bool,
}

enum Part {
    /// What came of a rule. Nothing made leaves it a copy of the source.
    Result {
        rule: usize,
        made: Option<Made>,
        found: Option<Found>,
    },
    Facts(ImageInfo),
}

impl RequestWork {
    fn new(
        source: SourceImage,
        plans: Vec<(usize, Plan)>,
        searches: Vec<(usize, SearchJob)>,
        wishes: &[Wish],
        facts_bytes: Option<u64>,
    ) -> Self {
        let (rules, plans): (Vec<usize>, Vec<Plan>) = plans.into_iter().unzip();
        let job = Job::new(source.clone(), plans);
        let part = |plan: usize| {
            let rule = rules[plan];
            PlannedPart { plan, rule, ignores_error: ignores_error(&wishes[rule]) }
        };
        let plans = job.order().into_iter().map(part).collect();
        Self { job, source, plans, searches, facts_bytes }
    }

    /// The rule of each part but the one that describes the source.
    fn rules(&self) -> Vec<usize> {
        let planned = self.plans.iter().map(|part| part.rule);
        planned.chain(self.searches.iter().map(|(rule, _)| *rule)).collect()
    }

    fn picture(&self, part: PlannedPart, cancel: &Cancel) -> Result<Part, ImageError> {
        let made = match self.job.run(part.plan, cancel) {
            Ok(image) => Some(Made::new(image)),
            Err(error) if part.ignores_error && Failure::from(error.clone()).ignorable => None,
            Err(error) => return Err(error),
        };
        Ok(Part::Result { rule: part.rule, made, found: None })
    }
}

impl Work for RequestWork {
    type Output = Part;

    fn memory_bytes(&self) -> u64 {
        let searches: u64 = self.searches.iter().map(|(_, search)| search.memory_bytes()).sum();
        self.job.memory_bytes() + searches + self.facts_bytes.unwrap_or(0)
    }

    fn parts(&self) -> usize {
        self.plans.len() + self.searches.len() + usize::from(self.facts_bytes.is_some())
    }

    fn prepare(&self, cancel: &Cancel) -> Result<(), ImageError> {
        if self.plans.is_empty() { Ok(()) } else { self.job.prepare(cancel) }
    }

    fn run_part(&self, number: usize, cancel: &Cancel) -> Result<Part, ImageError> {
        if let Some(part) = self.plans.get(number) {
            return self.picture(*part, cancel);
        }
        match self.searches.get(number - self.plans.len()) {
            Some((rule, search)) => {
                let result = search.run(cancel)?;
                let made = result.picture.map(Made::new);
                Ok(Part::Result { rule: *rule, made, found: Some(result.found) })
            }
            None => ImageInfo::of(&self.source).map(Part::Facts),
        }
    }
}
