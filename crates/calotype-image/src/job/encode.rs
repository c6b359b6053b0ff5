//! From the finished picture to the finished file.

use super::{ProcessedImage, for_format};
use crate::{
    Dimensions, ImageError, ImageFormat, OutputSettings, Plan, Raster, SizeLimit,
    codec::{self, EncodeRequest, FrameSink},
    metadata::{self, Metadata},
};

/// Begins a file of `frame_count` frames in the plan's format.
pub(super) fn begin(
    dimensions: Dimensions,
    frame_count: u32,
    loop_count: u32,
    settings: &OutputSettings,
) -> Result<Box<dyn FrameSink>, ImageError> {
    let request = EncodeRequest { dimensions, frame_count, loop_count, settings };
    let encoder = codec::for_format(settings.format).and_then(|codec| codec.encoder(request));
    encoder.unwrap_or_else(|| Err(ImageError::NotOffered { feature: format!("format/{}", settings.format) }))
}

/// Encodes a picture with one frame.
pub(super) fn still(
    picture: &Raster,
    plan: &Plan,
    metadata: &Metadata,
) -> Result<ProcessedImage, ImageError> {
    let picture = for_format(picture, plan);
    let metadata = metadata.clone().for_output(&plan.output);
    let mut file = encode(&picture, &plan.output)?;
    let pixel_bytes = file.len() as u64;
    file = metadata::write(plan.output.format, file, &metadata);
    if let Some(limit) = plan.output.size_limit.filter(|limit| file.len() as u64 > limit.size_bytes_max) {
        let metadata_bytes = file.len() as u64 - pixel_bytes;
        if metadata_bytes > 0 {
            file = encode(&picture, &tightened(&plan.output, limit, metadata_bytes))?;
            file = metadata::write(plan.output.format, file, &metadata);
        }
    }
    finished(file, picture.dimensions(), 1, plan)
}

/// Settings under which pixels leave room for the metadata.
fn tightened(settings: &OutputSettings, limit: SizeLimit, metadata_bytes: u64) -> OutputSettings {
    let size_bytes_max = limit.size_bytes_max.saturating_sub(metadata_bytes);
    OutputSettings { size_limit: Some(SizeLimit { size_bytes_max, ..limit }), ..settings.clone() }
}

fn encode(picture: &Raster, settings: &OutputSettings) -> Result<Vec<u8>, ImageError> {
    let mut sink = begin(picture.dimensions(), 1, 0, settings)?;
    sink.push(picture, 0)?;
    sink.finish()
}

pub(super) fn finished(
    file: Vec<u8>,
    dimensions: Dimensions,
    frame_count: u32,
    plan: &Plan,
) -> Result<ProcessedImage, ImageError> {
    let format = plan.output.format;
    let mut quality = plan.output.reported_quality;
    let mut frame_count = frame_count;
    // A size limit may have led below the quality of the plan, and libwebp shows frames that look alike as one; the
    // file itself tells.
    let limited = plan.output.size_limit.is_some() && format == ImageFormat::Jpeg;
    if limited || frame_count > 1 {
        let header = codec::for_format(format).map(|codec| codec.probe(&file)).transpose()?;
        frame_count = header.as_ref().map_or(frame_count, |header| header.frame_count);
        quality = header.and_then(|header| header.quality).filter(|_| limited).unwrap_or(quality);
    }
    Ok(ProcessedImage { bytes: file.into(), format, dimensions, quality, frame_count, slimmed: None })
}
