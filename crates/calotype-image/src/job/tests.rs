use super::*;
use crate::{Color, FrameSelection, Layout, Limits, OutputSettings, Rect, SizeLimit, Step};

fn size(width_px: u32, height_px: u32) -> Dimensions {
    Dimensions { width_px, height_px }
}

fn settings(format: ImageFormat) -> OutputSettings {
    OutputSettings {
        format,
        quality: 80,
        reported_quality: 80,
        progressive: false,
        optimize: false,
        strip: true,
        upright: false,
        size_limit: None,
        animated: false,
        background: Color::WHITE,
        palette_colors_max: 256,
        label: None,
    }
}

fn plan(source: Dimensions, steps: Vec<Step>, result: Dimensions, format: ImageFormat) -> Plan {
    Plan {
        source,
        frames: FrameSelection::All,
        steps,
        output: settings(format),
        result,
        result_frames: 1,
        keeps_bytes: false,
        slim: None,
        sequence: None,
    }
}

/// A picture with large forms, edges and fine detail, different in each channel.
fn photo(width_px: u32, height_px: u32) -> Raster {
    let mut samples = Vec::new();
    for y in 0..height_px {
        for x in 0..width_px {
            let (x, y) = (f64::from(x), f64::from(y));
            let hills = (x / 91.0).sin() * 45.0 + (y / 67.0).cos() * 40.0;
            let leaves = (x / 5.1 + y / 9.0).sin() * (y / 7.3).cos() * 18.0;
            let edge = if (x - 400.0).hypot(y - 300.0) < 170.0 { 35.0 } else { 0.0 };
            let value = 110.0 + hills + leaves + edge;
            samples.extend([value, value * 0.9 + 10.0, 230.0 - value].map(|value| value as u8));
        }
    }
    Raster::from_samples(size(width_px, height_px), Layout::Rgb, samples).unwrap()
}

fn encoded(picture: &Raster, output: &OutputSettings) -> Bytes {
    let mut sink = encode::begin(picture.dimensions(), 1, 0, output).unwrap();
    sink.push(picture, 0).unwrap();
    sink.finish().unwrap().into()
}

fn source_in(format: ImageFormat, picture: &Raster) -> SourceImage {
    let bytes = encoded(picture, &OutputSettings { quality: 92, ..settings(format) });
    SourceImage::probe(bytes, &Limits::default()).unwrap()
}

fn pixels(file: &Bytes) -> Raster {
    let source = SourceImage::probe(file.clone(), &Limits::default()).unwrap();
    source.codec().decode(file, source.header(), DecodeWish::Full).unwrap().raster
}

fn psnr(a: &Raster, b: &Raster) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let squares = a.samples().iter().zip(b.samples()).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
    let mean = squares.sum::<f64>() / a.samples().len() as f64;
    10.0 * (255.0_f64.powi(2) / mean).log10()
}

fn run(job: &Job, index: usize) -> ProcessedImage {
    job.run(index, &Cancel::new()).unwrap()
}

#[test]
fn scaled_decodes_look_like_whole_ones_at_odd_sizes() {
    let whole = size(1361, 1107);
    let targets = [size(150, 122), size(299, 243), size(541, 440), size(1080, 878)];
    for format in [ImageFormat::Jpeg, ImageFormat::WebP] {
        let source = source_in(format, &photo(whole.width_px, whole.height_px));
        let full = source.codec().decode(source.bytes(), source.header(), DecodeWish::Full).unwrap();
        for target in targets {
            let resize = plan(whole, vec![Step::Resize(target)], target, ImageFormat::Png);
            let job = Job::new(source.clone(), vec![resize]);
            let (view, _) = View::leading(whole, &[Step::Resize(target)]);
            let expected = view.draw(&full.raster, full.extent);
            let psnr = psnr(&pixels(&run(&job, 0).bytes), &expected);
            assert!(psnr >= 40.0, "{format} to {target}: {psnr:.1} dB");
        }
    }
}

#[test]
fn halves_are_shared_and_look_like_the_whole() {
    let whole = size(1361, 1107);
    let source = source_in(ImageFormat::Png, &photo(whole.width_px, whole.height_px));
    let targets = [size(150, 122), size(299, 243), size(541, 440)];
    let plans: Vec<Plan> = targets
        .iter()
        .map(|target| plan(whole, vec![Step::Resize(*target)], *target, ImageFormat::Png))
        .collect();
    let together = Job::new(source.clone(), plans.clone());
    assert!(together.halving);
    for (index, plan) in plans.into_iter().enumerate() {
        let alone = Job::new(source.clone(), vec![plan]);
        assert!(!alone.halving);
        let psnr = psnr(&pixels(&run(&together, index).bytes), &pixels(&run(&alone, 0).bytes));
        assert!(psnr >= 38.0, "{}: {psnr:.1} dB", targets[index]);
    }
}

