//! `format`, `interlace`, frame tools and `strip`.
//!
//! Spec: spec/ci/format.md; spec/ci/quality.md, 2.

use crate::pictures::{
    ALPHA, EXIF, GIF, GIF40, GIF301, Gallery, LAND, ORI6, Pixels, SMALL, TRUNC, TXT, WEBPA, fixture, png_of,
    refused,
};

/// The format, width and height that come out.
async fn check_format(source: &str, rule: &str, expected: (&str, u32, u32)) {
    let result = Gallery::with(source).await.get(source, rule).await;
    let (width, height) = result.size();
    assert_eq!((result.format(), width, height), expected);
    assert_eq!(result.header().frame_count, 1);
}

macro_rules! formats {
    ($($name:ident: $source:expr, $rule:literal => $expected:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            check_format($source, concat!("imageMogr2/", $rule), $expected).await;
        })+
    };
}

formats! {
    mogr_fmt_01_jpg: SMALL, "format/jpg" => ("jpeg", 100, 60);
    mogr_fmt_03_yjpeg: LAND, "format/yjpeg" => ("jpeg", 640, 427);
    mogr_fmt_04_png: LAND, "format/png" => ("png", 640, 427);
    mogr_fmt_05_bmp: LAND, "format/bmp" => ("bmp", 640, 427);
    mogr_fmt_06_gif: LAND, "format/gif" => ("gif", 640, 427);
    mogr_fmt_07_webp: LAND, "format/webp" => ("webp", 640, 427);
    mogr_fmt_08_tiff: LAND, "format/tiff" => ("tiff", 640, 427);
    mogr_fmt_09_avif: LAND, "format/avif" => ("avif", 640, 427);
    mogr_fmt_24_avif_input: "photo_160x120.avif", "format/jpg" => ("jpeg", 160, 120);
    mogr_anim_05_cgif_on_jpeg: LAND, "cgif/10" => ("jpeg", 640, 427);
    mogr_fmt_15_upper_case: LAND, "format/PNG" => ("png", 640, 427);
    mogr_fmt_21_gif_to_jpeg_is_the_first_frame: GIF, "format/jpg" => ("jpeg", 200, 100);
    mogr_fmt_21_gif_to_png_is_the_first_frame: GIF, "format/png" => ("png", 200, 100);
    mogr_fmt_26_tiff_input: "photo_160x120.tiff", "format/png" => ("png", 160, 120);
    mogr_fmt_26_bmp_input: "photo_160x120.bmp", "format/png" => ("png", 160, 120);
    mogr_fmt_26_webp_input: "photo_320x240.webp", "format/png" => ("png", 320, 240);
    mogr_int_04_ignored_for_png: SMALL, "interlace/1" => ("png", 100, 60);
}

refused! {
    mogr_fmt_12_mogr_fmt_13_formats_nobody_can_write: LAND, [
        "imageMogr2/format/tpg", "imageMogr2/format/psd",
    ] => "NotImplemented";
    mogr_fmt_14_unknown: LAND, ["imageMogr2/format/jxl", "imageMogr2/format/exe"] => "InvalidArgument";
    mogr_fmt_23_too_many_frames_for_png: GIF301, ["imageMogr2/format/png"] => "ImageResolutionExceed";
    mogr_fmt_30_not_an_image: TXT, ["imageMogr2/format/png"] => "InvalidImageFormat";
    mogr_fmt_31_truncated: TRUNC, ["imageMogr2/format/png"] => "InvalidImageFormat";
    mogr_anim_04_mogr_anim_10_ranges: GIF, [
        "imageMogr2/cgif/0", "imageMogr2/cgif/101", "imageMogr2/frame/0",
    ] => "InvalidArgument";
    mogr_int_05_bad_value: LAND, ["imageMogr2/interlace/2"] => "InvalidArgument";
}

#[tokio::test]
async fn mogr_fmt_02_jpeg_is_an_alias() {
    let gallery = Gallery::with(SMALL).await;
    let [jpg, jpeg] = [
        gallery.get(SMALL, "imageMogr2/format/jpg").await,
        gallery.get(SMALL, "imageMogr2/format/jpeg").await,
    ];
    assert!(jpg.bytes == jpeg.bytes);
}

#[tokio::test]
async fn mogr_fmt_16_alpha_becomes_white_in_jpeg() {
    let gallery = Gallery::with(ALPHA).await;
    let jpeg = gallery.get(ALPHA, "imageMogr2/format/jpg").await;
    gallery.put("flat.jpg", jpeg.bytes).await;
    let pixels = gallery.pixels("flat.jpg", "imageMogr2/rotate/0").await;
    // The last columns before the edge carry a little of the red half's ringing.
    let left = pixels.window(0, 0, 140, 200);
    assert!(left.iter().all(|pixel| pixel.iter().all(|&channel| channel >= 252)));
}

