//! Pictures of codes, which are made from a text alone.
//!
//! Spec: spec/ci/extras.md, A2.

use calotype_image::{Cancel, ImageError, codes};
use calotype_protocol::endpoint::{CodeKind, GenerateCode};

use super::failure::Failure;
use super::workers::{Work, WorkError};
use crate::app::App;
use crate::error::ApiError;

/// Draws a code as a PNG.
///
/// Errors: `InvalidArgument` for a content that the code cannot hold, or not at this width.
pub(crate) async fn generate_code(app: &App, generate: GenerateCode) -> Result<Vec<u8>, ApiError> {
    let drawn = app.pictures.workers.run(Drawing(generate)).await;
    let image = drawn.and_then(|mut drawn| drawn.pop().ok_or(WorkError::Stopped));
    image.map_err(|error| super::numbered(Failure::from(error).into()))
}

/// One drawing as the pool sees it.
struct Drawing(GenerateCode);

impl Work for Drawing {
    type Output = Vec<u8>;

    /// One byte for a pixel, and the file, which may be as large.
    fn memory_bytes(&self) -> u64 {
        2 * u64::from(self.0.width_px).pow(2)
    }

    fn parts(&self) -> usize {
        1
    }

    fn prepare(&self, _cancel: &Cancel) -> Result<(), ImageError> {
        Ok(())
    }

    fn run_part(&self, _number: usize, _cancel: &Cancel) -> Result<Vec<u8>, ImageError> {
        let Self(GenerateCode { content, kind, width_px, .. }) = self;
        match kind {
            CodeKind::Qr => codes::qr_code_png(content, *width_px),
            CodeKind::Bar => codes::bar_code_png(content, *width_px),
        }
    }
}
