//! GIF, still or animated: frames are composited to the whole canvas when read and taken apart again when written.

mod composite;
mod palette;
mod structure;
mod write;

use self::{composite::Compositor, structure::Structure};
use super::{Codec, DecodeWish, Decoded, EncodeRequest, FrameSink, FrameSource};
use crate::{Dimensions, ImageError, ImageFormat, ImageHeader};

/// The GIF codec.
pub(super) struct Gif;

impl Codec for Gif {
    fn format(&self) -> ImageFormat {
        ImageFormat::Gif
    }

    fn probe(&self, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
        let structure = Structure::read(bytes)?;
        Ok(ImageHeader {
            format: ImageFormat::Gif,
            dimensions: structure.canvas,
            frame_count: structure.frame_count,
            bit_depth: 8,
            has_alpha: structure.may_show_through,
            orientation: None,
            quality: None,
            lossless: true,
            progressive: false,
            dpi: None,
        })
    }

    fn end(&self, bytes: &[u8]) -> Option<usize> {
        Structure::read(bytes).ok()?.end
    }

    fn decode(&self, bytes: &[u8], header: &ImageHeader, _: DecodeWish) -> Result<Decoded, ImageError> {
        let raster = match Compositor::open(bytes, header)?.next_frame()? {
            Some(frame) => frame.raster,
            None => return Err(unreadable("there is no frame")),
        };
        let Dimensions { width_px, height_px } = raster.dimensions();
        Ok(Decoded { raster, extent: (f64::from(width_px), f64::from(height_px)) })
    }

    fn frames<'a>(
        &self,
        bytes: &'a [u8],
        header: &ImageHeader,
    ) -> Result<Box<dyn FrameSource + 'a>, ImageError> {
        Ok(Box::new(Compositor::open(bytes, header)?))
    }

    fn encoder(&self, request: EncodeRequest<'_>) -> Option<Result<Box<dyn FrameSink>, ImageError>> {
        Some(write::Writer::begin(request).map(|writer| Box::new(writer) as Box<dyn FrameSink>))
    }
}

