//! What a job will cost, told before it begins: memory for admission, time for the order of its plans.

use super::{Job, Reading, View, reading};
use crate::{
    Dimensions, ImageFormat, ImageHeader, Plan, SlimMethod, Step,
    codec::{self, EncodeRequest},
    slim,
};

/// Canvases of four channels that reading an animation holds: the decoder's own two, the frame, and its copy.
const ANIMATION_CANVASES: u64 = 4;

/// Upper estimate of the peak, see [`Job::memory_bytes`].
pub(super) fn memory_bytes(job: &Job) -> u64 {
    let header = job.source.header();
    let channels = channels(header);
    let (mut base, mut decode) = (0, 0);
    let mut level = header.dimensions;
    if let Some(wish) = job.wish {
        level = job.source.codec().decoded_dimensions(header, wish);
        base = level.pixels() * channels;
        decode = job.source.codec().decode_extra_bytes(header, wish);
    }
    let halves = if job.halving { base / 2 } else { 0 };
    let plans: u64 = job
        .plans
        .iter()
        .map(|plan| match reading(&job.source, plan) {
            Reading::Nothing => repacking(plan, job.source.bytes().len() as u64),
            Reading::Shared => still(plan, level, channels) + repacking(plan, 0) + following(plan),
            Reading::Frames => animated(plan, header, job.source.result_size_bytes_max()),
        })
        .sum();
    base + decode.max(halves + plans)
}

/// Relative time of a plan: pixels of the result by what its encoder takes for one. Nanoseconds on one core of the
/// machine they were measured on; only their order matters.
pub(super) fn time(plan: &Plan) -> u64 {
    let per_pixel = match plan.output.format {
        _ if plan.keeps_bytes => 0,
        ImageFormat::Avif | ImageFormat::Heif => 300,
        ImageFormat::Gif => 100,
        ImageFormat::WebP => 77,
        ImageFormat::Png | ImageFormat::Apng => 8,
        ImageFormat::Jpeg => 4,
        ImageFormat::Bmp | ImageFormat::Tiff | ImageFormat::Ico | ImageFormat::Svg => 2,
    };
    plan.result.pixels() * u64::from(plan.result_frames.max(1)) * per_pixel
}

/// Pictures that follow as frames: each decoded while it is drawn, kept, and written once more.
fn following(plan: &Plan) -> u64 {
    let Some(sequence) = &plan.sequence else { return 0 };
    let decoded =
        sequence.frames.iter().map(|(_, asset)| asset.memory_bytes() + asset.dimensions().pixels() * 4);
    decoded.sum::<u64>() + encoding(plan, plan.result_frames)
}

/// What packing a slimmed file better takes.
fn repacking(plan: &Plan, size_bytes: u64) -> u64 {
    let is_repacked = plan.slim == Some(SlimMethod::Repack)
        || (plan.slim.is_some() && plan.output.format == ImageFormat::Png);
    if is_repacked { slim::memory_bytes(plan.output.format, plan.result, size_bytes) } else { 0 }
}

fn channels(header: &ImageHeader) -> u64 {
    let opaque = matches!(header.format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP);
    if opaque && !header.has_alpha { 3 } else { 4 }
}

fn still(plan: &Plan, level: Dimensions, channels: u64) -> u64 {
    let (view, rest) = View::leading(plan.source, &plan.steps);
    // A scaling keeps an intermediate and, with alpha, a copy of what it reads; a turn keeps both sides.
    let copy = if channels == 4 { level.pixels() * 4 } else { 0 };
    let result = view.result();
    let longer = u64::from(result.width_px.max(result.height_px));
    let intermediate = longer * u64::from(level.height_px.max(level.width_px)) * channels;
    let drawing = if view.is_whole() { 0 } else { copy + intermediate + 2 * result.pixels() * channels };
    drawing.max(steps(result, rest)) + encoding(plan, 1)
}

fn animated(plan: &Plan, header: &ImageHeader, result_size_bytes_max: u64) -> u64 {
    let canvases = header.dimensions.pixels() * 4 * ANIMATION_CANVASES;
    let frames = plan.result_frames.max(1);
    // The file grows frame by frame, is put together and handed over. Beyond its limit it is of no use to anybody.
    let file = (plan.result.pixels() * u64::from(frames) * 3).min(3 * result_size_bytes_max);
    canvases + steps(header.dimensions, &plan.steps) + encoding(plan, frames) + file
}

/// The largest sum of rasters that any one step holds.
pub(crate) fn steps(from: Dimensions, steps: &[Step]) -> u64 {
    let bytes = |dimensions: Dimensions| dimensions.pixels() * 4;
    let (mut now, mut peak) = (from, bytes(from));
    for step in steps {
        let (next, extra) = match step {
            Step::Orient(orientation) if orientation.swaps_sides() => (now.transposed(), 0),
            Step::Orient(_) | Step::Flatten(_) => (now, 0),
            Step::Crop(rect) => (rect.size, 0),
            Step::Resize(target) => {
                let between = u64::from(target.width_px.max(target.height_px))
                    * u64::from(now.width_px.max(now.height_px));
                (*target, bytes(now) + between * 4)
            }
            Step::Pad { canvas, .. } => (*canvas, bytes(now)),
            Step::Rotate { result, .. } => (*result, 2 * bytes(now)),
            Step::Apply(operation) => (now, operation.extra_bytes(bytes(now))),
        };
        peak = peak.max(bytes(now) + bytes(next) + extra);
        now = next;
    }
    peak
}

/// The encoder and, where the format has no alpha, a flattened copy.
fn encoding(plan: &Plan, frame_count: u32) -> u64 {
    let request =
        EncodeRequest { dimensions: plan.result, frame_count, loop_count: 0, settings: &plan.output };
    let encoder = codec::for_format(plan.output.format).map_or(0, |codec| codec.encode_extra_bytes(request));
    let flattened = if plan.output.format.has_alpha() { 0 } else { plan.result.pixels() * 3 };
    plan.result.pixels() * 4 + encoder + flattened
}