#[test]
fn parallel_runs_give_the_bytes_of_serial_runs() {
    let whole = size(640, 427);
    let source = source_in(ImageFormat::Jpeg, &photo(640, 427));
    let crop = Step::Crop(Rect { left_px: 20, top_px: 7, size: size(400, 400) });
    let plans = vec![
        plan(whole, vec![], whole, ImageFormat::Png),
        plan(whole, vec![Step::Resize(size(100, 67))], size(100, 67), ImageFormat::Jpeg),
        plan(whole, vec![Step::Resize(size(200, 133))], size(200, 133), ImageFormat::WebP),
        plan(whole, vec![crop, Step::Resize(size(90, 90))], size(90, 90), ImageFormat::Jpeg),
        plan(whole, vec![Step::Resize(size(150, 100))], size(150, 100), ImageFormat::Png),
    ];
    let serial = Job::new(source.clone(), plans.clone());
    let expected: Vec<Bytes> = (0..5).map(|index| run(&serial, index).bytes).collect();
    let parallel = Job::new(source, plans);
    let order = parallel.order();
    std::thread::scope(|scope| {
        assert_eq!(order[0], 0, "the whole PNG takes longest");
        let runs: Vec<_> =
            order.iter().map(|index| (*index, scope.spawn(|| run(&parallel, *index).bytes))).collect();
        for (index, thread) in runs {
            assert_eq!(thread.join().unwrap(), expected[index], "rule {index}");
        }
    });
}

#[test]
fn mogr_size_06_the_highest_quality_that_fits_is_found() {
    let whole = size(640, 427);
    let source = source_in(ImageFormat::Png, &photo(640, 427));
    let mut limited = plan(whole, vec![], whole, ImageFormat::Jpeg);
    limited.output.quality = 90;
    limited.output.size_limit = Some(SizeLimit { size_bytes_max: 15 * 1024, or_original: false });
    let result = run(&Job::new(source, vec![limited.clone()]), 0);
    assert!(result.bytes.len() <= 15 * 1024, "{} bytes", result.bytes.len());
    assert!((10..90).contains(&result.quality), "quality {}", result.quality);
    let next = OutputSettings { quality: result.quality + 1, ..settings(ImageFormat::Jpeg) };
    assert!(encoded(&photo(640, 427), &next).len() > 15 * 1024);
}

#[test]
fn mogr_size_03_an_unreachable_limit_gives_quality_10() {
    let whole = size(640, 427);
    let source = source_in(ImageFormat::Png, &photo(640, 427));
    let mut limited = plan(whole, vec![], whole, ImageFormat::Jpeg);
    limited.output.size_limit = Some(SizeLimit { size_bytes_max: 1024, or_original: false });
    let result = run(&Job::new(source, vec![limited]), 0);
    assert!(result.bytes.len() > 1024);
    assert_eq!(result.quality, 10);
}

#[test]
fn the_original_is_kept_where_the_result_is_not_smaller() {
    let whole = size(64, 48);
    let source = source_in(ImageFormat::Jpeg, &photo(64, 48));
    let mut limited = plan(whole, vec![], whole, ImageFormat::Jpeg);
    limited.output.quality = 100;
    limited.output.size_limit = Some(SizeLimit { size_bytes_max: 1 << 20, or_original: true });
    let result = run(&Job::new(source.clone(), vec![limited]), 0);
    assert_eq!(result.bytes, source.bytes());
    assert_eq!(result.quality, 92);
}

#[test]
fn plans_that_change_nothing_decode_nothing() {
    let source = source_in(ImageFormat::Jpeg, &photo(64, 48));
    let kept = Plan { keeps_bytes: true, ..plan(size(64, 48), vec![], size(64, 48), ImageFormat::Jpeg) };
    let job = Job::new(source.clone(), vec![kept]);
    assert_eq!(job.memory_bytes(), 0);
    assert_eq!(run(&job, 0).bytes, source.bytes());
    assert!(job.prepared.get().is_none());
}

#[test]
fn a_withdrawn_job_stops_and_can_be_taken_up_again() {
    let source = source_in(ImageFormat::Jpeg, &photo(64, 48));
    let job = Job::new(source, vec![plan(size(64, 48), vec![], size(64, 48), ImageFormat::Png)]);
    let cancel = Cancel::new();
    cancel.cancel();
    assert!(matches!(job.prepare(&cancel), Err(ImageError::Cancelled)));
    assert!(matches!(job.run(0, &cancel), Err(ImageError::Cancelled)));
    assert_eq!(run(&job, 0).dimensions, size(64, 48));
}