#[tokio::test]
async fn mogr_fmt_17_alpha_is_kept_in_webp() {
    let gallery = Gallery::with(ALPHA).await;
    let webp = gallery.get(ALPHA, "imageMogr2/format/webp").await;
    gallery.put("soft.webp", webp.bytes).await;
    let pixels = gallery.pixels("soft.webp", "imageMogr2/rotate/0").await;
    assert_eq!((pixels.at(10, 100)[3], pixels.at(290, 100)[3]), (0, 255));
}

#[tokio::test]
async fn mogr_fmt_18_alpha_is_kept_in_gif() {
    let frames = Gallery::with(ALPHA).await.get(ALPHA, "imageMogr2/format/gif").await.gif().frames;
    assert_eq!((frames[0].at(10, 100)[3], frames[0].at(290, 100)[3]), (0, 255));
}

#[tokio::test]
async fn mogr_fmt_19_gif_to_webp_keeps_frames_and_timing() {
    let result = Gallery::with(GIF).await.get(GIF, "imageMogr2/format/webp").await;
    let durations = result.webp_durations_ms();
    assert_eq!((result.format(), durations.len(), durations.iter().sum::<u32>()), ("webp", 12, 1200));
}

#[tokio::test]
async fn mogr_fmt_20_webp_to_gif_keeps_frames() {
    let result = Gallery::with(WEBPA).await.get(WEBPA, "imageMogr2/format/gif").await;
    assert_eq!((result.format(), result.gif().frames.len()), ("gif", 5));
}

#[tokio::test]
async fn mogr_fmt_22_gif_to_heif() {
    let code = Gallery::with(GIF).await.refusal(GIF, "imageMogr2/format/heif").await;
    assert!(["InvalidArgument", "NotImplemented"].contains(&code.as_str()), "{code}");
}

#[tokio::test]
async fn mogr_fmt_27_webp_is_smaller_than_png() {
    let gallery = Gallery::with(LAND).await;
    let png = gallery.get(LAND, "imageMogr2/format/png").await;
    let png_size = png.bytes.len();
    gallery.put("photo.png", png.bytes).await;
    assert!(gallery.get("photo.png", "imageMogr2/format/webp").await.bytes.len() < png_size);
}

#[tokio::test]
async fn mogr_fmt_32_display_p3_is_converted() {
    let name = "p3_solid.jpg";
    let [red, green, blue, _] =
        Gallery::with(name).await.pixels(name, "imageMogr2/rotate/0").await.at(32, 32);
    let is_near = |found: u8, expected: u8| found.abs_diff(expected) <= 3;
    assert!(is_near(red, 215) && is_near(green, 93) && is_near(blue, 31), "{red} {green} {blue}");
}

#[tokio::test]
async fn mogr_int_01_mogr_int_02_progressive_and_baseline() {
    let gallery = Gallery::with(LAND).await;
    let progressive = gallery.get(LAND, "imageMogr2/interlace/1").await.jpeg_markers();
    assert!(progressive.contains(&0xC2) && !progressive.contains(&0xC0), "{progressive:x?}");

    let source = gallery.put_fixture("progressive_320x240.jpg").await;
    let baseline = gallery.get(&source, "imageMogr2/interlace/0").await.jpeg_markers();
    assert!(baseline.contains(&0xC0) && !baseline.contains(&0xC2), "{baseline:x?}");
}

#[tokio::test]
async fn mogr_int_03_baseline_is_the_default() {
    let markers = Gallery::with(SMALL).await.get(SMALL, "imageMogr2/format/jpg").await.jpeg_markers();
    assert!(markers.contains(&0xC0) && !markers.contains(&0xC2), "{markers:x?}");
}

#[tokio::test]
async fn mogr_anim_01_mogr_anim_02_thirty_frames_at_most() {
    let gallery = Gallery::with(GIF40).await;
    gallery.put_fixture(GIF).await;
    assert_eq!(gallery.get(GIF40, "imageMogr2/cgif/1").await.gif().frames.len(), 30);
    assert_eq!(gallery.get(GIF, "imageMogr2/cgif/1").await.gif().frames.len(), 12);
}

#[tokio::test]
async fn mogr_anim_03_mogr_anim_06_mogr_anim_07_fewer_frames_of_the_same_length() {
    let gallery = Gallery::with(GIF40).await;
    let ten = gallery.get(GIF40, "imageMogr2/cgif/10").await.gif().delays_ms;
    assert_eq!((ten.len(), ten.iter().sum::<u32>()), (10, 4000));
    gallery.put_fixture(GIF).await;
    assert_eq!(gallery.get(GIF, "imageMogr2/egif/3").await.gif().delays_ms, [300; 4]);
    gallery.put_fixture(WEBPA).await;
    let two = gallery.get(WEBPA, "imageMogr2/cgif/2").await;
    assert_eq!((two.format(), two.webp_durations_ms().len()), ("webp", 2));
}

