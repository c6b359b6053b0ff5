//! What will be done with one picture, decided before a pixel is read.

mod checks;
mod follow;
mod frames;
mod planner;
mod quality;
#[cfg(test)]
mod tests;
mod wishes;

pub use frames::FrameSelection;
pub use planner::Planner;
pub use quality::QualityWish;
pub use wishes::Target;
pub(crate) use wishes::Wishes;

use std::sync::Arc;

use crate::{
    AssetReference, Assets, Dimensions, ImageError, ImageFormat, ImageHeader, Limits, Orientation,
    OutputSettings, PixelOperation, SlimMethod, Step, assets::Asset, metadata, rule::Pipeline, slim,
};

/// One rule made ready for one picture: defaults settled, sizes known, limits passed.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Size of the source, as stored.
    pub source: Dimensions,
    /// Frames that take part.
    pub frames: FrameSelection,
    /// Steps in order, for every frame alike.
    pub steps: Vec<Step>,
    /// How the result is written.
    pub output: OutputSettings,
    /// Size of the result.
    pub result: Dimensions,
    /// Frames of the result.
    pub result_frames: u32,
    /// Nothing would change, so the original bytes may be returned.
    pub keeps_bytes: bool,
    /// How the result is slimmed, where that is wished for.
    pub slim: Option<SlimMethod>,
    /// Further pictures that follow as frames.
    pub(crate) sequence: Option<Sequence>,
}

/// Pictures that follow the source as frames of one animation.
#[derive(Debug, Clone)]
pub(crate) struct Sequence {
    /// The pictures, by their names.
    pub(crate) frames: Arc<[(AssetReference, Arc<Asset>)]>,
    /// How long each frame is shown.
    pub(crate) duration_ms: u32,
}

impl Plan {
    /// Settles what a pipeline means for one picture.
    ///
    /// - `pipeline`: with the pictures it refers to, see [`Pipeline::with_assets`].
    /// - `source_size_bytes`: length of the whole file.
    /// - Errors: a limit that source or result exceed, or a value or asset that does not fit this picture.
    /// - Reads no pixel and asks for no memory in proportion to the picture.
    pub fn build(
        pipeline: &Pipeline,
        header: &ImageHeader,
        source_size_bytes: u64,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
        let frames = if pipeline.selects_one_frame() { 1 } else { header.frame_count };
        checks::source(header, source_size_bytes, frames, limits)?;
        let mut planner = Planner::new(header, limits, pipeline.given(), pipeline.faces());
        let stages = pipeline.stages();
        for (index, stage) in stages.iter().enumerate() {
            planner.run(stage, index + 1 == stages.len())?;
        }
        planner.finish(header, source_size_bytes)
    }

    /// Keeps everything as it is, within the limits. Errors as for [`Plan::build`].
    pub(crate) fn unchanged(
        header: &ImageHeader,
        source_size_bytes: u64,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
        #[derive(Debug)]
        struct Nothing;

        impl PixelOperation for Nothing {
            fn apply(&self, _frame: &mut crate::Raster) -> Result<(), ImageError> {
                Ok(())
            }
        }
        Self::in_place(Arc::new(Nothing), header, source_size_bytes, limits)
    }

    /// Changes pixels of the first frame, or of each, and keeps everything else. Errors as for [`Plan::build`].
    pub(crate) fn in_place(
        operation: Arc<dyn PixelOperation>,
        header: &ImageHeader,
        source_size_bytes: u64,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
        checks::source(header, source_size_bytes, header.frame_count, limits)?;
        let nothing = Assets::default();
        let mut planner = Planner::new(header, limits, &nothing, None);
        planner.apply(operation);
        planner.finish(header, source_size_bytes)
    }
}