#[test]
fn results_over_their_byte_limit_are_refused() {
    let bytes = encoded(&photo(64, 48), &settings(ImageFormat::Jpeg));
    let limits = Limits { result_size_bytes_max: 100, ..Limits::default() };
    let source = SourceImage::probe(bytes, &limits).unwrap();
    let job = Job::new(source, vec![plan(size(64, 48), vec![], size(64, 48), ImageFormat::Png)]);
    let refused = job.run(0, &Cancel::new());
    assert!(matches!(refused, Err(ImageError::TooManyBytes { limit: "result_size_bytes_max", .. })));
}

#[test]
fn mogr_fmt_16_alpha_is_laid_on_the_background_where_the_format_has_none() {
    let samples = [[9, 9, 9, 0], [0, 0, 200, 255]].concat().repeat(8 * 16);
    let picture = Raster::from_samples(size(16, 16), Layout::Rgba, samples).unwrap();
    let source = source_in(ImageFormat::Png, &picture);
    let result = run(&Job::new(source, vec![plan(size(16, 16), vec![], size(16, 16), ImageFormat::Bmp)]), 0);
    let flat = pixels(&result.bytes);
    assert_eq!(flat.samples()[..6], [255, 255, 255, 0, 0, 200]);
}

/// An animation of frames in one gray each, 40 ms apart.
fn animation(format: ImageFormat, grays: &[u8]) -> SourceImage {
    let output = OutputSettings { animated: true, ..settings(format) };
    let mut sink = encode::begin(size(24, 16), grays.len() as u32, 3, &output).unwrap();
    for gray in grays {
        let frame = Raster::from_samples(size(24, 16), Layout::Rgb, vec![*gray; 24 * 16 * 3]).unwrap();
        sink.push(&frame, 40).unwrap();
    }
    SourceImage::probe(sink.finish().unwrap().into(), &Limits::default()).unwrap()
}

fn frames_of(file: &Bytes) -> (Vec<(u8, u32)>, u32) {
    let source = SourceImage::probe(file.clone(), &Limits::default()).unwrap();
    let mut frames = source.codec().frames(file, source.header()).unwrap();
    let mut shown = Vec::new();
    while let Some(frame) = frames.next_frame().unwrap() {
        shown.push((frame.raster.samples()[0], frame.duration_ms));
    }
    (shown, frames.loop_count())
}

#[test]
fn mogr_fmt_19_mogr_fmt_20_animations_stay_animated_between_formats() {
    let grays = [0, 60, 120, 180, 240];
    for (from, to) in [(ImageFormat::Gif, ImageFormat::WebP), (ImageFormat::WebP, ImageFormat::Gif)] {
        let mut animated = plan(size(24, 16), vec![Step::Resize(size(12, 8))], size(12, 8), to);
        animated.output.animated = true;
        animated.result_frames = 5;
        let result = run(&Job::new(animation(from, &grays), vec![animated]), 0);
        assert_eq!((result.frame_count, result.dimensions), (5, size(12, 8)));
        let (shown, loop_count) = frames_of(&result.bytes);
        assert_eq!(loop_count, 3, "{from} to {to}");
        for ((shown, duration_ms), gray) in shown.iter().zip(grays) {
            assert!(shown.abs_diff(gray) <= 8 && *duration_ms == 40, "{from} to {to}: {shown} for {gray}");
        }
        assert_eq!(shown.len(), 5);
    }
}

#[test]
fn frames_left_out_lengthen_the_one_before() {
    let mut reduced = plan(size(24, 16), vec![], size(24, 16), ImageFormat::WebP);
    reduced.output.animated = true;
    reduced.frames = FrameSelection::Reduced { interval: 2, count: 30, take: 30 };
    reduced.result_frames = 3;
    let result = run(&Job::new(animation(ImageFormat::WebP, &[0, 60, 120, 180, 240]), vec![reduced]), 0);
    let (shown, _) = frames_of(&result.bytes);
    assert_eq!(shown.iter().map(|frame| frame.1).collect::<Vec<_>>(), [80, 80, 40]);
    assert!(shown[1].0.abs_diff(120) <= 8 && shown[2].0.abs_diff(240) <= 8, "{shown:?}");
}

#[test]
fn a_still_result_of_an_animation_is_the_frame_asked_for() {
    let source = animation(ImageFormat::Gif, &[0, 60, 120, 180]);
    for (frame, gray) in [(0, 0), (2, 120), (3, 180)] {
        let mut single = plan(size(24, 16), vec![], size(24, 16), ImageFormat::Png);
        single.frames = FrameSelection::Single(frame);
        let job = Job::new(source.clone(), vec![single]);
        assert_eq!(pixels(&run(&job, 0).bytes).samples()[0], gray);
    }
}
