//! What the tests of codecs share.

use std::{fs, path::Path};

use super::{Codec, DecodeWish, EncodeRequest};
use crate::{Color, Dimensions, ImageFormat, ImageHeader, Layout, OutputSettings, Raster};

/// A picture of the repository's own set.
pub(super) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/images");
    fs::read(folder.join(name)).unwrap()
}

/// A raster of as many rows as the samples fill.
pub(super) fn raster(width_px: u32, layout: Layout, samples: &[u8]) -> Raster {
    let height_px = (samples.len() / layout.channels()) as u32 / width_px;
    Raster::from_samples(Dimensions { width_px, height_px }, layout, samples.to_vec()).unwrap()
}

/// Default settings for a format.
pub(super) fn settings(format: ImageFormat) -> OutputSettings {
    OutputSettings {
        format,
        quality: 80,
        reported_quality: 80,
        progressive: false,
        optimize: false,
        strip: false,
        upright: false,
        size_limit: None,
        animated: true,
        background: Color::WHITE,
        palette_colors_max: 256,
        label: None,
    }
}

/// One frame written with default settings.
pub(super) fn encode(codec: &dyn Codec, format: ImageFormat, picture: &Raster) -> Vec<u8> {
    let settings = settings(format);
    let request = EncodeRequest {
        dimensions: picture.dimensions(),
        frame_count: 1,
        loop_count: 1,
        settings: &settings,
    };
    let mut sink = codec.encoder(request).unwrap().unwrap();
    sink.push(picture, 0).unwrap();
    sink.finish().unwrap()
}

/// Header and whole first frame.
pub(super) fn read(codec: &dyn Codec, bytes: &[u8]) -> (ImageHeader, Raster) {
    assert_eq!(ImageFormat::detect(bytes), Some(codec.format()));
    let header = codec.probe(bytes).unwrap();
    let decoded = codec.decode(bytes, &header, DecodeWish::Full).unwrap();
    assert_eq!(decoded.raster.dimensions(), header.dimensions);
    (header, decoded.raster)
}
