//! Pictures and fonts that a rule refers to besides its source. This crate only names them; the caller hands them in.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;

use crate::{
    Cancel, Dimensions, Fonts, ImageError, Job, Limits, Plan, Raster, SourceImage,
    rule::{Pipeline, Verb},
};

/// How a rule names a picture, decoded from Base64. Where it is to be found is the caller's business.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AssetReference {
    /// By its address, which may carry a signature or an instruction of its own.
    Url(String),
    /// By its key in the bucket of the source.
    Key(String),
}

impl AssetReference {
    /// The address or key as it was written.
    pub fn text(&self) -> &str {
        match self {
            Self::Url(text) | Self::Key(text) => text,
        }
    }

    /// The error for a picture that cannot be used.
    ///
    /// - `reason`: what is wrong with it, without host paths.
    pub fn unusable(&self, reason: impl fmt::Display) -> ImageError {
        ImageError::UnusableAsset { asset: self.to_string(), reason: reason.to_string() }
    }
}

/// Without a query, which may be a secret.
impl fmt::Display for AssetReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = match self {
            Self::Url(url) => url.split('?').next().unwrap_or_default(),
            Self::Key(key) => key,
        };
        write!(f, "{shown:?}")
    }
}

/// What was handed in. Cloning shares it, and what was decoded of it.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    pictures: Vec<(AssetReference, Arc<Asset>)>,
    fonts: Fonts,
}

impl Assets {
    /// Hands in fonts; no pictures yet.
    pub fn new(fonts: Fonts) -> Self {
        Self { pictures: Vec::new(), fonts }
    }

    /// Hands in the picture behind a reference.
    ///
    /// - `pipeline`: what is done to it first; nothing but `imageMogr2` and `imageView2`.
    /// - Reads the header alone; pixels are read once, when the first rule needs them.
    /// - Errors: [`ImageError::UnusableAsset`] for bytes that are no picture, for one over a limit, and for a
    ///   pipeline that fails or would itself draw a mark.
    pub fn add(
        &mut self,
        reference: &AssetReference,
        bytes: Bytes,
        pipeline: Option<&Pipeline>,
        limits: &Limits,
    ) -> Result<(), ImageError> {
        let draws =
            |pipeline: &Pipeline| pipeline.stages().iter().any(|stage| stage.verb() == Verb::Watermark);
        if pipeline.is_some_and(draws) {
            return Err(reference.unusable("a mark cannot carry a mark of its own"));
        }
        let asset = Asset::new(bytes, pipeline, limits).map_err(|error| reference.unusable(error))?;
        self.pictures.push((reference.clone(), Arc::new(asset)));
        Ok(())
    }

    /// The picture behind a reference.
    pub(crate) fn get(&self, reference: &AssetReference) -> Result<&Arc<Asset>, ImageError> {
        let found = self.pictures.iter().find(|(other, _)| other == reference);
        found.map(|(_, asset)| asset).ok_or_else(|| reference.unusable("it was not handed in"))
    }

    /// The fonts that text is drawn in.
    pub(crate) fn fonts(&self) -> &Fonts {
        &self.fonts
    }
}

/// A picture beside the source, decoded at most once however many rules and frames it is drawn on.
#[derive(Debug)]
pub(crate) struct Asset {
    image: SourceImage,
    plan: Plan,
    raster: OnceLock<Result<Raster, ImageError>>,
}

impl Asset {
    fn new(bytes: Bytes, pipeline: Option<&Pipeline>, limits: &Limits) -> Result<Self, ImageError> {
        let image = SourceImage::probe(bytes, limits)?;
        let nothing = Pipeline::default();
        let size_bytes = image.bytes().len() as u64;
        let plan = Plan::build(pipeline.unwrap_or(&nothing), image.header(), size_bytes, limits)?;
        Ok(Self { image, plan, raster: OnceLock::new() })
    }

    /// Its size after its own pipeline.
    pub(crate) fn dimensions(&self) -> Dimensions {
        self.plan.result
    }

    /// Whether it has more than one frame.
    pub(crate) fn is_animated(&self) -> bool {
        self.image.header().frame_count > 1
    }

    /// Its pixels.
    pub(crate) fn raster(&self) -> Result<&Raster, ImageError> {
        let decoded = self.raster.get_or_init(|| self.job().picture(0, &Cancel::new()));
        decoded.as_ref().map_err(Clone::clone)
    }

    /// Bytes held while it is decoded, its own not counted.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.job().memory_bytes()
    }

    fn job(&self) -> Job {
        // A plan that keeps the bytes of a file has no pixels to give.
        Job::new(self.image.clone(), vec![Plan { keeps_bytes: false, ..self.plan.clone() }])
    }
}
