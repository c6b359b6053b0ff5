//! The memory that a job announces is at least the memory that it takes: the server admits work by it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // helpers of a test panic like the test

use std::{env, fs, process::Command};

use bytes::Bytes;
use calotype_image::{
    Cancel, Color, Dimensions, ImageFormat, Job, Layout, Limits, OutputSettings, Plan, Raster, SourceImage,
    codec::{self, EncodeRequest},
    rule::Rule,
};

const CHILD_FILE: &str = "CALOTYPE_MEMORY_TEST_FILE";
const CHILD_RULES: &str = "CALOTYPE_MEMORY_TEST_RULES";

/// What threads, allocator and code take beside pixels.
const OVERHEAD_BYTES: u64 = 6 << 20;

fn settings(format: ImageFormat, progressive: bool) -> OutputSettings {
    OutputSettings {
        format,
        quality: 85,
        reported_quality: 85,
        progressive,
        optimize: false,
        strip: true,
        upright: false,
        size_limit: None,
        animated: true,
        background: Color::WHITE,
        palette_colors_max: 256,
        label: None,
    }
}

/// A picture that no encoder finds easy.
fn busy(width_px: u32, height_px: u32, layout: Layout, seed: u32) -> Raster {
    let dimensions = Dimensions { width_px, height_px };
    let count = width_px * height_px * layout.channels() as u32;
    let sample =
        |at: u32| ((at / 7) ^ (at / width_px).wrapping_mul(at % 251 + seed)) as u8 / 2 + (at % 31) as u8;
    Raster::from_samples(dimensions, layout, (0..count).map(sample).collect()).unwrap()
}

fn file(frames: &[Raster], format: ImageFormat, progressive: bool) -> Bytes {
    let settings = settings(format, progressive);
    let (dimensions, frame_count) = (frames[0].dimensions(), frames.len() as u32);
    let request = EncodeRequest { dimensions, frame_count, loop_count: 0, settings: &settings };
    let mut sink = codec::for_format(format).unwrap().encoder(request).unwrap().unwrap();
    frames.iter().for_each(|frame| sink.push(frame, 50).unwrap());
    sink.finish().unwrap().into()
}

/// Announced and taken bytes of all rules at once, each on its own thread. Measured in a process of its own: what an
/// allocator kept from earlier work would hide what is taken.
fn measure(file: &Bytes, rules: &[&str]) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("source");
    fs::write(&path, file).unwrap();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "jobs_announce_at_least_what_they_take", "--nocapture"])
        .env(CHILD_FILE, &path)
        .env(CHILD_RULES, rules.join("\n"))
        .output()
        .unwrap();
    let told = String::from_utf8(child.stdout).unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix("measured ")).unwrap();
    let (announced, taken) = line.split_once(' ').unwrap();
    (announced.parse().unwrap(), taken.parse().unwrap())
}

fn measure_here(file: &Bytes, rules: &[&str]) -> (u64, u64) {
    let limits = Limits::default();
    let source = SourceImage::probe(file.clone(), &limits).unwrap();
    let plan = |text: &&str| {
        let rule = Rule::parse(text, &limits).unwrap();
        Plan::build(rule.pipeline().unwrap(), source.header(), file.len() as u64, &limits).unwrap()
    };
    let job = Job::new(source.clone(), rules.iter().map(plan).collect());
    let before = reset_peak();
    let cancel = Cancel::new();
    job.prepare(&cancel).unwrap();
    std::thread::scope(|scope| {
        let run = |index| {
            scope.spawn({
                let (job, cancel) = (&job, &cancel);
                move || job.run(index, cancel).unwrap()
            })
        };
        let results: Vec<_> = job.order().into_iter().map(run).collect();
        results.into_iter().for_each(|result| drop(result.join().unwrap()));
    });
    (job.memory_bytes(), status("VmHWM:").saturating_sub(before))
}

/// Forgets the peak so far and tells what is taken now.
fn reset_peak() -> u64 {
    fs::write("/proc/self/clear_refs", "5").unwrap();
    status("VmRSS:")
}

fn status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// One test, because the peak is that of the whole process.
#[test]
fn jobs_announce_at_least_what_they_take() {
    if let (Ok(path), Ok(rules)) = (env::var(CHILD_FILE), env::var(CHILD_RULES)) {
        let rules: Vec<&str> = rules.lines().collect();
        let (announced, taken) = measure_here(&fs::read(path).unwrap().into(), &rules);
        println!("\nmeasured {announced} {taken}");
        return;
    }
    let photo = busy(2001, 1503, Layout::Rgb, 3);
    let cut_out = busy(1201, 903, Layout::Rgba, 5);
    let frames: Vec<Raster> = (0..6).map(|seed| busy(400, 300, Layout::Rgb, seed)).collect();
    let baseline = file(std::slice::from_ref(&photo), ImageFormat::Jpeg, false);
    let progressive = file(std::slice::from_ref(&photo), ImageFormat::Jpeg, true);
    let cases: [(&str, Bytes, &[&str]); 9] = [
        ("a thumbnail", baseline.clone(), &["imageMogr2/thumbnail/200x"]),
        ("a thumbnail of a progressive file", progressive.clone(), &["imageMogr2/thumbnail/200x"]),
        ("a PNG", baseline.clone(), &["imageMogr2/format/png"]),
        ("a turned progressive JPEG", progressive, &["imageMogr2/rotate/90/interlace/1"]),
        (
            "five rules",
            baseline.clone(),
            &[
                "imageMogr2/format/png",
                "imageMogr2/thumbnail/300x",
                "imageMogr2/thumbnail/800x/format/webp",
                "imageMogr2/crop/200x200/gravity/center",
                "imageMogr2/thumbnail/1080x",
            ],
        ),
        ("any angle", baseline, &["imageMogr2/rotate/33/format/png"]),
        ("alpha to WebP", file(&[cut_out], ImageFormat::Png, false), &["imageMogr2/format/webp"]),
        ("a WebP made small", file(&[photo], ImageFormat::WebP, false), &["imageMogr2/thumbnail/300x"]),
        (
            "an animation",
            file(&frames, ImageFormat::WebP, false),
            &["imageMogr2/thumbnail/200x", "imageMogr2/thumbnail/300x/format/gif"],
        ),
    ];
    for (name, file, rules) in &cases {
        let (announced, taken) = measure(file, rules);
        println!("{name}: announced {} kB, taken {} kB", announced >> 10, taken >> 10);
        assert!(taken <= announced + OVERHEAD_BYTES, "{name}: announced {announced}, taken {taken}");
    }
}
