//! Every operation over the wire: an instruction goes in, a picture comes out, and its pixels are looked at.

mod crop;
mod effects;
mod format;
mod pipelines;
mod quality;
mod rotate;
mod thumbnail;
mod view;
pub mod watermark;