impl Planner<'_> {
    /// Settles how the result is written.
    fn finish(mut self, header: &ImageHeader, source_size_bytes: u64) -> Result<Plan, ImageError> {
        let wishes = self.wishes;
        let otherwise = if self.sequence.is_some() { ImageFormat::Gif } else { header.format };
        let target = wishes.target.unwrap_or_else(|| Target::like(otherwise));
        if self.sequence.is_some() && target.format != ImageFormat::Gif {
            let message = format!("the result is a gif, not a {}", target.format);
            return Err(ImageError::InvalidForImage { operation: "animate", message });
        }
        self.check_drawing(header, target.format)?;
        if !crate::ops::is_built_in(target.format) {
            return Err(ImageError::NotOffered { feature: format!("format/{}", target.format) });
        }
        if !target.format.can_animate() {
            self.keep_one_frame(0);
        }
        checks::result_format(target.format, self.size, self.limits())?;
        if self.label.is_some() && !metadata::is_label_carried_by(target.format) {
            let message = format!("{} files have no place for a label", target.format);
            return Err(ImageError::InvalidForImage { operation: "AIGCMetadata", message });
        }
        let is_jpeg = target.format == ImageFormat::Jpeg;
        let quality = quality::to_encode(wishes.quality, header, target.format);
        let source_quality = quality::of_source(header);
        let output = OutputSettings {
            format: target.format,
            quality,
            reported_quality: if target.format.has_quality() { quality } else { source_quality },
            progressive: is_jpeg && wishes.progressive.unwrap_or(false),
            optimize: target.optimize,
            strip: wishes.strip.unwrap_or(false),
            upright: self.upright,
            size_limit: wishes.size_limit.filter(|_| is_jpeg),
            animated: self.frame_count > 1 || self.sequence.is_some(),
            background: self.background,
            palette_colors_max: self.palette_colors_max,
            label: self.label.clone(),
        };
        let changes_nothing = self.changes_nothing(&output, header, source_size_bytes);
        let packs_drawing = output.format == ImageFormat::Svg;
        let slim = match self.slims {
            true => Some(slim_method(header, &output, changes_nothing)?),
            false => packs_drawing.then_some(SlimMethod::Repack),
        };
        let keeps_bytes = (changes_nothing || packs_drawing) && slim != Some(SlimMethod::Reencode);
        let output = if slim == Some(SlimMethod::Reencode) { thrifty(output, self.size) } else { output };
        let reported_quality = if keeps_bytes { source_quality } else { output.reported_quality };
        Ok(Plan {
            source: header.dimensions,
            frames: self.frames,
            steps: self.steps,
            output: OutputSettings { reported_quality, ..output },
            result: self.size,
            result_frames: self.frame_count + self.sequence.as_ref().map_or(0, |s| s.frames.len() as u32),
            keeps_bytes,
            slim,
            sequence: self.sequence,
        })
    }

    /// A drawing is packed or drawn; nothing else becomes a drawing.
    fn check_drawing(&self, header: &ImageHeader, target: ImageFormat) -> Result<(), ImageError> {
        match (header.format, target) {
            (ImageFormat::Svg, ImageFormat::Svg) if self.steps.is_empty() && !self.slims => Ok(()),
            (ImageFormat::Svg, ImageFormat::Svg) => {
                let message = "svgc goes together with no other operation".to_owned();
                Err(ImageError::InvalidForImage { operation: "format", message })
            }
            (format, ImageFormat::Svg) => Err(ImageError::UnsupportedSource { format }),
            (ImageFormat::Svg, _) if header.dimensions.pixels() == 0 => {
                Err(ImageError::Unreadable { reason: "SVG: it has no size".to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Whether the original bytes are as good a result as any.
    fn changes_nothing(&self, output: &OutputSettings, header: &ImageHeader, size_bytes: u64) -> bool {
        let quality_stays = self.wishes.quality.is_none()
            || !output.format.has_quality()
            || output.quality == quality::of_source(header);
        let progression_stays = output.format != ImageFormat::Jpeg
            || self.wishes.progressive.is_none_or(|progressive| progressive == header.progressive);
        let tag_stays = !self.upright || matches!(header.orientation, None | Some(Orientation::Upright));
        self.steps.is_empty()
            && header.format != ImageFormat::Svg
            && self.sequence.is_none()
            && self.frames == FrameSelection::All
            && output.format == Target::like(header.format).format
            && quality_stays
            && progression_stays
            && tag_stays
            && !output.optimize
            && !output.strip
            && output.label.is_none()
            && output.size_limit.is_none_or(|limit| size_bytes <= limit.size_bytes_max)
            && (output.format != ImageFormat::Gif || output.palette_colors_max == 256)
    }
}

/// The way to slim a result. Errors: its format is none that is slimmed.
fn slim_method(
    header: &ImageHeader,
    output: &OutputSettings,
    changes_nothing: bool,
) -> Result<SlimMethod, ImageError> {
    let format = if changes_nothing { header.format } else { output.format };
    let unsupported = || ImageError::UnsupportedSource { format };
    let of_format = slim::method(&ImageHeader { format, ..header.clone() }).ok_or_else(unsupported)?;
    Ok(if changes_nothing { of_format } else { SlimMethod::Reencode })
}

/// Settings that cost fewer bytes and no visible difference.
fn thrifty(output: OutputSettings, size: Dimensions) -> OutputSettings {
    /// In smaller pictures the headers of further scans cost more than they save.
    const PROGRESSIVE_PIXELS_MIN: u64 = 100_000;
    if output.format != ImageFormat::Jpeg {
        return output;
    }
    let quality = output.quality.min(slim::JPEG_QUALITY_MAX);
    let progressive = size.pixels() >= PROGRESSIVE_PIXELS_MIN;
    OutputSettings { quality, reported_quality: quality, progressive, optimize: true, ..output }
}
