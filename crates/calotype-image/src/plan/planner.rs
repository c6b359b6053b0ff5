//! Follows a picture through the operations of a pipeline, without its pixels.

use std::sync::Arc;

use super::{FrameSelection, Sequence, Wishes, checks, follow::follow, frames};
use crate::{
    Assets, Color, Dimensions, ImageError, ImageFormat, ImageHeader, Limits, Orientation, PixelOperation,
    Rect, Step,
    faces::{self, Face},
    metadata::AigcLabel,
    rule::{Modifiers, Stage, Verb},
};

/// `cgif/1` keeps this many frames from the start. Source: spec/ci/format.md, 3.
const CGIF_FIRST_FRAMES: u32 = 30;
/// Colours that `cgif` leaves in a palette. Source: spec/ci/format.md, 3.
const CGIF_COLORS: u16 = 128;
/// Colours a GIF palette holds at most.
const PALETTE_COLORS: u16 = 256;

/// What is known about the picture between two operations, and the steps so far.
#[derive(Debug)]
pub struct Planner<'a> {
    limits: &'a Limits,
    assets: &'a Assets,
    source: Dimensions,
    /// Faces in the source, where they have been looked for.
    faces: Option<&'a [Face]>,
    /// The orientation tag, until the picture has been made upright.
    orientation: Option<Orientation>,
    stage: Modifiers,
    stage_wishes: Wishes,
    pub(super) size: Dimensions,
    /// Format of what enters the segment.
    format: ImageFormat,
    has_alpha: bool,
    animated_source: bool,
    pub(super) frames: FrameSelection,
    source_frame_count: u32,
    pub(crate) frame_count: u32,
    pub(super) steps: Vec<Step>,
    pub(super) wishes: Wishes,
    pub(super) background: Color,
    pub(super) upright: bool,
    pub(super) palette_colors_max: u16,
    /// Whether the result is to be slimmed.
    pub(super) slims: bool,
    /// The label of the result.
    pub(super) label: Option<Arc<AigcLabel>>,
    /// Further pictures that follow as frames.
    pub(super) sequence: Option<Sequence>,
}

/// What operations may ask and tell.
impl<'a> Planner<'a> {
    /// The bounds in force.
    pub(crate) fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// The size of the picture now.
    pub(crate) fn size(&self) -> Dimensions {
        self.size
    }

    /// The format of the picture that entered the segment.
    pub(crate) fn source_format(&self) -> ImageFormat {
        self.format
    }

    /// The faces in the picture as it is now.
    ///
    /// Errors: [`ImageError::NotOffered`] where nobody has looked for them.
    pub(crate) fn faces(&self) -> Result<Vec<Face>, ImageError> {
        let unknown = || ImageError::NotOffered { feature: faces::FEATURE.to_owned() };
        let faces = self.faces.ok_or_else(unknown)?.iter();
        Ok(faces.filter_map(|face| follow(self.source, &self.steps, *face)).collect())
    }

    /// The modifiers of the segment.
    pub(crate) fn modifiers(&self) -> &Modifiers {
        &self.stage
    }

    /// What the segment asks of the encoder.
    pub(crate) fn wishes(&mut self) -> &mut Wishes {
        &mut self.stage_wishes
    }

    /// Written sides, reduced to what parameters may be and to the sides of the picture.
    pub(crate) fn clamp_to_source(&self, sides: Dimensions) -> Dimensions {
        let clamp = self.limits.parameter_px_clamp;
        Dimensions {
            width_px: sides.width_px.min(clamp).min(self.size.width_px),
            height_px: sides.height_px.min(clamp).min(self.size.height_px),
        }
    }

    /// Scales the whole picture.
    pub(crate) fn resize(&mut self, target: Dimensions) -> Result<(), ImageError> {
        if target != self.size {
            self.grow_to(target)?;
            self.steps.push(Step::Resize(target));
        }
        Ok(())
    }

