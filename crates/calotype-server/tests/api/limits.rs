//! Bounds on sources, results and load, one step on either side, and `ignore-error`.
//!
//! Spec: spec/ci/README.md, 4.

use std::time::{Duration, Instant};

use calotype_server::ServerConfig;

use crate::pictures::{
    GIF300, GIF301, Gallery, HD, LAND, RIBBON, SMALL, fixture, png_of, refused, sizes, solid_png,
};

/// The original bytes under their own type.
async fn check_original(source: &str, instruction: &str, content_type: &str) {
    let gallery = Gallery::start().await;
    let stored =
        gallery.bucket.put(source, fixture(source)).header("Content-Type", content_type).send().await;
    assert_eq!(stored.status, 200);
    let result = gallery.get(source, instruction).await;
    assert_eq!(result.content_type, content_type, "{instruction}");
    assert!(result.bytes == fixture(source), "{instruction}");
}

macro_rules! originals {
    ($($name:ident: $source:expr, $instruction:literal;)+) => {
        $(#[tokio::test]
        async fn $name() {
            let content_type = if $source.ends_with("gif") { "image/gif" } else { "image/jpeg" };
            check_original($source, $instruction, content_type).await;
        })+
    };
}

originals! {
    lim_15_ignore_error_on_a_limit: GIF301, "imageMogr2/ignore-error/1/format/png";
    lim_16_position_of_ignore_error: GIF301, "imageMogr2/format/png/ignore-error/1";
    lim_17_ignore_error_on_a_parameter: LAND, "imageMogr2/quality/101/ignore-error/1";
    lim_18_ignore_error_in_a_template: GIF301, "imageView2/2/w/5/ignore-error/1";
    lim_24_ignore_error_as_its_own_segment: GIF301, "imageMogr2/thumbnail/5x|imageMogr2/ignore-error/1";
}

refused! {
    lim_05_result_pixels: HD, ["imageMogr2/thumbnail/!10000p"] => "ImageResolutionExceed";
    lim_06_result_side: RIBBON, ["imageMogr2/thumbnail/x2000"] => "ImageResolutionExceed";
    lim_09_too_many_frames: GIF301, ["imageMogr2/thumbnail/5x"] => "ImageResolutionExceed";
    lim_19_ignore_error_is_not_for_syntax: LAND, ["imageMogr2/foo/1/ignore-error/1"] => "InvalidArgument";
    lim_21_ignore_error_0_is_as_absent: GIF301, ["imageMogr2/format/png/ignore-error/0"] => "ImageResolutionExceed";
}

sizes! {
    lim_10_as_many_frames_as_allowed: GIF300, "imageMogr2/thumbnail/5x" => 5, 5;
    lim_25_ignore_error_alone: LAND, "imageMogr2/ignore-error/1" => 640, 427;
}

#[tokio::test]
async fn lim_01_lim_02_bytes_of_a_source() {
    let gallery = Gallery::start().await;
    // Bytes behind the end of a picture do not change it.
    let mut picture = fixture(SMALL);
    picture.resize(33_554_432, 0);
    gallery.put("edge.png", picture.clone()).await;
    assert_eq!(gallery.get("edge.png", "imageMogr2/thumbnail/50x").await.size(), (50, 30));
    picture.push(0);
    gallery.put("over.png", picture).await;
    for instruction in ["imageMogr2/thumbnail/50x", "imageInfo"] {
        assert_eq!(gallery.refusal("over.png", instruction).await, "ImageTooLarge", "{instruction}");
    }
}

#[tokio::test]
async fn lim_03_lim_04_declared_size_of_a_source() {
    let gallery = Gallery::start().await;
    for (width, height) in [(50_001, 1), (20_000, 12_501), (65_000, 65_000)] {
        gallery.put("declared.png", declared_png(width, height)).await;
        let code = gallery.refusal("declared.png", "imageMogr2/thumbnail/50x").await;
        assert_eq!(code, "ImageResolutionExceed", "{width}x{height}");
    }
}

#[tokio::test]
async fn lim_07_width_is_clamped() {
    let name = "solid_100x60.png";
    assert_eq!(
        Gallery::with(name).await.get(name, "imageMogr2/thumbnail/20000x").await.size(),
        (10_000, 6_000)
    );
}

#[tokio::test]
async fn lim_08_exact_size_is_clamped() {
    let gallery = Gallery::start().await;
    gallery.put("tile.png", solid_png(10, 10, [1, 2, 3])).await;
    assert_eq!(gallery.get("tile.png", "imageMogr2/thumbnail/20000x20!").await.size(), (10_000, 20));
}

