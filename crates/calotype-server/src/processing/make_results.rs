//! From the bytes of a source and checked rules to finished pictures, all or none.
//!
//! Knows no bucket and no key: where results go is decided by [`super::rules`].

use bytes::Bytes;
use calotype_image::measure;
use calotype_image::rule::Pipeline;
use calotype_image::{
    Cancel, Color, Dimensions, ImageError, ImageFormat, ImageHeader, Job, Plan, ProcessedImage, SourceImage,
};
use calotype_store::Checksums;

use super::Pictures;
use super::failure::Failure;
use super::workers::{Work, WorkError};

/// What one rule asks for.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// A picture made by these steps.
    Picture(Pipeline),
    /// The original bytes: the rule is one that cannot be carried out and says to ignore that.
    Copy,
}

/// Everything made from one source.
#[derive(Debug)]
pub(super) struct Results {
    /// What the source is, if that was asked for.
    pub(super) source: Option<SourceFacts>,
    /// One for each wish, in their order.
    pub(super) made: Vec<Made>,
}

/// What `ImageInfo` tells about a source.
#[derive(Debug, Clone)]
pub(super) struct SourceFacts {
    pub(super) header: ImageHeader,
    pub(super) average: Color,
}

/// A finished result.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) bytes: Bytes,
    /// Taken where the result was made; none for a copy of the source.
    pub(super) checksums: Option<Checksums>,
    /// None for a copy of bytes that are no picture this server can read.
    pub(super) picture: Option<PictureFacts>,
}

/// What a picture is, as `ProcessResults` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PictureFacts {
    pub(super) format: ImageFormat,
    pub(super) dimensions: Dimensions,
    pub(super) quality: u8,
    pub(super) frame_count: u32,
}

impl PictureFacts {
    /// The facts of the source itself. Formats without quality count as 100. Spec: spec/ci/info.md, 4.
    fn of_source(header: &ImageHeader) -> Self {
        Self {
            format: header.format,
            dimensions: header.dimensions,
            quality: header.quality.unwrap_or(100),
            frame_count: header.frame_count,
        }
    }

    fn of_result(image: &ProcessedImage) -> Self {
        Self {
            format: image.format,
            dimensions: image.dimensions,
            quality: image.quality,
            frame_count: image.frame_count,
        }
    }
}

/// Makes a result for each wish; the first that fails ends all, and its number is in the message.
pub(super) async fn make_results(
    pictures: &Pictures,
    source: Bytes,
    wishes: &[Wish],
    wants_facts: bool,
) -> Result<Results, Failure> {
    let image = match SourceImage::probe(source.clone(), &pictures.limits) {
        Ok(image) => image,
        Err(error) => return copies_or_failure(error.into(), &source, wishes, wants_facts),
    };
    let mut slots = Slots::new(&image, wishes.len());
    let plans = slots.plan(&image, wishes, pictures)?;
    let rules: Vec<usize> = plans.iter().map(|(rule, _)| *rule).collect();
    let ignores_error = rules.iter().map(|&rule| ignores_error(&wishes[rule])).collect::<Vec<_>>();
    let work = RequestWork::new(image, plans, ignores_error.clone(), wants_facts);
    if work.parts() == 0 {
        return Ok(slots.into_results(None));
    }
    let order = work.order.clone();
    match pictures.workers.run(work).await {
        Ok(parts) => {
            let average = slots.fill(&rules, parts);
            Ok(slots.into_results(average))
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
            Err(rule.map_or(failure.clone(), |rule| failure.in_rule(rule)))
        }
    }
}

/// The source is no picture we can read: every rule has to say that this does not matter.
fn copies_or_failure(
    failure: Failure,
    source: &Bytes,
    wishes: &[Wish],
    wants_facts: bool,
) -> Result<Results, Failure> {
    if let Some(rule) = wishes.iter().position(|wish| !(failure.ignorable && ignores_error(wish))) {
        return Err(failure.in_rule(rule));
    }
    if wants_facts {
        return Err(failure);
    }
    let copy = Made { bytes: source.clone(), checksums: None, picture: None };
    Ok(Results { source: None, made: vec![copy; wishes.len()] })
}

