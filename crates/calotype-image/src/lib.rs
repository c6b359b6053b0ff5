//! Rules, codecs and pixels: bytes and a rule in, bytes out.
//!
//! The way of a picture: [`Rule`](rule::Rule) text is parsed, a [`SourceImage`] is probed from its header alone, a
//! [`Plan`] settles every size, limit and output setting before a pixel is read, and a [`Job`] decodes once and carries
//! out all plans of one request. This crate opens no file or socket and reads no clock.

mod assets;
mod blind;
mod bytes_at;
mod cancel;
pub mod codec;
pub mod codes;
mod color;
mod dimensions;
mod error;
mod faces;
mod format;
mod header;
mod job;
mod jpeg_segments;
mod kernel;
mod limits;
pub mod measure;
pub mod metadata;
mod ops;
mod orientation;
mod output;
mod plan;
mod raster;
pub mod rule;
mod search;
mod slim;
mod source_image;
mod step;
mod text;

pub use assets::{AssetReference, Assets};
pub use cancel::Cancel;
pub use codes::FoundCode;
pub use color::Color;
pub use dimensions::{Dimensions, Rect};
pub use error::ImageError;
pub use faces::{Face, FaceSearch};
pub use format::ImageFormat;
pub use header::ImageHeader;
pub use job::{Job, ProcessedImage};
pub use limits::Limits;
pub use ops::{OPERATIONS, Operation, OperationSpec, Phase};
pub use orientation::Orientation;
pub use output::{OutputSettings, SizeLimit};
pub use plan::{FrameSelection, Plan};
pub use raster::{Frame, Layout, Raster};
pub use search::{Found, SearchJob, SearchResult};
pub use slim::{SlimMethod, Slimmed};
pub use source_image::SourceImage;
pub use step::{PixelOperation, Step};
pub use text::{Fonts, UnreadableFont};
