//! Settings of image processing.

use std::path::PathBuf;

use calotype_image::Limits;
use serde::Deserialize;

use super::workers::WorkersConfig;

/// Everything an operator can say about pictures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PicturesConfig {
    /// Threads, waiting room and memory.
    pub workers: WorkersConfig,
    /// Bounds for sources and results, at most those of the interface.
    pub limits: LimitsConfig,
    /// Bytes of results made on download that are kept in memory. 0 keeps none. Default: 256 MiB.
    pub cache_size_bytes: u64,
    /// Bytes of sources that may be in memory at once, besides their pixels; further ones wait. Default: 1 GiB.
    pub sources_size_bytes: u64,
    /// A folder with fonts for text on pictures (ttf, otf, ttc), read when the service starts. Rules name them by their
    /// files. Default: none but the embedded ones.
    pub fonts_folder: Option<PathBuf>,
}

impl Default for PicturesConfig {
    fn default() -> Self {
        Self {
            workers: WorkersConfig::default(),
            limits: LimitsConfig::default(),
            cache_size_bytes: 256 << 20,
            sources_size_bytes: 1 << 30,
            fonts_folder: None,
        }
    }
}

impl PicturesConfig {
    /// Adds a sentence for every setting that cannot work.
    pub fn validate(&self, mistakes: &mut Vec<String>) {
        self.workers.validate(mistakes);
        self.limits.validate(mistakes);
        if self.sources_size_bytes < self.limits.source_size_bytes_max {
            mistakes.push(format!(
                "sources_size_bytes is {}, below limits.source_size_bytes_max of {}",
                self.sources_size_bytes, self.limits.source_size_bytes_max
            ));
        }
    }
}

/// The bounds an operator may lower. Source of the defaults: spec/ci/README.md, 4.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Bytes of a source.
    pub source_size_bytes_max: u64,
    /// Bytes of a result.
    pub result_size_bytes_max: u64,
    /// Pixels along one side.
    pub side_px_max: u32,
    /// Pixels of one picture, of all frames together for an animation.
    pub pixels_max: u64,
    /// Frames of an animation.
    pub frames_max: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        let Limits {
            source_size_bytes_max, result_size_bytes_max, side_px_max, pixels_max, frames_max, ..
        } = Limits::default();
        Self { source_size_bytes_max, result_size_bytes_max, side_px_max, pixels_max, frames_max }
    }
}

impl LimitsConfig {
    /// Adds a sentence for every bound that is 0 or above the one of the interface.
    pub fn validate(&self, mistakes: &mut Vec<String>) {
        let most = Self::default();
        for (name, value, max) in [
            ("source_size_bytes_max", self.source_size_bytes_max, most.source_size_bytes_max),
            ("result_size_bytes_max", self.result_size_bytes_max, most.result_size_bytes_max),
            ("side_px_max", self.side_px_max.into(), most.side_px_max.into()),
            ("pixels_max", self.pixels_max, most.pixels_max),
            ("frames_max", self.frames_max.into(), most.frames_max.into()),
        ] {
            if value == 0 || value > max {
                mistakes.push(format!("limits.{name} is {value}, it can be 1 to {max}"));
            }
        }
    }

    /// The bounds as the image crate takes them.
    pub fn limits(&self) -> Limits {
        Limits {
            source_size_bytes_max: self.source_size_bytes_max,
            result_size_bytes_max: self.result_size_bytes_max,
            side_px_max: self.side_px_max,
            pixels_max: self.pixels_max,
            frames_max: self.frames_max,
            ..Limits::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(config: &PicturesConfig) -> Vec<String> {
        let mut mistakes = Vec::new();
        config.validate(&mut mistakes);
        mistakes
    }

    #[test]
    fn the_defaults_are_those_of_the_interface() {
        let config = PicturesConfig::default();
        assert_eq!(mistakes(&config), [""; 0]);
        assert_eq!(config.limits.limits(), Limits::default());
    }

    #[test]
    fn limits_go_down_but_not_up() {
        let lower = LimitsConfig { pixels_max: 1_000_000, ..LimitsConfig::default() };
        assert_eq!(mistakes(&PicturesConfig { limits: lower.clone(), ..PicturesConfig::default() }), [""; 0]);
        assert_eq!(lower.limits().pixels_max, 1_000_000);

        let higher = LimitsConfig { frames_max: 301, side_px_max: 0, ..LimitsConfig::default() };
        let found = mistakes(&PicturesConfig { limits: higher, ..PicturesConfig::default() });
        assert_eq!(
            found,
            ["limits.side_px_max is 0, it can be 1 to 50000", "limits.frames_max is 301, it can be 1 to 300"]
        );
    }
}
