//! What can be told about a picture: its average colour, its Exif tags, and the answers made of them.

mod average;
mod dynamic_range;
pub mod exif;
mod info;

pub use average::{average_color, average_of};
pub use info::{ImageInfo, color_code, image_ave_json, image_info_json};
