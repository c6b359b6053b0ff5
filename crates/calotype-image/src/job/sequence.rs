//! Several pictures as the frames of one animation.

use std::{borrow::Cow, sync::Arc};

use super::{ProcessedImage, encode};
use crate::{
    AssetReference, Cancel, Dimensions, ImageError, Layout, Plan, Raster,
    assets::Asset,
    metadata::{self, Metadata},
    plan::Sequence,
    rule::geometry::inside,
};

/// Writes the picture, and behind it the others, each inside of a canvas of the size of the first.
pub(super) fn run(
    first: &Raster,
    sequence: &Sequence,
    plan: &Plan,
    metadata: &Metadata,
    cancel: &Cancel,
) -> Result<ProcessedImage, ImageError> {
    let canvas = first.dimensions();
    let frame_count = sequence.frames.len() as u32 + 1;
    let mut sink = encode::begin(canvas, frame_count, 0, &plan.output)?;
    // With alpha throughout: where a smaller picture follows, the one before it has to go.
    sink.push(&with_alpha(first), sequence.duration_ms)?;
    for (name, asset) in sequence.frames.iter() {
        cancel.check()?;
        sink.push(&fitted(name, asset, canvas)?, sequence.duration_ms)?;
    }
    let metadata = metadata.clone().for_output(&plan.output);
    let file = metadata::write(plan.output.format, sink.finish()?, &metadata);
    encode::finished(file, canvas, frame_count, plan)
}

/// A picture scaled down where it does not fit, centred on a transparent canvas.
fn fitted(name: &AssetReference, asset: &Arc<Asset>, canvas: Dimensions) -> Result<Raster, ImageError> {
    let picture = asset.raster().map_err(|error| name.unusable(error))?;
    let size = picture.dimensions();
    if size == canvas {
        return Ok(with_alpha(picture).into_owned());
    }
    let fits = size.width_px <= canvas.width_px && size.height_px <= canvas.height_px;
    let target = if fits { size } else { inside(size, canvas) };
    let scaled = super::carried_out(picture, &[crate::Step::Resize(target)])?;
    Ok(centred(&scaled, canvas))
}

fn centred(picture: &Raster, canvas: Dimensions) -> Raster {
    let picture = with_alpha(picture);
    let Dimensions { width_px, height_px } = picture.dimensions();
    let left = (canvas.width_px - width_px) as usize / 2;
    let top = (canvas.height_px - height_px) as usize / 2;
    let channels = Layout::Rgba.channels();
    let row_bytes = canvas.width_px as usize * channels;
    let mut samples = vec![0; row_bytes * canvas.height_px as usize];
    let rows = samples.chunks_exact_mut(row_bytes).skip(top);
    for (row, content) in rows.zip(picture.samples().chunks_exact(picture.row_bytes())) {
        row[left * channels..][..content.len()].copy_from_slice(content);
    }
    Raster::from_samples(canvas, Layout::Rgba, samples).expect("the canvas is filled")
}

fn with_alpha(picture: &Raster) -> Cow<'_, Raster> {
    if picture.layout() == Layout::Rgba {
        return Cow::Borrowed(picture);
    }
    let (pixels, _) = picture.samples().as_chunks::<3>();
    let samples = pixels.iter().flat_map(|[red, green, blue]| [*red, *green, *blue, 255]).collect();
    let raster = Raster::from_samples(picture.dimensions(), Layout::Rgba, samples);
    Cow::Owned(raster.expect("there are four samples for each pixel"))
}
