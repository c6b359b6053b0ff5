//! Faces in a picture, by a detector for frontal faces whose model is built in.
//!
//! A rule that needs them says so ([`Pipeline::needs_faces`](crate::rule::Pipeline::needs_faces)), because sizes are
//! settled before a pixel is read: they are looked for first and handed in with the pipeline.
//! Spec: spec/ci/crop.md, 6.

use crate::{Cancel, ImageError, Job, Limits, Plan, SourceImage};

/// A face, as a box in pixels of the stored source or of what steps have made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Face {
    /// The box around some points; `None` without any.
    pub(crate) fn around(points: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let mut points = points.into_iter();
        let (x, y) = points.next()?;
        let first = Self { left: x, top: y, right: x, bottom: y };
        Some(points.fold(first, |face, (x, y)| Self {
            left: face.left.min(x),
            top: face.top.min(y),
            right: face.right.max(x),
            bottom: face.bottom.max(y),
        }))
    }

    pub(crate) fn corners(&self) -> [(f64, f64); 4] {
        let Self { left, top, right, bottom } = *self;
        [(left, top), (right, top), (right, bottom), (left, bottom)]
    }

    pub(crate) fn area(&self) -> f64 {
        (self.right - self.left) * (self.bottom - self.top)
    }
}

/// The search for faces in one picture, its limits passed.
#[derive(Debug)]
pub struct FaceSearch {
    source: SourceImage,
    memory_bytes: u64,
}

impl FaceSearch {
    /// Checks the limits of the source. No pixel is read.
    ///
    /// Errors: a limit that the source exceeds; [`ImageError::NotOffered`] in builds without the detector.
    pub fn new(source: SourceImage, limits: &Limits) -> Result<Self, ImageError> {
        if !is_built_in() {
            return Err(ImageError::NotOffered { feature: FEATURE.to_owned() });
        }
        let plan = Plan::unchanged(source.header(), source.bytes().len() as u64, limits)?;
        let memory_bytes = Job::new(source.clone(), vec![plan]).memory_bytes() + DETECTOR_BYTES;
        Ok(Self { source, memory_bytes })
    }

    /// Upper estimate of the memory that [`Self::run`] holds at its peak, the source's own bytes not counted.
    pub fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// Looks at a small copy of the upright first frame. Errors: a source that is damaged behind its header.
    pub fn run(&self, cancel: &Cancel) -> Result<Vec<Face>, ImageError> {
        cancel.check()?;
        #[cfg(feature = "faces")]
        return detector::faces(&self.source);
        #[cfg(not(feature = "faces"))]
        return Err(ImageError::NotOffered { feature: FEATURE.to_owned() });
    }
}

/// What a build without the detector does not offer.
pub(crate) const FEATURE: &str = "face detection (scrop)";

/// The detector's model, its maps of features and its copies of a picture of 640 by 640.
const DETECTOR_BYTES: u64 = 64 << 20;

/// Whether this build has the detector.
pub(crate) fn is_built_in() -> bool {
    cfg!(feature = "faces")
}

#[cfg(feature = "faces")]
mod detector {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::LazyLock;

    use rustface::{ImageData, Model, create_detector_with_model, read_model};

    use super::Face;
    use crate::{
        Dimensions, ImageError, Orientation, SourceImage,
        codec::DecodeWish,
        kernel::{self, Window},
    };

    /// The longer side of the copy that is looked at. Source: spec/ci/crop.md, 6.
    const COPY_PX: u32 = 640;
    /// Smaller faces on the copy are not looked for. The detector's window has this size: it never leaves the copy.
    const FACE_PX_MIN: u32 = 40;
    /// Below this, the detector takes patterns for faces.
    const SCORE_MIN: f64 = 3.0;

    static MODEL: LazyLock<Model> = LazyLock::new(|| {
        let bytes: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/faces.bin"));
        read_model(bytes).expect("the model is part of the build")
    });