    /// Keeps the part of a window that lies inside of the picture; none at all is an error.
    pub(crate) fn keep_window(
        &mut self,
        operation: &'static str,
        (left, top): (i64, i64),
        window: Dimensions,
    ) -> Result<(), ImageError> {
        let columns = overlap(left, window.width_px, self.size.width_px);
        let rows = overlap(top, window.height_px, self.size.height_px);
        let (Some((left_px, width_px)), Some((top_px, height_px))) = (columns, rows) else {
            let message =
                format!("the window {window} at {left},{top} is outside of the image {}", self.size);
            return Err(ImageError::InvalidForImage { operation, message });
        };
        let size = Dimensions { width_px, height_px };
        if size != self.size {
            self.size = size;
            self.steps.push(Step::Crop(Rect { left_px, top_px, size }));
        }
        Ok(())
    }

    /// Centres the picture on a canvas, whose colour is from now on what alpha is flattened onto.
    pub(crate) fn pad(&mut self, canvas: Dimensions, fill: Color) -> Result<(), ImageError> {
        self.background = fill;
        if canvas != self.size {
            self.grow_to(canvas)?;
            self.steps.push(Step::Pad { canvas, fill });
        }
        Ok(())
    }

    /// Rearranges pixels; neighbouring rearrangements become one, and none where they cancel out.
    pub(crate) fn orient(&mut self, change: Orientation) {
        if change.swaps_sides() {
            self.size = self.size.transposed();
        }
        let before = match self.steps.last() {
            Some(Step::Orient(before)) => {
                let before = *before;
                self.steps.pop();
                before
            }
            _ => Orientation::Upright,
        };
        let change = before.then(change);
        if change != Orientation::Upright {
            self.steps.push(Step::Orient(change));
        }
    }

    /// Undoes what the orientation tag describes; a second time has no effect.
    pub(crate) fn make_upright(&mut self) {
        self.upright = true;
        let orientation = self.orientation.take().unwrap_or(Orientation::Upright);
        self.orient(orientation);
    }

    /// Turns by an angle that is no multiple of 90.
    pub(crate) fn rotate(&mut self, angle_degrees: u16) -> Result<(), ImageError> {
        let result = self.size.rotated(angle_degrees);
        self.grow_to(result)?;
        self.has_alpha = true;
        self.steps.push(Step::Rotate { angle_degrees, result });
        Ok(())
    }

    /// Changes pixels, not the size.
    pub(crate) fn apply(&mut self, operation: Arc<dyn PixelOperation>) {
        self.steps.push(Step::Apply(operation));
    }

    /// Changes pixels and leaves some of them transparent.
    pub(crate) fn mask(&mut self, operation: Arc<dyn PixelOperation>) {
        self.has_alpha = true;
        self.apply(operation);
    }

    /// Lets further pictures follow as frames.
    pub(crate) fn animate(&mut self, sequence: Sequence) {
        self.sequence = Some(sequence);
    }

    /// Labels the result as generated content.
    pub(crate) fn set_label(&mut self, label: Arc<AigcLabel>) {
        self.label = Some(label);
    }

    /// Pictures and fonts that were handed in with the pipeline.
    pub(crate) fn assets(&self) -> &'a Assets {
        self.assets
    }

    /// Checks the size a mark is made at.
    pub(crate) fn check_mark(&self, size: Dimensions) -> Result<(), ImageError> {
        checks::mark(size, self.limits)
    }

    /// Leaves one of the frames, counted from 0; beyond the end the last one.
    pub(crate) fn keep_one_frame(&mut self, index: u32) {
        if self.frame_count > 1 {
            let spans = self.frames.spans(self.source_frame_count);
            let index = (index as usize).min(spans.len().saturating_sub(1));
            self.frames = FrameSelection::Single(spans.get(index).map_or(0, |span| span.start));
            self.frame_count = 1;
        }
    }

    fn grow_to(&mut self, size: Dimensions) -> Result<(), ImageError> {
        checks::result(size, self.frame_count, self.limits)?;
        self.size = size;
        Ok(())
    }
}

