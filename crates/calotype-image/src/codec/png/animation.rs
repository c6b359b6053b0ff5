//! Lays the stored patches of an APNG on one another as a viewer does.

use std::io::Cursor;

use png::{BlendOp, ColorType, DecodingError, DisposeOp, FrameControl, Limits, Reader, Transformations};

use super::{DECODER_BYTES_MAX, unreadable};
use crate::{Dimensions, Frame, ImageError, Layout, Raster, codec::FrameSource, kernel};

/// Reads patch after patch and keeps the canvas between them.
pub(super) struct Animation<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    size: Dimensions,
    /// The canvas as it was last shown, straight alpha.
    canvas: Vec<[u8; 4]>,
    /// What the next patch is drawn on.
    backdrop: Vec<[u8; 4]>,
    frames_left: u32,
    at_start: bool,
    plays: u32,
}

impl<'a> Animation<'a> {
    /// The size in the header was checked against the limits, so the canvas may be allocated.
    pub(super) fn open(png: &'a [u8]) -> Result<Self, ImageError> {
        let limits = Limits { bytes: DECODER_BYTES_MAX };
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(png), limits);
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.set_transformations(Transformations::STRIP_16 | Transformations::ALPHA);
        let reader = decoder.read_info().map_err(damaged)?;
        let info = reader.info();
        let control = info.animation_control.ok_or_else(|| unreadable("a PNG without animation"))?;
        let size = Dimensions { width_px: info.width, height_px: info.height };
        let empty = vec![[0; 4]; size.pixels() as usize];
        Ok(Self {
            size,
            backdrop: empty.clone(),
            canvas: empty,
            frames_left: control.num_frames,
            at_start: true,
            plays: control.num_plays,
            reader,
        })
    }

    /// The next patch in four channels. A picture only for viewers without animation is passed over.
    fn next_patch(&mut self) -> Result<(FrameControl, Vec<u8>), DecodingError> {
        let length = self.reader.output_buffer_size().ok_or(DecodingError::LimitsExceeded)?;
        let mut samples = vec![0; length];
        let is_first = std::mem::take(&mut self.at_start);
        let control = match self.reader.info().frame_control {
            // The picture that other viewers show is the first patch and is already under way.
            Some(control) if is_first => control,
            None if is_first => {
                self.reader.next_frame(&mut samples)?;
                *self.reader.next_frame_info()?
            }
            _ => *self.reader.next_frame_info()?,
        };
        let frame = self.reader.next_frame(&mut samples)?;
        samples.truncate(frame.buffer_size());
        let samples = match frame.color_type {
            ColorType::GrayscaleAlpha => kernel::gray_alpha_to_rgba(&samples),
            _ => samples,
        };
        Ok((control, samples))
    }

    fn draw(&mut self, control: &FrameControl, samples: &[u8]) {
        self.canvas.clone_from(&self.backdrop);
        let stride = self.size.width_px as usize;
        let (left, width) = (control.x_offset as usize, control.width as usize);
        let rows = self.canvas.chunks_exact_mut(stride).skip(control.y_offset as usize);
        for (row, patch) in rows.zip(samples.as_chunks::<4>().0.chunks_exact(width)) {
            for (pixel, drawn) in row[left..left + width].iter_mut().zip(patch) {
                *pixel = if control.blend_op == BlendOp::Over { over(*drawn, *pixel) } else { *drawn };
            }
        }
        match control.dispose_op {
            DisposeOp::None => self.backdrop.clone_from(&self.canvas),
            DisposeOp::Background => {
                self.backdrop.clone_from(&self.canvas);
                let rows = self.backdrop.chunks_exact_mut(stride).skip(control.y_offset as usize);
                rows.take(control.height as usize).for_each(|row| row[left..left + width].fill([0; 4]));
            }
            DisposeOp::Previous => {}
        }
    }
}

