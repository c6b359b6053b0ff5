//! From the bytes of a source and checked rules to finished pictures, all or none.
//!
//! Knows no bucket and no key: where results go is decided by [`super::rules`].

use bytes::Bytes;
use calotype_image::measure::ImageInfo;
use calotype_image::rule::Pipeline;
use calotype_image::{
    Assets, Cancel, Dimensions, ImageError, ImageFormat, ImageHeader, Job, Plan, ProcessedImage, Slimmed,
    SourceImage,
};
use calotype_store::ReceivedBody;

use super::Pictures;
use super::failure::Failure;
use super::inspect::measuring_bytes;
use super::workers::{Work, WorkError};

/// What one rule asks for.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// A picture made by these steps.
    Picture(Pipeline),
    /// The original bytes: the rule is one that cannot be carried out and says to ignore that.
    Copy,
}

impl Wish {
    /// Takes the pictures its rule refers to.
    pub(super) fn with_assets(self, assets: &Assets) -> Self {
        match self {
            Self::Picture(pipeline) => Self::Picture(pipeline.with_assets(assets.clone())),
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
}

/// A finished result.
#[derive(Debug, Clone)]
pub(super) enum Made {
    /// A new picture, hashed where it was made.
    Picture { body: ReceivedBody, facts: PictureFacts },
    /// The bytes of the source. Without facts they are no picture this server can read.
    Copy { facts: Option<PictureFacts> },
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
    let mut slots = Slots::new(&image, wishes.len());
    let plans = slots.plan(&image, wishes, pictures)?;
    let rules: Vec<usize> = plans.iter().map(|(rule, _)| *rule).collect();
    let ignores_error = rules.iter().map(|&rule| ignores_error(&wishes[rule])).collect::<Vec<_>>();
    let facts_bytes = match wants_facts {
        true => Some(measuring_bytes(&image, &pictures.limits)?),
        false => None,
    };
    let work = RequestWork::new(image, plans, ignores_error.clone(), facts_bytes);
    if work.parts() == 0 {
        return Ok(slots.into_results(None));
    }
    let order = work.order.clone();
    match pictures.workers.run(work).await {
        Ok(parts) => {
            let source = slots.fill(&rules, parts);
            Ok(slots.into_results(source))
        }
        Err(error) => {
            let rule = match &error {
                WorkError::Part { number, .. } => order.get(*number).map(|&plan| rules[plan]),
                _ => rules.iter().zip(&ignores_error).find(|(_, ignores)| !**ignores).map(|(rule, _)| *rule),
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
    Ok(Results { source: None, made: vec![Made::Copy { facts: None }; wishes.len()] })
}

fn ignores_error(wish: &Wish) -> bool {
    match wish {
        Wish::Picture(pipeline) => pipeline.ignores_error(),
        Wish::Copy => true,
    }
}

/// A place for each result; copies of the source until something better is made.
struct Slots(Vec<Made>);

impl Slots {
    fn new(image: &SourceImage, count: usize) -> Self {
        let copy = Made::Copy { facts: Some(PictureFacts::of_source(image.header())) };
        Self(vec![copy; count])
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
    fn fill(&mut self, rules: &[usize], parts: Vec<Part>) -> Option<ImageInfo> {
        let mut source = None;
        for part in parts {
            match part {
                Part::Picture { plan, body, facts } => {
                    self.0[rules[plan]] = Made::Picture { body, facts };
                }
                Part::Copy => {}
                Part::Facts(facts) => source = Some(facts),
            }
        }
        source
    }

    fn into_results(self, source: Option<ImageInfo>) -> Results {
        Results { source, made: self.0 }
    }
}

/// One request as the pool sees it: the shared decode, then a part for each plan, the costliest first.
struct RequestWork {
    job: Job,
    source: SourceImage,
    /// Plan of each part; the part behind the last one describes the source.
    order: Vec<usize>,
    /// By plan.
    ignores_error: Vec<bool>,
    /// Memory for describing the source, if that was asked for.
    facts_bytes: Option<u64>,
}

enum Part {
    Picture { plan: usize, body: ReceivedBody, facts: PictureFacts },
    Copy,
    Facts(ImageInfo),
}

impl RequestWork {
    fn new(
        source: SourceImage,
        plans: Vec<(usize, Plan)>,
        ignores_error: Vec<bool>,
        facts_bytes: Option<u64>,
    ) -> Self {
        let job = Job::new(source.clone(), plans.into_iter().map(|(_, plan)| plan).collect());
        let order = job.order();
        Self { job, source, order, ignores_error, facts_bytes }
    }

    fn picture(&self, plan: usize, cancel: &Cancel) -> Result<Part, ImageError> {
        match self.job.run(plan, cancel) {
            // Hashed here, where the bytes are still warm and no request thread waits.
            Ok(image) => {
                let facts = PictureFacts::of_result(&image);
                Ok(Part::Picture { plan, body: ReceivedBody::from(image.bytes), facts })
            }
            Err(error) if self.ignores_error[plan] && Failure::from(error.clone()).ignorable => {
                Ok(Part::Copy)
            }
            Err(error) => Err(error),
        }
    }
}

impl Work for RequestWork {
    type Output = Part;

    fn memory_bytes(&self) -> u64 {
        self.job.memory_bytes() + self.facts_bytes.unwrap_or(0)
    }

    fn parts(&self) -> usize {
        self.order.len() + usize::from(self.facts_bytes.is_some())
    }

    fn prepare(&self, cancel: &Cancel) -> Result<(), ImageError> {
        if self.order.is_empty() { Ok(()) } else { self.job.prepare(cancel) }
    }

    fn run_part(&self, number: usize, cancel: &Cancel) -> Result<Part, ImageError> {
        match self.order.get(number) {
            Some(&plan) => self.picture(plan, cancel),
            None => ImageInfo::of(&self.source).map(Part::Facts),
        }
    }
}