fn ignores_error(wish: &Wish) -> bool {
    match wish {
        Wish::Picture(pipeline) => pipeline.ignores_error(),
        Wish::Copy => true,
    }
}

/// A place for each result; copies of the source until something better is made.
struct Slots {
    header: ImageHeader,
    made: Vec<Made>,
}

impl Slots {
    fn new(image: &SourceImage, count: usize) -> Self {
        let picture = Some(PictureFacts::of_source(image.header()));
        let copy = Made { bytes: image.bytes().clone(), checksums: None, picture };
        Self { header: image.header().clone(), made: vec![copy; count] }
    }

    /// Settles sizes and limits of every rule; what fails and may fail stays a copy.
    fn plan(
        &mut self,
        image: &SourceImage,
        wishes: &[Wish],
        pictures: &Pictures,
    ) -> Result<Vec<(usize, Plan)>, Failure> {
        let mut plans = Vec::new();
        for (rule, wish) in wishes.iter().enumerate() {
            let Wish::Picture(pipeline) = wish else { continue };
            match Plan::build(pipeline, image.header(), &pictures.limits) {
                Ok(plan) => plans.push((rule, plan)),
                Err(error) => {
                    let failure = Failure::from(error);
                    if !(failure.ignorable && pipeline.ignores_error()) {
                        return Err(failure.in_rule(rule));
                    }
                }
            }
        }
        Ok(plans)
    }

    /// Puts results in their places and returns the average colour, if it was measured.
    fn fill(&mut self, rules: &[usize], parts: Vec<Part>) -> Option<Color> {
        let mut average = None;
        for part in parts {
            match part {
                Part::Picture { plan, image, checksums } => {
                    self.made[rules[plan]] = Made {
                        picture: Some(PictureFacts::of_result(&image)),
                        bytes: image.bytes,
                        checksums: Some(checksums),
                    };
                }
                Part::Copy => {}
                Part::Average(color) => average = Some(color),
            }
        }
        average
    }

    fn into_results(self, average: Option<Color>) -> Results {
        let source = average.map(|average| SourceFacts { header: self.header, average });
        Results { source, made: self.made }
    }
}

/// One request as the pool sees it: the shared decode, then a part for each plan, the costliest first.
struct RequestWork {
    job: Job,
    source: SourceImage,
    /// Plan of each part; the part behind the last one measures the average colour.
    order: Vec<usize>,
    /// By plan.
    ignores_error: Vec<bool>,
    wants_average: bool,
}

enum Part {
    Picture { plan: usize, image: ProcessedImage, checksums: Checksums },
    Copy,
    Average(Color),
}

impl RequestWork {
    fn new(
        source: SourceImage,
        plans: Vec<(usize, Plan)>,
        ignores_error: Vec<bool>,
        wants_average: bool,
    ) -> Self {
        let job = Job::new(source.clone(), plans.into_iter().map(|(_, plan)| plan).collect());
        let order = job.order();
        Self { job, source, order, ignores_error, wants_average }
    }

    fn picture(&self, plan: usize, cancel: &Cancel) -> Result<Part, ImageError> {
        match self.job.run(plan, cancel) {
            // Hashed here, where the bytes are still warm and no request thread waits.
            Ok(image) => Ok(Part::Picture { plan, checksums: Checksums::of(&image.bytes), image }),
            Err(error) if self.ignores_error[plan] && Failure::from(error.clone()).ignorable => Ok(Part::Copy),
            Err(error) => Err(error),
        }
    }
}

impl Work for RequestWork {
    type Output = Part;

    fn memory_bytes(&self) -> u64 {
        self.job.memory_bytes()
    }

    fn parts(&self) -> usize {
        self.order.len() + usize::from(self.wants_average)
    }

    fn prepare(&self, cancel: &Cancel) -> Result<(), ImageError> {
        if self.order.is_empty() { Ok(()) } else { self.job.prepare(cancel) }
    }

    fn run_part(&self, number: usize, cancel: &Cancel) -> Result<Part, ImageError> {
        match self.order.get(number) {
            Some(&plan) => self.picture(plan, cancel),
            None => measure::average_color(&self.source, cancel).map(Part::Average),
        }
    }
}
