//! `animate/duration/<ms>/images/<base64url>/...`: a GIF of several pictures, the source first.
//!
//! Spec: spec/ci/format.md, 4

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    AssetReference, ImageError, ImageFormat,
    plan::{Planner, Sequence},
    rule::{Args, RuleError, base64url},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "animate",
    aliases: &[],
    usage: "animate/duration/<ms>/images/<base64url>/...",
    summary: "Makes a GIF of several pictures of the bucket, the source first.",
    parse: |args| Ok(Arc::new(Animation::parse(args)?)),
};

/// How long each picture is shown unless the rule says so.
const DURATION_MS: u32 = 100;

/// Pictures of one animation, the source included. Source: spec/ci/format.md, 4.
const PICTURES_MAX: usize = 20;

/// Pixels along one side of each picture. Source: spec/ci/format.md, 4.
const SIDE_PX_MAX: u32 = 1_080;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Animation {
    duration_ms: u32,
    images: Vec<AssetReference>,
}

impl Animation {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        const EXPECTED: &str = "duration/<ms> and, as the last, images/<base64url>/...";
        let mut duration_ms = DURATION_MS;
        loop {
            match args.take() {
                Some("duration") => duration_ms = args.integer(10..=60_000_u32)?,
                Some("images") => break,
                other => return Err(args.syntax(other.unwrap_or_default(), EXPECTED)),
            }
        }
        let mut images = Vec::new();
        while let Some(text) = args.take() {
            let url = base64url::decode_text(text).filter(|url| !url.is_empty());
            let url = url.ok_or_else(|| args.syntax(text, "URL-safe Base64 of an address"))?;
            images.push(AssetReference::Url(url));
        }
        match images.len() {
            0 => Err(args.syntax("", EXPECTED)),
            PICTURES_MAX.. => {
                let expected = format!("at most {PICTURES_MAX} pictures, the source included");
                Err(args.out_of_range((images.len() + 1).to_string(), expected))
            }
            _ => Ok(Self { duration_ms, images }),
        }
    }
}

impl fmt::Display for Animation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "animate/duration/{}/images", self.duration_ms)?;
        let mut images = self.images.iter();
        images.try_for_each(|image| write!(f, "/{}", base64url::encode(image.text().as_bytes())))
    }
}

impl Operation for Animation {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn assets(&self) -> Vec<AssetReference> {
        self.images.clone()
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let format = planner.source_format();
        if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
            return Err(ImageError::UnsupportedSource { format });
        }
        let size = planner.size();
        for (what, side_px) in [("source width", size.width_px), ("source height", size.height_px)] {
            if side_px > SIDE_PX_MAX {
                let (value, max) = (u64::from(side_px), u64::from(SIDE_PX_MAX));
                return Err(ImageError::TooLarge { what, value, limit: "animate_side_px_max", max });
            }
        }
        let mut frames = Vec::with_capacity(self.images.len());
        for image in &self.images {
            let asset = planner.assets().get(image)?;
            let size = asset.dimensions();
            if asset.is_animated() || size.width_px.max(size.height_px) > SIDE_PX_MAX {
                let reason = format!("expected a still image of at most {SIDE_PX_MAX} pixels a side");
                return Err(image.unusable(reason));
            }
            frames.push((image.clone(), Arc::clone(asset)));
        }
        planner.animate(Sequence { frames: frames.into(), duration_ms: self.duration_ms });
        Ok(())
    }
}
