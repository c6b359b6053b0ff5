//! All plans of one request on one source: one shared decode, results in any order and on any thread.

mod animation;
mod carry_out;
mod cost;
mod encode;
mod pyramid;
mod sequence;
mod view;

pub(crate) use cost::steps as steps_bytes;

use std::{borrow::Cow, sync::OnceLock};

use bytes::Bytes;

use self::{
    pyramid::{OVERSAMPLING, Pyramid},
    view::View,
};
use crate::{
    Cancel, Dimensions, FrameSelection, ImageError, ImageFormat, Plan, Raster, Slimmed, SourceImage, Step,
    codec::{self, DecodeWish},
    metadata::{self, Metadata},
    slim,
};

/// A finished result.
#[derive(Debug, Clone)]
pub struct ProcessedImage {
    /// The whole file.
    pub bytes: Bytes,
    /// Its format; differs from the plan's where the original bytes were kept.
    pub format: ImageFormat,
    /// Its size as stored.
    pub dimensions: Dimensions,
    /// What the answer reports as `Quality`.
    pub quality: u8,
    /// Its frames, 1 for a still picture.
    pub frame_count: u32,
    /// What came of slimming, where that was wished for.
    pub slimmed: Option<Slimmed>,
}

impl ProcessedImage {
    /// The media type of [`Self::bytes`].
    pub fn content_type(&self) -> &'static str {
        self.format.content_type()
    }
}

/// The work of one request: a source and the plans that read it. Shared between threads in an `Arc`.
///
/// A plan reads the shared decode unless it is about an animation: that streams frame by frame, for each plan anew.
#[derive(Debug)]
pub struct Job {
    source: SourceImage,
    plans: Vec<Plan>,
    /// What the shared decode must give; `None` where no plan reads it.
    wish: Option<DecodeWish>,
    /// Whether several plans want less than half of what is decoded.
    halving: bool,
    prepared: OnceLock<Result<Prepared, ImageError>>,
}

/// What all plans read.
#[derive(Debug)]
struct Prepared {
    pyramid: Option<Pyramid>,
    metadata: Metadata,
}

/// From where a plan takes its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// From nowhere: the original bytes are the result.
    Nothing,
    /// From the shared decode of the first frame.
    Shared,
    /// From the frames of an animation.
    Frames,
}

impl Job {
    /// Settles the scale of the shared decode; reads no pixel.
    pub fn new(source: SourceImage, plans: Vec<Plan>) -> Self {
        let size = source.header().dimensions;
        let needs: Vec<(f64, f64)> = plans
            .iter()
            .filter(|plan| reading(&source, plan) == Reading::Shared)
            .map(|plan| needed(&View::leading(size, &plan.steps).0, size))
            .collect();
        let wish =
            needs.iter().copied().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).map(|most| wish(most, size));
        let decoded = wish.map_or(size, |wish| source.codec().decoded_dimensions(source.header(), wish));
        let (half_width, half_height) =
            (f64::from(decoded.width_px) / 2.0, f64::from(decoded.height_px) / 2.0);
        let small = needs.iter().filter(|need| need.0 <= half_width && need.1 <= half_height).count();
        Self { source, plans, wish, halving: small >= 2, prepared: OnceLock::new() }
    }

    /// The plans, in the order of the request.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// Upper estimate of the memory that [`Self::prepare`] and all runs side by side hold at their peak, the source's
    /// own bytes not counted.
    pub fn memory_bytes(&self) -> u64 {
        cost::memory_bytes(self)
    }

    /// Indexes of the plans, the costliest first: the order in which to start them.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.plans.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(cost::time(&self.plans[*index])));
        order
    }

    /// Does the shared decode. [`Self::run`] does it too where this was not called.
    pub fn prepare(&self, cancel: &Cancel) -> Result<(), ImageError> {
        cancel.check()?;
        self.prepared().map(|_| ())
    }

    /// Carries out the plan at `index`, which must be below the number of plans. Several threads may run
    /// different plans at once; each result has the same bytes as in a serial run.
    ///
    /// Errors: a source that is damaged behind its header, a result over its byte limit, an encoder's refusal.
    pub fn run(&self, index: usize, cancel: &Cancel) -> Result<ProcessedImage, ImageError> {
        cancel.check()?;
        let plan = &self.plans[index];
        let reading = reading(&self.source, plan);
        if reading == Reading::Nothing {
            let original = self.original(plan.output.reported_quality);
            return if plan.slim.is_some() { self.settle(repacked(original)?, plan) } else { Ok(original) };
        }
        let prepared = self.prepared()?;
        let result = match &prepared.pyramid {
            Some(pyramid) if reading == Reading::Shared => {
                let picture = carry_out::on_pyramid(pyramid, plan.source, &plan.steps, cancel)?;
                cancel.check()?;
                match &plan.sequence {
                    Some(frames) => sequence::run(&picture, frames, plan, &prepared.metadata, cancel)?,
                    None => encode::still(&picture, plan, &prepared.metadata)?,
                }
            }
            _ => animation::run(&self.source, plan, &prepared.metadata, cancel)?,
        };
        let is_packed = plan.slim.is_none() || result.format != ImageFormat::Png;
        self.settle(if is_packed { result } else { repacked(result)? }, plan)
    }

    /// The picture that the plan at `index` would encode, of a source with one frame.
    pub(crate) fn picture(&self, index: usize, cancel: &Cancel) -> Result<Raster, ImageError> {
        let plan = &self.plans[index];
        let Some(pyramid) = &self.prepared()?.pyramid else {
            return Err(ImageError::Unreadable { reason: "it has more than one frame".to_owned() });
        };
        let picture = carry_out::on_pyramid(pyramid, plan.source, &plan.steps, cancel)?;
        Ok(for_format(&picture, plan).into_owned())
    }

    fn prepared(&self) -> Result<&Prepared, ImageError> {
        self.prepared.get_or_init(|| self.decode()).as_ref().map_err(Clone::clone)
    }

    fn decode(&self) -> Result<Prepared, ImageError> {
        let (header, bytes) = (self.source.header(), self.source.bytes());
        let metadata = metadata::read(header.format, bytes);
        let Some(wish) = self.wish else { return Ok(Prepared { pyramid: None, metadata }) };
        let mut decoded = self.source.codec().decode(bytes, header, wish)?;
        to_srgb(&mut decoded.raster, &metadata);
        Ok(Prepared { pyramid: Some(Pyramid::new(decoded, self.halving)), metadata })
    }

    /// Chooses between the result and the original, and holds the result to its limit.
    fn settle(&self, result: ProcessedImage, plan: &Plan) -> Result<ProcessedImage, ImageError> {
        let only_slims = plan.slim.is_some() && plan.steps.is_empty() && plan.frames == FrameSelection::All;
        let keeps_smaller = plan.output.size_limit.is_some_and(|limit| limit.or_original);
        if (keeps_smaller || only_slims) && result.bytes.len() >= self.source.bytes().len() {
            let quality = self.source.header().quality.unwrap_or(plan.output.reported_quality);
            let slimmed = plan.slim.map(|_| Slimmed::NotSmaller);
            return Ok(ProcessedImage { slimmed, ..self.original(quality) });
        }
        let slimmed = plan.slim.map(|_| Slimmed::Smaller);
        let (size_bytes, max_bytes) = (result.bytes.len() as u64, self.source.result_size_bytes_max());
        if size_bytes > max_bytes {
            return Err(ImageError::TooManyBytes { size_bytes, limit: "result_size_bytes_max", max_bytes });
        }
        Ok(ProcessedImage { slimmed, ..result })
    }

    fn original(&self, quality: u8) -> ProcessedImage {
        let header = self.source.header();
        ProcessedImage {
            bytes: self.source.bytes().clone(),
            format: header.format,
            dimensions: header.dimensions,
            quality,
            frame_count: header.frame_count,
            slimmed: None,
        }
    }
}

