//! Faces that rules have to know before their sizes can be settled.
//!
//! Spec: spec/ci/crop.md, 6.

use std::sync::Arc;

use calotype_image::{Cancel, Face, FaceSearch, ImageError, SourceImage};

use super::Pictures;
use super::failure::Failure;
use super::make_results::Wish;
use super::workers::{Work, WorkError};

/// Hands the faces of a source to the rules that ask for them; without such a rule nobody looks.
pub(super) async fn with_faces(
    pictures: &Pictures,
    image: &SourceImage,
    wishes: &[Wish],
) -> Result<Vec<Wish>, Failure> {
    let needs_faces = |wish: &Wish| matches!(wish, Wish::Picture(pipeline) if pipeline.needs_faces());
    if !wishes.iter().any(needs_faces) {
        return Ok(wishes.to_vec());
    }
    let search = FaceSearch::new(image.clone(), &pictures.limits)?;
    let found = pictures.workers.run(FaceWork(search)).await?.pop();
    let faces: Arc<[Face]> = found.ok_or(WorkError::Stopped)?.into();
    let known = |wish: &Wish| match wish {
        Wish::Picture(pipeline) => Wish::Picture(pipeline.clone().with_faces(Arc::clone(&faces))),
        other => other.clone(),
    };
    Ok(wishes.iter().map(known).collect())
}

/// The search for faces as the pool sees it.
struct FaceWork(FaceSearch);

impl Work for FaceWork {
    type Output = Vec<Face>;

    fn memory_bytes(&self) -> u64 {
        self.0.memory_bytes()
    }

    fn parts(&self) -> usize {
        1
    }

    fn prepare(&self, _cancel: &Cancel) -> Result<(), ImageError> {
        Ok(())
    }

    fn run_part(&self, _number: usize, cancel: &Cancel) -> Result<Vec<Face>, ImageError> {
        self.0.run(cancel)
    }
}
