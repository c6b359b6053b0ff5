//! Animations, frame by frame: one is read, worked on and written before the next one is read.

use std::borrow::Cow;

use super::{ProcessedImage, carry_out, encode, for_format, to_srgb};
use crate::{
    Cancel, Frame, ImageError, Plan, Raster, SourceImage,
    codec::FrameSink,
    metadata::{self, Metadata},
};

/// Carries out a plan on the frames that it selects. Frames that are left out lengthen the one before them.
pub(super) fn run(
    source: &SourceImage,
    plan: &Plan,
    metadata: &Metadata,
    cancel: &Cancel,
) -> Result<ProcessedImage, ImageError> {
    let header = source.header();
    let spans = plan.frames.spans(header.frame_count);
    let mut frames = source.codec().frames(source.bytes(), header)?;
    let frame_count = if plan.output.animated { spans.len() as u32 } else { 1 };
    let mut writer = Writer { plan, frame_count, loop_count: 0, written: 0, sink: None, waiting: None };

    let mut index = 0;
    for span in spans.iter().take(frame_count as usize) {
        while index < span.end {
            cancel.check()?;
            let Some(mut frame) = frames.next_frame()? else { break };
            writer.loop_count = frames.loop_count();
            if index == span.start {
                to_srgb(&mut frame.raster, metadata);
                let raster =
                    carry_out::on_picture(Cow::Owned(frame.raster), &plan.steps, cancel)?.into_owned();
                writer.push(Frame { raster, duration_ms: frame.duration_ms })?;
            } else if index > span.start {
                writer.lengthen(frame.duration_ms);
            }
            index += 1;
        }
    }
    writer.finish(metadata)
}

/// Holds back the last frame until its duration is known.
struct Writer<'a> {
    plan: &'a Plan,
    frame_count: u32,
    loop_count: u32,
    written: u32,
    sink: Option<Box<dyn FrameSink>>,
    waiting: Option<Frame>,
}

impl Writer<'_> {
    fn push(&mut self, frame: Frame) -> Result<(), ImageError> {
        self.write_waiting()?;
        self.waiting = Some(frame);
        Ok(())
    }

    fn lengthen(&mut self, duration_ms: u32) {
        if let Some(frame) = &mut self.waiting {
            frame.duration_ms = frame.duration_ms.saturating_add(duration_ms);
        }
    }

    fn write_waiting(&mut self) -> Result<(), ImageError> {
        let Some(Frame { raster, duration_ms }) = self.waiting.take() else { return Ok(()) };
        let raster: Cow<'_, Raster> = for_format(&raster, self.plan);
        let sink = match &mut self.sink {
            Some(sink) => sink,
            None => {
                let settings = &self.plan.output;
                let sink = encode::begin(raster.dimensions(), self.frame_count, self.loop_count, settings)?;
                self.sink.insert(sink)
            }
        };
        self.written += 1;
        sink.push(&raster, duration_ms)
    }

    fn finish(mut self, metadata: &Metadata) -> Result<ProcessedImage, ImageError> {
        self.write_waiting()?;
        let Some(sink) = self.sink else {
            return Err(ImageError::Unreadable { reason: "the animation has no such frame".to_owned() });
        };
        let metadata = metadata.clone().for_output(&self.plan.output);
        let file = metadata::write(self.plan.output.format, sink.finish()?, &metadata);
        encode::finished(file, self.plan.result, self.written, self.plan)
    }
}
