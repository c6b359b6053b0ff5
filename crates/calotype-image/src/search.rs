//! Carries out rules that look for something in a picture.

use std::sync::Arc;

use crate::{
    Assets, Cancel, Dimensions, ImageError, ImageFormat, Job, Limits, Plan, ProcessedImage, SourceImage,
    assets::Asset,
    blind,
    codec::{self, DecodeWish},
    codes::{self, Cover, FoundCode},
    rule::{CodeSearch, MarkKind, MarkSearch, Search},
};

/// Bytes for each pixel that looking for codes holds beside the picture: brightness, its halves, black and white, and
/// turned copies.
const CODE_BYTES_PER_PIXEL: u64 = 8;
/// Bytes for each column and row that looking for a blind watermark holds: the waves along both sides.
const MARK_BYTES_PER_SIDE_PX: u64 = 512;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Codes, none or more.
    Codes(Vec<FoundCode>),
    /// A blind watermark that is a text.
    Text {
        /// None where there is none.
        text: Option<String>,
        /// The version it was looked for under.
        version: Option<u8>,
    },
    /// How sure it is that a blind watermark is there, 0 to 100; from 75 on it is, below 60 it is not.
    Mark(u8),
}

/// What came of a search.
#[derive(Debug)]
pub struct SearchResult {
    /// What was found.
    pub found: Found,
    /// The picture that shows it, where the rule asks for one; without it the source stays as it is.
    pub picture: Option<ProcessedImage>,
}

/// One search in one picture, its limits passed.
#[derive(Debug)]
pub struct SearchJob {
    source: SourceImage,
    search: Search,
    /// The picture that is looked for.
    asset: Option<Arc<Asset>>,
    limits: Limits,
    memory_bytes: u64,
}

impl SearchJob {
    /// Checks whether this search can be made in this picture. No pixel is read.
    ///
    /// - `assets`: the pictures that [`Search::assets`] lists.
    /// - Errors: a limit that the source exceeds, a format or a size that does not fit the search.
    pub fn new(
        source: SourceImage,
        search: Search,
        assets: &Assets,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
        let (header, size_bytes) = (source.header(), source.bytes().len() as u64);
        let Dimensions { width_px, height_px } = header.dimensions;
        let working = match &search {
            Search::Codes(_) => {
                codes::check_source(header, size_bytes, limits)?;
                header.dimensions.pixels() * CODE_BYTES_PER_PIXEL
            }
            Search::Mark(_) => (u64::from(width_px) + u64::from(height_px)) * MARK_BYTES_PER_SIDE_PX,
        };
        let asset = search.assets().first().map(|reference| assets.get(reference).cloned()).transpose()?;
        let plan = Plan::unchanged(header, size_bytes, limits)?;
        let decoding = Job::new(source.clone(), vec![plan]).memory_bytes();
        let mark = asset.as_ref().map_or(0, |asset| asset.memory_bytes());
        let memory_bytes = decoding + working + mark;
        Ok(Self { source, search, asset, limits: limits.clone(), memory_bytes })
    }

    /// Upper estimate of the memory that [`Self::run`] holds at its peak, the source's own bytes not counted.
    pub fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// Searches, and makes the picture where one is asked for.
    ///
    /// Errors: a source that is damaged behind its header, and those of writing a picture.
    pub fn run(&self, cancel: &Cancel) -> Result<SearchResult, ImageError> {
        cancel.check()?;
        match &self.search {
            Search::Codes(search) => self.find_codes(*search, cancel),
            Search::Mark(search) => self.find_mark(search),
        }
    }

    fn find_codes(&self, search: CodeSearch, cancel: &Cancel) -> Result<SearchResult, ImageError> {
        let (header, bytes) = (self.source.header(), self.source.bytes());
        let decoded = self.source.codec().decode(bytes, header, DecodeWish::Full)?;
        let codes = codes::find(&decoded.raster, search, cancel)?;
        drop(decoded);
        let picture = if search.covers && !codes.is_empty() {
            let cover = Cover::over(&codes, header.dimensions);
            let plan = Plan::in_place(Arc::new(cover), header, bytes.len() as u64, &self.limits)?;
            Some(Job::new(self.source.clone(), vec![plan]).run(0, cancel)?)
        } else {
            None
        };
        Ok(SearchResult { found: Found::Codes(codes), picture })
    }

    /// A text leaves the picture as it is, a picture is drawn as far as it can be read.
    fn find_mark(&self, search: &MarkSearch) -> Result<SearchResult, ImageError> {
        let header = self.source.header();
        let decoded = self.source.codec().decode(self.source.bytes(), header, DecodeWish::Full)?;
        let version = search.version.unwrap_or(0);
        let (MarkKind::Picture(_), Some(asset)) = (&search.kind, &self.asset) else {
            let text = blind::find_text(&decoded.raster, version);
            return Ok(SearchResult { found: Found::Text { text, version: search.version }, picture: None });
        };
        let found = blind::find_picture(&decoded.raster, asset.raster()?, version);
        let picture = ProcessedImage {
            bytes: codec::png::encode_gray(asset.dimensions(), &found.gray)?.into(),
            format: ImageFormat::Png,
            dimensions: asset.dimensions(),
            quality: 100,
            frame_count: 1,
            slimmed: None,
        };
        Ok(SearchResult { found: Found::Mark(found.status), picture: Some(picture) })
    }
}