impl FrameSource for Animation<'_> {
    fn next_frame(&mut self) -> Result<Option<Frame>, ImageError> {
        if self.frames_left == 0 {
            return Ok(None);
        }
        self.frames_left -= 1;
        let (control, samples) = self.next_patch().map_err(damaged)?;
        self.draw(&control, &samples);
        let canvas = self.canvas.as_flattened().to_vec();
        let raster = Raster::from_samples(self.size, Layout::Rgba, canvas).expect("the canvas has its size");
        Ok(Some(Frame { raster, duration_ms: duration_ms(&control) }))
    }

    fn loop_count(&self) -> u32 {
        self.plays
    }
}

/// Seconds as a fraction; a denominator of 0 stands for hundredths.
fn duration_ms(control: &FrameControl) -> u32 {
    let denominator = if control.delay_den == 0 { 100 } else { u32::from(control.delay_den) };
    u32::from(control.delay_num) * 1000 / denominator
}

/// One pixel laid on another, both with straight alpha.
fn over(upper: [u8; 4], lower: [u8; 4]) -> [u8; 4] {
    let (above, below) = (u32::from(upper[3]), u32::from(lower[3]) * (255 - u32::from(upper[3])));
    match (above, below) {
        (255, _) | (_, 0) => upper,
        (0, _) => lower,
        _ => {
            let total = above * 255 + below;
            let blend = |at: usize| {
                let sum = u32::from(upper[at]) * above * 255 + u32::from(lower[at]) * below;
                ((sum + total / 2) / total) as u8
            };
            [blend(0), blend(1), blend(2), ((total + 127) / 255) as u8]
        }
    }
}

fn damaged(error: DecodingError) -> ImageError {
    unreadable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 4x1 canvas: a red line, then patches of two columns.
    fn file(dispose: DisposeOp, blend: BlendOp) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 4, 1);
        encoder.set_color(ColorType::Rgba);
        encoder.set_animated(3, 5).unwrap();
        encoder.set_frame_delay(1, 20).unwrap();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[200, 0, 0, 255].repeat(4)).unwrap();
        writer.set_frame_dimension(2, 1).unwrap();
        writer.set_frame_position(1, 0).unwrap();
        writer.set_dispose_op(dispose).unwrap();
        writer.set_blend_op(blend).unwrap();
        writer.write_image_data(&[0, 100, 0, 128].repeat(2)).unwrap();
        writer.set_frame_position(3, 0).unwrap_err();
        writer.set_frame_dimension(1, 1).unwrap();
        writer.set_frame_position(3, 0).unwrap();
        writer.write_image_data(&[0, 0, 90, 255]).unwrap();
        writer.finish().unwrap();
        file
    }

    fn frames(dispose: DisposeOp, blend: BlendOp) -> Vec<Vec<[u8; 4]>> {
        let file = file(dispose, blend);
        let mut animation = Animation::open(&file).unwrap();
        assert_eq!(animation.loop_count(), 5);
        let mut frames = Vec::new();
        while let Some(frame) = animation.next_frame().unwrap() {
            assert_eq!(frame.duration_ms, 50);
            frames.push(frame.raster.samples().as_chunks::<4>().0.to_vec());
        }
        frames
    }

    const RED: [u8; 4] = [200, 0, 0, 255];
    const BLUE: [u8; 4] = [0, 0, 90, 255];
    const HALF: [u8; 4] = [0, 100, 0, 128];

    #[test]
    fn patches_replace_or_cover_what_is_below() {
        let replaced = frames(DisposeOp::None, BlendOp::Source);
        assert_eq!(replaced, [[RED; 4], [RED, HALF, HALF, RED], [RED, HALF, HALF, BLUE]]);
        let covered = frames(DisposeOp::None, BlendOp::Over);
        assert_eq!(covered[1][1], [100, 50, 0, 255]);
    }

    #[test]
    fn patches_are_taken_away_as_they_ask() {
        let cleared = frames(DisposeOp::Background, BlendOp::Source);
        assert_eq!(cleared[2], [RED, [0; 4], [0; 4], BLUE]);
        let restored = frames(DisposeOp::Previous, BlendOp::Source);
        assert_eq!(restored[2], [RED, RED, RED, BLUE]);
    }
}
