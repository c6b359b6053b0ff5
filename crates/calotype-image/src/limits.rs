//! Everything that grows with input has a bound here.

/// Upper bounds for sources and results. Each may be configured downwards. Source: spec/ci/README.md, 4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a source.
    pub source_size_bytes_max: u64,
    /// Bytes of a result.
    pub result_size_bytes_max: u64,
    /// Pixels along one side, source and result.
    pub side_px_max: u32,
    /// Pixels of one picture; for animations width x height x frames. Source and result.
    pub pixels_max: u64,
    /// Frames of an animation.
    pub frames_max: u32,
    /// Pixels along one side of a WebP, source and result.
    pub webp_side_px_max: u32,
    /// Width and height parameters above this are clamped to it, without an error.
    pub parameter_px_clamp: u32,
    /// Segments of one instruction.
    pub segments_max: usize,
    /// Bytes of a source in which codes are looked for.
    pub code_source_size_bytes_max: u64,
    /// Distinct image watermarks on one picture.
    pub image_marks_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_size_bytes_max: 33_554_432,
            result_size_bytes_max: 33_554_432,
            side_px_max: 50_000,
            pixels_max: 250_000_000,
            frames_max: 300,
            webp_side_px_max: 16_383,
            parameter_px_clamp: 10_000,
            segments_max: 10,
            code_source_size_bytes_max: 3 << 20,
            image_marks_max: 10,
        }
    }
}
