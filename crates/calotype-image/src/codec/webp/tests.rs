use super::*;
use crate::codec::check::{encode, fixture, raster, read, settings};

#[test]
fn colour_and_alpha_come_back() {
    let opaque = raster(20, Layout::Rgb, &[200, 90, 40].repeat(20 * 12));
    let (header, back) = read(&WebP, &encode(&WebP, ImageFormat::WebP, &opaque));
    assert_eq!((header.has_alpha, header.lossless, header.frame_count), (false, false, 1));
    assert!(back.samples().iter().zip(opaque.samples()).all(|(a, b)| a.abs_diff(*b) <= 6));

    let pixels = [[200, 90, 40, 255], [200, 90, 40, 0]].concat().repeat(20 * 12);
    let halves = raster(40, Layout::Rgba, &pixels);
    let (header, back) = read(&WebP, &encode(&WebP, ImageFormat::WebP, &halves));
    assert!(header.has_alpha);
    let alpha = |raster: &Raster| raster.samples().iter().skip(3).step_by(4).copied().collect::<Vec<_>>();
    assert_eq!(alpha(&back), alpha(&halves));
}

#[test]
fn mogr_fmt_17_transparent_fixtures_keep_their_alpha() {
    let (header, picture) = read(&WebP, &fixture("alpha_120x80.webp"));
    assert!(header.has_alpha);
    assert!(picture.samples().iter().skip(3).step_by(4).any(|alpha| *alpha < 255));
}

#[test]
fn mogr_q_10_lower_quality_is_smaller() {
    let pixels: Vec<u8> = (0..96 * 96 * 3_u32).map(|at| (at * at / 97 % 251) as u8).collect();
    let noise = raster(96, Layout::Rgb, &pixels);
    let sizes = [10, 50, 90].map(|quality| libwebp::encode(&noise, quality).unwrap().len());
    assert!(sizes.is_sorted(), "{sizes:?}");
}

#[test]
fn an_opaque_picture_is_averaged_down_by_whole_factors_only() {
    let picture = raster(101, Layout::Rgb, &[90, 120, 30].repeat(101 * 67));
    let file = encode(&WebP, ImageFormat::WebP, &picture);
    let header = WebP.probe(&file).unwrap();
    for (wished, expected) in
        [((51, 10), (101, 67)), ((50, 33), (51, 34)), ((25, 16), (26, 17)), ((2, 2), (13, 9))]
    {
        let wish = DecodeWish::AtLeast(Dimensions { width_px: wished.0, height_px: wished.1 });
        let decoded = WebP.decode(&file, &header, wish).unwrap();
        assert_eq!(decoded.raster.dimensions(), Dimensions { width_px: expected.0, height_px: expected.1 });
        assert_eq!(decoded.extent, (f64::from(expected.0), f64::from(expected.1)));
    }
}

#[test]
fn animations_keep_frames_times_and_repetitions() {
    let grays = [10, 90, 170, 250];
    let output = crate::OutputSettings { animated: true, ..settings(ImageFormat::WebP) };
    let dimensions = Dimensions { width_px: 16, height_px: 16 };
    let request = EncodeRequest { dimensions, frame_count: 4, loop_count: 7, settings: &output };
    let mut sink = WebP.encoder(request).unwrap().unwrap();
    for (gray, duration_ms) in grays.iter().zip([20, 40, 60, 80]) {
        sink.push(&raster(16, Layout::Rgb, &[*gray; 16 * 16 * 3]), duration_ms).unwrap();
    }
    let file = sink.finish().unwrap();
    let (header, first) = read(&WebP, &file);
    assert_eq!((header.frame_count, header.dimensions), (4, dimensions));
    assert!(first.samples()[0].abs_diff(10) <= 4);

    let mut frames = WebP.frames(&file, &header).unwrap();
    assert_eq!(frames.loop_count(), 7);
    for (gray, duration_ms) in grays.iter().zip([20, 40, 60, 80]) {
        let frame = frames.next_frame().unwrap().unwrap();
        assert_eq!(frame.duration_ms, duration_ms);
        assert!(frame.raster.samples()[0].abs_diff(*gray) <= 4);
    }
    assert_eq!(frames.next_frame().unwrap(), None);
}

#[test]
fn cut_and_damaged_files_are_unreadable() {
    let pixels: Vec<u8> = (0..64 * 64 * 3_u32).map(|at| (at * at / 97 % 251) as u8).collect();
    let file = encode(&WebP, ImageFormat::WebP, &raster(64, Layout::Rgb, &pixels));
    for length in (0..file.len() - 1).step_by(file.len() / 23) {
        let cut = &file[..length];
        let result = WebP.probe(cut).and_then(|header| WebP.decode(cut, &header, DecodeWish::Full));
        assert!(matches!(result, Err(ImageError::Unreadable { .. })), "{length} of {}", file.len());
    }
    for at in (20..file.len()).step_by(37) {
        let mut damaged = file.clone();
        damaged[at] ^= 0x5A;
        let _ = WebP.probe(&damaged).and_then(|header| WebP.decode(&damaged, &header, DecodeWish::Full));
    }
}
