//! `imageInfo`, `exif`, `imageAve` and `imageInspect`: JSON about a stored picture, or about what a pipeline makes of one.
//!
//! Spec: spec/ci/info.md, 1 to 3 and 5.

use bytes::Bytes;
use calotype_image::measure::{self, exif};
use calotype_image::rule::{Inspection, InspectionKind, Rule};
use calotype_image::{Cancel, ImageError, ImageFormat, Job, Limits, Plan, SourceImage};
use calotype_store::digest;

use super::Pictures;
use super::failure::Failure;
use super::make_results::{Made, Wish, make_results};
use super::on_the_fly::check_drawing;
use super::workers::{Work, WorkError};

/// A rule that reads every pixel of the first frame and nothing else, as measuring does.
const READS_ONE_FRAME: &str = "imageMogr2/frame/1/format/bmp";

/// Answers an inspection of these bytes.
///
/// - `md5`: of the bytes in lower-case hex, where it is known already.
/// - Errors: those of the pipeline in front, and of reading the picture.
pub(super) async fn inspect(
    pictures: &Pictures,
    source: Bytes,
    inspection: &Inspection,
    md5: Option<String>,
) -> Result<String, Failure> {
    let (bytes, md5) = match &inspection.after {
        None => (source, md5),
        Some(pipeline) => {
            check_drawing(&source, pipeline)?;
            let wishes = [Wish::Picture(pipeline.clone())];
            let made = make_results(pictures, source.clone(), &wishes, false).await;
            match made.map_err(|failed| failed.failure)?.made.pop() {
                Some(Made::Picture { body, .. }) => (body.bytes().clone(), None),
                Some(Made::Copy { .. }) | None => (source, md5),
            }
        }
    };
    let image = SourceImage::probe(bytes, &pictures.limits)?;
    let (memory_bytes, kind) = match inspection.kind {
        // These read the file; no pixel is decoded.
        kind @ (InspectionKind::Exif | InspectionKind::ForeignData) => (0, kind),
        kind => (measuring_bytes(&image, &pictures.limits)?, kind),
    };
    let mut answers = pictures.workers.run(Inspecting { image, kind, md5, memory_bytes }).await?;
    answers.pop().ok_or_else(|| WorkError::Stopped.into())
}

/// Checks that the pixels of a picture may be read, and tells the memory that takes.
pub(super) fn measuring_bytes(image: &SourceImage, limits: &Limits) -> Result<u64, Failure> {
    if image.header().format == ImageFormat::Svg {
        // A drawing is told by its header alone.
        return Ok(0);
    }
    let rule = Rule::parse(READS_ONE_FRAME, limits)?;
    let Some(pipeline) = rule.pipeline() else { return Ok(0) };
    let plan = Plan::build(pipeline, image.header(), image.bytes().len() as u64, limits)?;
    Ok(Job::new(image.clone(), vec![plan]).memory_bytes())
}

/// One inspection as the pool sees it.
struct Inspecting {
    image: SourceImage,
    kind: InspectionKind,
    md5: Option<String>,
    memory_bytes: u64,
}

impl Work for Inspecting {
    type Output = String;

    fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    fn parts(&self) -> usize {
        1
    }

    fn prepare(&self, _cancel: &Cancel) -> Result<(), ImageError> {
        Ok(())
    }

    fn run_part(&self, _number: usize, _cancel: &Cancel) -> Result<String, ImageError> {
        let image = &self.image;
        match self.kind {
            InspectionKind::Info => {
                let computed = || digest::md5(image.bytes()).map(|byte| format!("{byte:02x}")).concat();
                Ok(measure::image_info_json(image, &self.md5.clone().unwrap_or_else(computed)))
            }
            InspectionKind::Exif => Ok(exif::json_of_file(image.header().format, image.bytes())),
            InspectionKind::ForeignData => Ok(measure::foreign_data_json(image)),
            InspectionKind::Average => measure::average_color(image).map(measure::image_ave_json),
        }
    }
}
