//! Broken pictures and broken instructions: always a documented answer, never a crash or a hang.
//!
//! Spec: spec/ci/errors.md.

use calotype_server::ServerConfig;

use crate::pictures::{Gallery, SMALL, fixture, solid_png};
use crate::support::path_of;

const PICTURES: usize = 2_500;
const INSTRUCTIONS: usize = 7_500;
const STATUSES: [u16; 3] = [200, 400, 501];

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A small world, so that a wish for a large picture is refused instead of made.
async fn small_world() -> Gallery {
    Gallery::start_with(|config: &mut ServerConfig| {
        config.pictures.limits.pixels_max = 40_000;
        config.pictures.limits.side_px_max = 400;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn err_09_mutated_pictures() {
    let gallery = small_world().await;
    let sources: Vec<Vec<u8>> = [
        SMALL,
        "red_64x64.png",
        "gif300_10x10.gif",
        "gif_partial.gif",
        "orientation_6.jpg",
        "webpa_120x80_5.webp",
    ]
    .into_iter()
    .chain(["alpha_120x80.webp", "apng_100x60_3.png", "palette_alpha_64x64.png", "photo_160x120.avif"])
    .map(fixture)
    .collect();
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut connection = gallery.server.connect().await;
    for number in 0..PICTURES {
        let mut picture = random.pick(&sources).clone();
        for _ in 0..=random.below(6) {
            let at = random.below(picture.len());
            match random.below(4) {
                0 => picture[at] = random.below(256) as u8,
                1 => picture[at] ^= 1 << random.below(8),
                2 => picture.truncate(at.max(1)),
                _ => picture.extend_from_within(at..),
            }
        }
        let rule = *random.pick(&[
            "imageMogr2/thumbnail/20x/format/png",
            "imageMogr2/rotate/90",
            "imageMogr2/format/webp",
        ]);
        let header = format!(r#"{{"is_pic_info":1,"rules":[{{"fileid":"b","rule":"{rule}"}}]}}"#);
        let reply = connection.send(&gallery.bucket.put("a", picture).header("Pic-Operations", header)).await;
        assert!(
            STATUSES.contains(&reply.status),
            "picture {number}: {}",
            String::from_utf8_lossy(&reply.body)
        );
    }
    assert_eq!(connection.send(&gallery.bucket.get("nope")).await.status, 404);
}

const WORDS: &str = "imageMogr2 imageView2 imageInfo imageAve exif watermark style thumbnail crop cut gravity rotate \
    flip auto-orient strip quality rquality lquality q format interlace size-limit ignore-error pad color cgif egif \
    frame blur bright contrast sharpen grayscale iradius rradius indexcrop width height index dx dy w h png jpg webp \
    gif center southeast horizontal 0 1 50x50 !50p 90 8x5 100 IzNEM0QzRA";
const MARKS: &str = "| / // ! x -1 99999999999999999999 @ % %00 %E4%B8 =";

#[tokio::test(flavor = "multi_thread")]
async fn err_09_mutated_instructions() {
    let gallery = small_world().await;
    gallery.put("a.png", solid_png(24, 16, [200, 30, 40])).await;
    let words: Vec<&str> = WORDS.split(' ').filter(|word| !word.is_empty()).collect();
    let marks: Vec<&str> = MARKS.split(' ').collect();
    let mut random = Random(0x0fed_cba9_8765_4321);
    let mut connection = gallery.server.connect().await;
    for _ in 0..INSTRUCTIONS {
        let mut instruction =
            (*random.pick(&["imageMogr2", "imageView2", "imageMogr2/thumbnail/!50p|imageMogr2"])).to_owned();
        for _ in 0..=random.below(7) {
            if random.below(6) == 0 {
                instruction.push_str(random.pick::<&str>(&marks));
            } else {
                instruction.push('/');
                instruction.push_str(random.pick::<&str>(&words));
            }
        }
        let target = format!("{}?{instruction}", path_of("a.png"));
        let reply = connection.send(&gallery.bucket.request("GET", &target)).await;
        assert!(STATUSES.contains(&reply.status), "{instruction}: {}", String::from_utf8_lossy(&reply.body));
    }
}