/// Carries out steps on a picture that belongs to no source.
pub(crate) fn carried_out<'a>(picture: &'a Raster, steps: &[Step]) -> Result<Cow<'a, Raster>, ImageError> {
    carry_out::on_picture(Cow::Borrowed(picture), steps, &Cancel::new())
}

/// The same picture in a file that is packed better.
fn repacked(image: ProcessedImage) -> Result<ProcessedImage, ImageError> {
    let codec = codec::for_format(image.format);
    let codec = codec.ok_or(ImageError::UnsupportedSource { format: image.format })?;
    let bytes = slim::repack(&codec.probe(&image.bytes)?, &image.bytes)?;
    Ok(ProcessedImage { bytes, ..image })
}

fn reading(source: &SourceImage, plan: &Plan) -> Reading {
    if plan.keeps_bytes {
        return Reading::Nothing;
    }
    let frame_count = source.header().frame_count;
    if frame_count == 1 {
        return Reading::Shared;
    }
    let starts_later = plan.frames.spans(frame_count).first().is_some_and(|span| span.start > 0);
    if plan.output.animated || starts_later { Reading::Frames } else { Reading::Shared }
}

/// How large the whole source must be for a view of it to be sharp.
fn needed(view: &View, size: Dimensions) -> (f64, f64) {
    let (across, down) = view.density();
    let enough = |density: f64, side: u32| (f64::from(side) * density * OVERSAMPLING).min(f64::from(side));
    (enough(across, size.width_px), enough(down, size.height_px))
}

fn wish(needed: (f64, f64), size: Dimensions) -> DecodeWish {
    let wished = Dimensions { width_px: needed.0.ceil() as u32, height_px: needed.1.ceil() as u32 };
    if wished == size { DecodeWish::Full } else { DecodeWish::AtLeast(wished) }
}

fn to_srgb(raster: &mut Raster, metadata: &Metadata) {
    if let Some(profile) = &metadata.icc {
        metadata::icc::to_srgb(raster, profile);
    }
}

/// A picture as its target format can hold it: without alpha where there is none.
fn for_format<'a>(picture: &'a Raster, plan: &Plan) -> Cow<'a, Raster> {
    if plan.output.format.has_alpha() || picture.layout() == crate::Layout::Rgb {
        Cow::Borrowed(picture)
    } else {
        Cow::Owned(crate::kernel::flatten(picture, plan.output.background))
    }
}

#[cfg(test)]
mod tests;