/// What the stages of a pipeline do around their operations.
impl<'a> Planner<'a> {
    /// Begins with the source.
    pub(super) fn new(
        header: &ImageHeader,
        limits: &'a Limits,
        assets: &'a Assets,
        faces: Option<&'a [Face]>,
    ) -> Self {
        let frame_count = header.frame_count.max(1);
        Self {
            limits,
            assets,
            source: header.dimensions,
            faces,
            orientation: header.orientation,
            stage: Modifiers::default(),
            stage_wishes: Wishes::default(),
            size: header.dimensions,
            format: header.format,
            has_alpha: header.has_alpha,
            animated_source: frame_count > 1 && matches!(header.format, ImageFormat::Gif | ImageFormat::WebP),
            frames: FrameSelection::All,
            source_frame_count: frame_count,
            frame_count,
            steps: Vec::new(),
            wishes: Wishes::default(),
            background: Color::WHITE,
            upright: false,
            palette_colors_max: PALETTE_COLORS,
            slims: false,
            label: None,
            sequence: None,
        }
    }

    /// Carries out one segment; the picture goes on to another one unless it is the last.
    pub(super) fn run(&mut self, stage: &Stage, is_last: bool) -> Result<(), ImageError> {
        self.stage = *stage.modifiers();
        self.stage_wishes = Wishes::default();
        self.slims |= stage.verb() == Verb::ImageSlim;
        let operations = stage.in_order();
        let first_other =
            operations.partition_point(|operation| operation.phase() == crate::ops::Phase::Frames);
        let (choosing, others) = operations.split_at(first_other);
        choosing.iter().try_for_each(|operation| operation.plan(self))?;
        self.reduce_frames();
        others.iter().try_for_each(|operation| operation.plan(self))?;
        if let (Some(target), false) = (self.stage_wishes.target, is_last) {
            self.pass_through(target.format);
        }
        self.wishes = self.wishes.overridden_by(self.stage_wishes);
        Ok(())
    }

    /// Loses what a format between two segments cannot hold. Source: spec/ci/README.md, 3.
    fn pass_through(&mut self, format: ImageFormat) {
        if self.has_alpha && !format.has_alpha() {
            self.steps.push(Step::Flatten(self.background));
            self.has_alpha = false;
        }
        if !format.can_animate() {
            self.keep_one_frame(0);
        }
        self.format = format;
    }

    /// `egif` and `cgif` of this segment: first the interval, then the count.
    fn reduce_frames(&mut self) {
        let wishes = self.stage_wishes;
        if !self.animated_source || (wishes.frame_interval.is_none() && wishes.frame_count.is_none()) {
            return;
        }
        if wishes.frame_count.is_some() {
            self.palette_colors_max = CGIF_COLORS;
        }
        if self.frame_count < 2 {
            return;
        }
        let interval = wishes.frame_interval.unwrap_or(1);
        let (count, take) = match wishes.frame_count {
            Some(1) => (CGIF_FIRST_FRAMES, CGIF_FIRST_FRAMES.saturating_mul(interval)),
            Some(count) => (count, u32::MAX),
            None => (u32::MAX, u32::MAX),
        };
        let take = take.min(self.frame_count);
        let kept = frames::reduce(&self.frames.spans(self.source_frame_count), interval, count, take);
        self.frame_count = kept.len() as u32;
        self.frames = match self.frames {
            FrameSelection::All => FrameSelection::Reduced { interval, count, take },
            _ => FrameSelection::Spans(kept.into()),
        };
    }
}

/// Start and length of what an interval shares with `0..length`, `None` where that is nothing.
fn overlap(start: i64, extent: u32, length: u32) -> Option<(u32, u32)> {
    let end = start.saturating_add(i64::from(extent)).min(i64::from(length));
    let start = start.max(0);
    if end <= start {
        return None;
    }
    Some((u32::try_from(start).ok()?, u32::try_from(end - start).ok()?))
}