    pub(super) fn faces(source: &SourceImage) -> Result<Vec<Face>, ImageError> {
        let header = source.header();
        let stored = header.dimensions;
        let copy_size = copy_size(stored);
        if copy_size.width_px.min(copy_size.height_px) < FACE_PX_MIN {
            return Ok(Vec::new());
        }
        let wish = if copy_size == stored { DecodeWish::Full } else { DecodeWish::AtLeast(copy_size) };
        let decoded = source.codec().decode(source.bytes(), header, wish)?;
        let (width, height) = decoded.extent;
        let window = Window { left: 0.0, top: 0.0, width, height };
        let copy = kernel::resize(&decoded.raster, window, window, copy_size);
        let orientation = header.orientation.unwrap_or(Orientation::Upright);
        let upright = kernel::orient(&copy, orientation);
        let stretch = (
            f64::from(stored.width_px) / f64::from(copy_size.width_px),
            f64::from(stored.height_px) / f64::from(copy_size.height_px),
        );
        let place = |(x, y): (u32, u32)| {
            let (x, y) = kernel::source_of(orientation, copy_size, x, y);
            (f64::from(x) * stretch.0, f64::from(y) * stretch.1)
        };
        let found = detect(&kernel::luma(&upright), upright.dimensions());
        Ok(found.into_iter().filter_map(|corners| Face::around(corners.map(place))).collect())
    }

    /// The largest size of the same shape whose longer side is [`COPY_PX`], and never more than there is.
    fn copy_size(stored: Dimensions) -> Dimensions {
        let longer = stored.width_px.max(stored.height_px);
        let side = |side: u32| {
            let scaled = u64::from(side) * u64::from(COPY_PX) / u64::from(longer.max(1));
            if longer <= COPY_PX { side } else { (scaled as u32).max(1) }
        };
        Dimensions { width_px: side(stored.width_px), height_px: side(stored.height_px) }
    }

    /// Two opposite corners of each face, both inside of the picture.
    fn detect(luma: &[u8], size: Dimensions) -> Vec<[(u32, u32); 2]> {
        // The detector looks at pixels nobody has checked: should it stumble, it has seen nothing.
        let found = catch_unwind(AssertUnwindSafe(|| {
            let mut detector = create_detector_with_model(MODEL.clone());
            detector.set_min_face_size(FACE_PX_MIN);
            detector.set_score_thresh(SCORE_MIN);
            detector.detect(&ImageData::new(luma, size.width_px, size.height_px))
        }));
        let inside = |at: i64, side_px: u32| at.clamp(0, i64::from(side_px) - 1) as u32;
        let corners = |face: rustface::FaceInfo| {
            let area = face.bbox();
            let (left, top) = (i64::from(area.x()), i64::from(area.y()));
            let corner = |x, y| (inside(x, size.width_px), inside(y, size.height_px));
            [corner(left, top), corner(left + i64::from(area.width()), top + i64::from(area.height()))]
        };
        found.unwrap_or_default().into_iter().map(corners).collect()
    }
}

#[cfg(test)]
#[cfg(feature = "faces")]
mod tests {
    use std::{fs, path::Path};

    use super::{Face, FaceSearch};
    use crate::{Cancel, Limits, SourceImage};

    fn faces(name: &str) -> Vec<Face> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/images").join(name);
        let limits = Limits::default();
        let source = SourceImage::probe(fs::read(path).unwrap().into(), &limits).unwrap();
        FaceSearch::new(source, &limits).unwrap().run(&Cancel::default()).unwrap()
    }

    #[test]
    fn the_one_face_is_found_where_it_is() {
        let found = faces("portrait_764x440.jpg");
        assert_eq!(found.len(), 1, "{found:?}");
        // Eyes, nose and mouth.
        for (x, y) in [(147.0, 202.0), (235.0, 206.0), (190.0, 245.0), (187.0, 290.0)] {
            let Face { left, top, right, bottom } = found[0];
            assert!((left..right).contains(&x) && (top..bottom).contains(&y), "{found:?}");
        }
        assert!(found[0].right < 320.0 && found[0].area() < 250.0 * 290.0, "{found:?}");
    }

    #[test]
    fn other_pictures_have_none() {
        let names = [
            "land_640x427.jpg",
            "wide_1000x500.jpg",
            "cat_450x300.jpg",
            "small_100x60.png",
            "line_1x1000.png",
        ];
        for name in names {
            assert_eq!(faces(name), [], "{name}");
        }
    }
}
