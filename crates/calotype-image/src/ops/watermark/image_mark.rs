//! `watermark/1`: another picture as the mark.
//!
//! Spec: spec/ci/watermark.md, 1

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use super::{
    clear_text,
    grid::{Grid, Seen},
    manner::Manner,
    read_pairs, unknown_name,
};
use crate::{
    AssetReference, Dimensions, ImageError, Layout, PixelOperation, Raster, Rect, Step,
    assets::Asset,
    job,
    kernel::Stamp,
    ops::Operation,
    plan::Planner,
    rule::{Args, Modifiers, RuleError, base64url, geometry::inside},
};

/// A picture to be laid on the one that enters the segment.
#[derive(Debug, Clone, PartialEq)]
struct ImageMark {
    image: AssetReference,
    /// What becomes of a mark that is larger than the picture.
    too_large: Option<TooLarge>,
    manner: Manner,
}

/// `blogo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TooLarge {
    /// 1: scaled down until it fits.
    Scale,
    /// 2: its middle part is kept.
    Crop,
}

impl TooLarge {
    const WORDS: [(&'static str, Self); 2] = [("1", Self::Scale), ("2", Self::Crop)];
}

pub(super) fn parse(args: &mut Args<'_>, ignores_error: &mut bool) -> Result<Arc<dyn Operation>, RuleError> {
    const REQUIRED: &str = "image/<base64url> or image_key/<base64url>, and not both";
    let (mut images, mut too_large, mut manner) = (Vec::new(), None, Manner::default());
    let mut ignores = false;
    let refused = read_pairs(args, &mut ignores, |name, args| match name {
        "image" => clear_text(args).map(|url| images.push(AssetReference::Url(url))),
        "image_key" => clear_text(args).map(|key| images.push(AssetReference::Key(key))),
        "blogo" => args.choice(&TooLarge::WORDS).map(|word| too_large = Some(word)),
        _ => manner.read(name, args).unwrap_or_else(|| Err(unknown_name(args))),
    })?;
    *ignores_error |= ignores;
    let Ok([image]) = <[AssetReference; 1]>::try_from(images) else {
        return Err(RuleError::syntax("watermark", "", REQUIRED));
    };
    if let Some(error) = refused {
        return Err(error);
    }
    manner.check()?;
    manner.ignores_error = ignores;
    Ok(Arc::new(ImageMark { image, too_large, manner }))
}

impl fmt::Display for ImageMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.image {
            AssetReference::Url(_) => "image",
            AssetReference::Key(_) => "image_key",
        };
        write!(f, "1/{name}/{}", base64url::encode(self.image.text().as_bytes()))?;
        if let Some(chosen) = self.too_large {
            let word =
                TooLarge::WORDS.iter().find(|(_, other)| *other == chosen).map_or("", |(word, _)| word);
            write!(f, "/blogo/{word}")?;
        }
        write!(f, "{}", self.manner)
    }
}

impl Operation for ImageMark {
    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.ignore_error |= self.manner.ignores_error;
    }

    fn assets(&self) -> Vec<AssetReference> {
        vec![self.image.clone()]
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        let asset = Arc::clone(planner.assets().get(&self.image)?);
        if asset.is_animated() {
            return Err(self.image.unusable("an animated image cannot be a mark"));
        }
        let picture = planner.size();
        let (scaled, window) = self.fitted(asset.dimensions(), picture);
        let grid = self.manner.grid(window.size, picture);
        let Some((window, grid)) = visible(window, grid, picture) else { return Ok(()) };
        let mut steps = vec![Step::Resize(scaled), Step::Crop(window)];
        steps.extend(Step::turn(window.size, self.manner.angle_degrees()));
        planner.check_mark(grid.mark)?;
        planner.apply(Arc::new(Drawing {
            name: self.image.clone(),
            asset,
            steps,
            grid,
            opacity_percent: self.manner.dissolve_percent,
            stamp: OnceLock::new(),
        }));
        Ok(())
    }
}

impl ImageMark {
    /// The size the mark is scaled to, and what of it is used. Source: spec/ci/watermark.md, 1.2.
    fn fitted(&self, mark: Dimensions, picture: Dimensions) -> (Dimensions, Rect) {
        let scaled = self.manner.scaled(mark, picture);
        let whole = |size| (size, Rect { left_px: 0, top_px: 0, size });
        if scaled.width_px <= picture.width_px && scaled.height_px <= picture.height_px {
            return whole(scaled);
        }
        match self.too_large {
            None => whole(scaled),
            Some(TooLarge::Scale) => whole(inside(mark, picture)),
            Some(TooLarge::Crop) => {
                let size = Dimensions {
                    width_px: scaled.width_px.min(picture.width_px),
                    height_px: scaled.height_px.min(picture.height_px),
                };
                let left_px = (scaled.width_px - size.width_px) / 2;
                let top_px = (scaled.height_px - size.height_px) / 2;
                (scaled, Rect { left_px, top_px, size })
            }
        }
    }
}

/// A single mark is only made as far as it can be seen; `None` where that is nothing.
fn visible(window: Rect, grid: Grid, picture: Dimensions) -> Option<(Rect, Grid)> {
    if grid.step_px.is_some() {
        return Some((window, grid));
    }
    let seen = Seen::of(grid.corner, window.size, picture)?;
    let (left_px, top_px) = (window.left_px + seen.cut.0, window.top_px + seen.cut.1);
    let window = Rect { left_px, top_px, size: seen.size };
    Some((window, Grid { corner: seen.corner, mark: seen.size, ..grid }))
}

/// A mark for one picture, every number settled.
#[derive(Debug)]
struct Drawing {
    name: AssetReference,
    asset: Arc<Asset>,
    /// From the picture that was handed in to the mark.
    steps: Vec<Step>,
    grid: Grid,
    opacity_percent: u8,
    /// Made for the first frame. Frames of one source have one layout.
    stamp: OnceLock<Stamp>,
}

impl Drawing {
    fn stamp(&self, layout: Layout) -> Result<Stamp, ImageError> {
        let unusable = |error: ImageError| self.name.unusable(error);
        let mark = job::carried_out(self.asset.raster().map_err(unusable)?, &self.steps)?;
        Ok(Stamp::of_raster(&mark, self.opacity_percent, layout))
    }
}

impl PixelOperation for Drawing {
    fn apply(&self, frame: &mut Raster) -> Result<(), ImageError> {
        let stamp = match self.stamp.get() {
            Some(stamp) if stamp.layout() == frame.layout() => stamp,
            Some(_) => &self.stamp(frame.layout())?,
            None => {
                let stamp = self.stamp(frame.layout())?;
                self.stamp.get_or_init(|| stamp)
            }
        };
        for (left, top) in self.grid.corners(frame.dimensions()) {
            stamp.draw(frame, left, top);
        }
        Ok(())
    }

    /// The mark as it was handed in, scaled, turned, and as a stamp.
    fn extra_bytes(&self, _frame_bytes: u64) -> u64 {
        self.asset.memory_bytes()
            + job::steps_bytes(self.asset.dimensions(), &self.steps)
            + self.grid.mark.pixels() * 8
    }
}