#[tokio::test]
async fn lim_11_volume_of_an_animation() {
    let gallery = Gallery::start().await;
    gallery.put("long.gif", blank_gif(1000, 1000, 251)).await;
    assert_eq!(gallery.refusal("long.gif", "imageMogr2/thumbnail/5x").await, "ImageResolutionExceed");
}

#[tokio::test]
async fn lim_12_side_of_a_webp() {
    let gallery = Gallery::start().await;
    gallery.put("long.png", solid_png(17_000, 10, [9, 9, 9])).await;
    assert_eq!(gallery.refusal("long.png", "imageMogr2/format/webp").await, "ImageResolutionExceed");
    gallery.put("edge.png", solid_png(16_383, 10, [9, 9, 9])).await;
    assert_eq!(gallery.get("edge.png", "imageMogr2/format/webp").await.size(), (16_383, 10));
}

#[tokio::test]
async fn lim_13_operators_can_lower_a_limit() {
    let lower = |config: &mut ServerConfig| config.pictures.limits.pixels_max = 1_000_000;
    let gallery = Gallery::start_with(lower).await;
    gallery.put_fixture(HD).await;
    gallery.put_fixture(LAND).await;
    assert_eq!(gallery.refusal(HD, "imageMogr2/thumbnail/50x").await, "ImageResolutionExceed");
    assert_eq!(gallery.get(LAND, "imageMogr2/thumbnail/50x").await.size(), (50, 33));
}

#[tokio::test]
async fn lim_14_a_bomb_is_refused_by_its_header() {
    let lower = |config: &mut ServerConfig| config.pictures.limits.pixels_max = 1_000_000;
    let gallery = Gallery::start_with(lower).await;
    let mut bomb = declared_png(49_999, 5_000);
    bomb.resize(100_000, 0);
    gallery.put("bomb.png", bomb).await;
    let started = Instant::now();
    assert_eq!(gallery.refusal("bomb.png", "imageMogr2/thumbnail/50x").await, "ImageResolutionExceed");
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

#[tokio::test]
async fn lim_14_memory_is_bounded_by_a_budget() {
    let little = |config: &mut ServerConfig| config.pictures.workers.memory_bytes = 16 << 20;
    let gallery = Gallery::start_with(little).await;
    gallery.put("large.png", solid_png(4000, 3000, [9, 9, 9])).await;
    assert_eq!(gallery.refusal("large.png", "imageMogr2/rotate/45").await, "ImageResolutionExceed");
}

#[tokio::test]
async fn lim_20_ignore_error_is_not_for_missing_objects() {
    let reply = Gallery::start().await.ask("nope.gif", "imageMogr2/thumbnail/5x/ignore-error/1").await;
    assert_eq!(reply.error(), (404, "NoSuchKey".to_owned()));
}

#[tokio::test]
async fn lim_22_cos_err_08_beyond_the_queue_clients_are_told_to_slow_down() {
    let narrow = |config: &mut ServerConfig| {
        config.pictures.workers.threads = 1;
        config.pictures.workers.queue_places = 1;
    };
    let gallery = Gallery::start_with(narrow).await;
    gallery.put("large.png", png_of(1600, 1200, |x, y| [x as u8, y as u8, (x * y) as u8])).await;
    // Different instructions, so that none waits for the result of another.
    let asks = (0..24).map(|number| {
        let bucket = gallery.bucket.clone();
        let target = format!("/large.png?imageMogr2/thumbnail/{}x/format/png", 1500 - number);
        tokio::spawn(async move { bucket.request("GET", &target).send().await })
    });
    let mut statuses = Vec::new();
    for ask in asks.collect::<Vec<_>>() {
        let reply = ask.await.unwrap();
        if reply.status != 200 {
            assert_eq!(reply.error(), (503, "SlowDown".to_owned()));
            assert_eq!(reply.header("Retry-After"), Some("1"));
        }
        statuses.push(reply.status);
    }
    assert!(statuses.contains(&200) && statuses.contains(&503), "{statuses:?}");
    // Once there is room again, so is an answer.
    assert_eq!(gallery.ask("large.png", "imageMogr2/thumbnail/9x").await.status, 200);
}

/// A PNG whose header declares a size and which has nothing behind it.
fn declared_png(width: u32, height: u32) -> Vec<u8> {
    let mut png = solid_png(1, 1, [0; 3]);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// A GIF of a large canvas whose frames are single dots.
fn blank_gif(width: u16, height: u16, frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, width, height, &[0, 0, 0, 255, 255, 255]).unwrap();
    for _ in 0..frames {
        let dot = gif::Frame { width: 1, height: 1, buffer: vec![1].into(), ..gif::Frame::default() };
        encoder.write_frame(&dot).unwrap();
    }
    drop(encoder);
    bytes
}