#[tokio::test]
async fn mogr_anim_11_one_frame_of_too_many() {
    let result = Gallery::with(GIF301).await.get(GIF301, "imageMogr2/frame/1/format/png").await;
    assert_eq!((result.format(), result.size()), ("png", (10, 10)));
}

#[tokio::test]
async fn mogr_anim_08_mogr_anim_09_single_frames() {
    let gallery = Gallery::with(GIF).await;
    let source = gallery.get(GIF, "imageMogr2/rotate/0").await.gif();
    for (number, index) in [(1, 0), (99, 11)] {
        let frame = gallery.pixels(GIF, &format!("imageMogr2/frame/{number}")).await;
        assert!(frame.largest_difference(&source.frames[index]) <= 8, "frame {number}");
    }
}

#[tokio::test]
async fn mogr_anim_12_disposal_is_carried_out() {
    let gallery = Gallery::with("gif_partial.gif").await;
    let strip = gallery.put_fixture("gif_partial_frames.png").await;
    let expected: Pixels = gallery.pixels(&strip, "imageMogr2/rotate/0").await;
    let found =
        gallery.get("gif_partial.gif", "imageMogr2/flip/horizontal|imageMogr2/flip/horizontal").await.gif();
    assert_eq!((found.frames.len(), &found.delays_ms[..]), (4, &[100, 200, 300, 400][..]));
    for (number, frame) in found.frames.iter().enumerate() {
        let shown = expected.window(80 * number as u32, 0, 80, 60);
        for (x, y) in (0..60).flat_map(|y| (0..80).map(move |x| (x, y))) {
            let (found, shown) = (frame.at(x, y), shown.at(x, y));
            assert!(
                found == shown || found[3] == 0 && shown[3] == 0,
                "frame {number} at {x},{y}: {found:?} {shown:?}"
            );
        }
    }
}

#[tokio::test]
async fn mogr_strip_01_exif_is_removed() {
    let gallery = Gallery::with(EXIF).await;
    let stripped = gallery.get(EXIF, "imageMogr2/strip").await;
    gallery.put("stripped.jpg", stripped.bytes).await;
    let exif = gallery.ask("stripped.jpg", "exif").await;
    assert_eq!((exif.status, exif.text()), (200, r#"{"error" : "no exif data"}"#));
}

#[tokio::test]
async fn mogr_strip_02_without_strip_exif_is_kept() {
    let gallery = Gallery::with(EXIF).await;
    let small = gallery.get(EXIF, "imageMogr2/thumbnail/100x").await;
    gallery.put("small.jpg", small.bytes).await;
    let exif = gallery.ask("small.jpg", "exif").await;
    assert!(exif.text().contains(r#""DateTime": {"val": "2024:05:06 07:08:09"}"#), "{}", exif.text());
}

#[tokio::test]
async fn mogr_strip_03_pixels_keep_their_place() {
    let result = Gallery::with(ORI6).await.get(ORI6, "imageMogr2/strip").await;
    assert_eq!((result.size(), result.orientation()), ((640, 480), None));
}

#[tokio::test]
async fn mogr_strip_04_png_text_and_time_chunks_go() {
    let source = fixture("text_chunks.png");
    for chunk in [b"tEXt", b"iTXt", b"tIME"] {
        assert!(source.windows(4).any(|window| window == chunk));
    }
    let result = Gallery::with("text_chunks.png").await.get("text_chunks.png", "imageMogr2/strip").await;
    for chunk in [b"tEXt", b"iTXt", b"zTXt", b"tIME"] {
        assert!(!result.bytes.windows(4).any(|window| window == chunk), "{chunk:?}");
    }
}

#[tokio::test]
async fn mogr_strip_05_no_application_segments_are_left() {
    let markers =
        Gallery::with("metadata.jpg").await.get("metadata.jpg", "imageMogr2/strip").await.jpeg_markers();
    for marker in [0xE1, 0xED, 0xFE] {
        assert!(!markers.contains(&marker), "{marker:x} in {markers:x?}");
    }
}

#[tokio::test]
async fn mogr_fmt_19_still_pictures_stay_still() {
    let gallery = Gallery::start().await;
    gallery.put("ramp.png", png_of(32, 8, |x, y| [8 * x as u8, 30 * y as u8, 0])).await;
    let webp = gallery.get("ramp.png", "imageMogr2/format/webp").await;
    assert_eq!((webp.size(), webp.webp_durations_ms().len()), ((32, 8), 0));
}