fn unreadable(reason: impl std::fmt::Display) -> ImageError {
    ImageError::Unreadable { reason: format!("GIF: {reason}") }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::Gif;
    use crate::{
        Color, Dimensions, Frame, ImageError, ImageFormat, Layout, OutputSettings, Raster,
        codec::{Codec, DecodeWish, EncodeRequest},
    };

    fn fixture(name: &str) -> Vec<u8> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/images");
        fs::read(folder.join(name)).unwrap()
    }

    fn read_all(bytes: &[u8]) -> (Vec<Frame>, u32) {
        let header = Gif.probe(bytes).unwrap();
        let mut source = Gif.frames(bytes, &header).unwrap();
        let frames: Vec<_> = std::iter::from_fn(|| source.next_frame().unwrap()).collect();
        assert_eq!(frames.len() as u32, header.frame_count);
        (frames, source.loop_count())
    }

    fn write(frames: &[Frame], loop_count: u32, palette_colors_max: u16) -> Vec<u8> {
        let settings = OutputSettings {
            format: ImageFormat::Gif,
            quality: 100,
            reported_quality: 100,
            progressive: false,
            optimize: false,
            strip: false,
            upright: false,
            size_limit: None,
            animated: true,
            background: Color::WHITE,
            palette_colors_max,
            label: None,
        };
        let request = EncodeRequest {
            dimensions: frames[0].raster.dimensions(),
            frame_count: frames.len() as u32,
            loop_count,
            settings: &settings,
        };
        let mut sink = Gif.encoder(request).unwrap().unwrap();
        for frame in frames {
            sink.push(&frame.raster, frame.duration_ms).unwrap();
        }
        sink.finish().unwrap()
    }

    /// Frames that lie side by side in one PNG.
    fn strip(name: &str, frame: Dimensions) -> Vec<Vec<u8>> {
        let bytes = fixture(name);
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let mut samples = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut samples).unwrap();
        let (width, row_bytes) = (frame.width_px as usize * 4, reader.info().width as usize * 4);
        (0..row_bytes / width)
            .map(|at| {
                samples.chunks_exact(row_bytes).flat_map(|row| &row[at * width..][..width]).copied().collect()
            })
            .collect()
    }

    fn rgba(raster: &Raster) -> Vec<u8> {
        match raster.layout() {
            Layout::Rgba => raster.samples().to_vec(),
            Layout::Rgb => raster
                .samples()
                .chunks_exact(3)
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
                .collect(),
        }
    }

    #[test]
    fn mogr_anim_12_disposals_and_transparency_are_composited_exactly() {
        let (frames, _) = read_all(&fixture("gif_partial.gif"));
        let expected = strip("gif_partial_frames.png", frames[0].raster.dimensions());
        assert_eq!(frames.len(), expected.len());
        for (at, (frame, expected)) in frames.iter().zip(&expected).enumerate() {
            assert!(rgba(&frame.raster) == *expected, "frame {at}");
        }
        assert_eq!(frames.iter().map(|frame| frame.duration_ms).collect::<Vec<_>>(), [100, 200, 300, 400]);
    }

    #[test]
    fn mogr_anim_12_written_frames_are_shown_as_they_were_read() {
        for name in ["gif_partial.gif", "gif_200x100_12.gif", "gif40_50x50.gif"] {
            let (frames, loop_count) = read_all(&fixture(name));
            let (again, loops_again) = read_all(&write(&frames, loop_count, 256));
            assert_eq!(loops_again, loop_count);
            assert_eq!(again.len(), frames.len());
            for (at, (one, other)) in frames.iter().zip(&again).enumerate() {
                assert!(rgba(&one.raster) == rgba(&other.raster), "{name}, frame {at}");
                assert_eq!(one.duration_ms, other.duration_ms);
            }
        }
    }

    fn frame(layout: Layout, samples: &[u8], duration_ms: u32) -> Frame {
        let pixels = (samples.len() / layout.channels()) as u32;
        let dimensions = Dimensions { width_px: pixels, height_px: 1 };
        Frame { raster: Raster::from_samples(dimensions, layout, samples.to_vec()).unwrap(), duration_ms }
    }

    #[test]
    fn pixels_may_turn_transparent_again() {
        let frames = [
            frame(Layout::Rgba, &[255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255], 50),
            frame(Layout::Rgba, &[255, 0, 0, 255, 9, 9, 9, 0, 0, 0, 255, 255], 50),
            frame(Layout::Rgba, &[255, 0, 0, 255, 9, 9, 9, 0, 0, 0, 255, 255], 50),
            frame(Layout::Rgba, &[1, 1, 1, 255, 1, 1, 1, 128, 1, 1, 1, 127], 50),
        ];
        let (again, _) = read_all(&write(&frames, 0, 256));
        let shown: Vec<_> = again.iter().map(|frame| rgba(&frame.raster)).collect();
        assert_eq!(shown[0], [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]);
        assert_eq!(shown[1], [255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 255]);
        assert_eq!(shown[2], shown[1]);
        assert_eq!(shown[3], [1, 1, 1, 255, 1, 1, 1, 255, 0, 0, 0, 0]);
    }

    #[test]
    fn odd_delays_do_not_drift_and_loops_are_kept() {
        let frames: Vec<_> = (0..9).map(|level| frame(Layout::Rgb, &[level, 0, 0], 33)).collect();
        for loop_count in [0, 1, 2, 7] {
            let (again, loops) = read_all(&write(&frames, loop_count, 256));
            assert_eq!(again.iter().map(|frame| frame.duration_ms).sum::<u32>(), 300);
            assert_eq!(loops, loop_count);
        }
    }

    #[test]
    fn the_palette_is_as_small_as_asked() {
        let samples: Vec<_> = (0..=255).flat_map(|level| [level, 255 - level, level / 2]).collect();
        let bytes = write(&[frame(Layout::Rgb, &samples, 0)], 1, 16);
        let (again, _) = read_all(&bytes);
        let mut colors: Vec<_> = rgba(&again[0].raster).chunks(4).map(<[u8]>::to_vec).collect();
        colors.sort();
        colors.dedup();
        assert!((8..=16).contains(&colors.len()), "{} colours", colors.len());
    }

    #[test]
    fn frames_of_256_opaque_colours_stay_exact() {
        let level = |at: u32| [(at % 16) as u8, (at / 16 % 16) as u8, 9];
        let frames: Vec<_> = (0..4_u32)
            .map(|number| {
                let samples: Vec<_> =
                    (0..300).flat_map(|at| level(if at == 7 { at + number } else { at % 256 })).collect();
                frame(Layout::Rgb, &samples, 40)
            })
            .collect();
        let (again, _) = read_all(&write(&frames, 0, 256));
        for (one, other) in frames.iter().zip(&again) {
            assert!(rgba(&one.raster) == rgba(&other.raster));
        }
    }

    #[test]
    fn a_file_without_palettes_is_gray() {
        let file = b"GIF89a\x02\0\x01\0\0\0\0,\0\0\0\0\x02\0\x01\0\0\x02\x02\x44\x0A\0;";
        let (frames, _) = read_all(file);
        let samples = frames[0].raster.samples();
        assert!(
            samples.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]),
            "{samples:?}"
        );
    }

    #[test]
    fn a_cut_frame_is_an_error_and_the_frames_before_it_are_not() {
        let bytes = fixture("gif_200x100_12.gif");
        let cut = &bytes[..bytes.len() - 40];
        let header = Gif.probe(cut).unwrap();
        assert!(Gif.decode(cut, &header, DecodeWish::Full).is_ok());
        let mut source = Gif.frames(cut, &header).unwrap();
        let outcome = loop {
            match source.next_frame() {
                Ok(Some(_)) => {}
                other => break other,
            }
        };
        assert!(matches!(outcome, Err(ImageError::Unreadable { .. })), "{outcome:?}");
        for length in 0..200 {
            if let Ok(header) = Gif.probe(&bytes[..length]) {
                assert!(Gif.decode(&bytes[..length], &header, DecodeWish::Full).is_err());
            }
        }
    }
}
