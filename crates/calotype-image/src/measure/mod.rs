//! What can be told about a picture: its average colour, its Exif tags, what hides behind it, and the answers made of them.

mod average;
mod dynamic_range;
pub mod exif;
mod foreign_data;
mod info;

pub use average::{average_color, average_of};
pub use foreign_data::foreign_data_json;
pub use info::{ImageInfo, color_code, image_ave_json, image_info_json};
