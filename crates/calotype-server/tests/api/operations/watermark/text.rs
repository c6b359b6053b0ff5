//! What a text mark looks like on a picture: no pixel is compared with a font's own, all with what a reader sees.

use bytes::Bytes;

use super::base64url;
use crate::pictures::{GIF, GIF301, Gallery, HD, LAND, Pixels, WHITE, fixture, refused, sizes};

const TO_PNG: &str = "|imageMogr2/format/png";
const TEST: &str = "watermark/2/text/dGVzdA";

sizes! {
    wmt_23_sample_of_the_documentation: HD,
        "watermark/2/text/6IW-6K6v5LqRwrfkuIfosaHkvJjlm74/fill/IzNEM0QzRA/fontsize/20/dissolve/50/gravity/northeast\
         /dx/20/dy/20/batch/1/degree/45" => 1200, 900;
    req_11_encoded_pipe: LAND, "imageMogr2/thumbnail/!50p%7Cwatermark/2/text/dGVzdA" => 320, 214;
}

refused! {
    wmt_02_wmt_12_wmt_18_wmt_19_wmt_20_wrong_texts: LAND, [
        "watermark/2",
        "watermark/2/fontsize/20",
        "watermark/2/text/",
        "watermark/2/text/_w",
        "watermark/2/text/dGVzdA/shadow/101",
        "watermark/2/text/dGVzdA/shadow/-1",
        "watermark/2/text/dGVzdA/fontsize/0",
        "watermark/2/text/dGVzdA/fontsize/abc",
        "watermark/2/text/dGVzdA/fontsize/2001",
        "watermark/2/text/dGVzdA/fill/cmVkNQ",
        "watermark/2/text/dGVzdA/fill/IzEyMzQ",
        "watermark/2/text/dGVzdA/image/dGVzdA",
    ] => "InvalidArgument";
}

fn text(text: &str, words: &str) -> String {
    format!("watermark/2/text/{}{words}", base64url(text))
}

/// White with a text on it.
async fn on_white(gallery: &Gallery, rule: &str) -> Pixels {
    gallery.get(WHITE, &format!("{rule}{TO_PNG}")).await.pixels()
}

fn white() -> Pixels {
    Pixels::solid(640, 427, [255; 4])
}

/// Left, top, right and bottom of the letters.
fn letters(pixels: &Pixels) -> (u32, u32, u32, u32) {
    pixels.changed_box(&white()).expect("some letters")
}

fn size(pixels: &Pixels) -> (u32, u32) {
    let (left, top, right, bottom) = letters(pixels);
    (right - left + 1, bottom - top + 1)
}

/// The colour farthest from white: that of fully covered pixels.
fn darkest(pixels: &Pixels) -> [u8; 4] {
    pixels
        .iter()
        .min_by_key(|[red, green, blue, _]| u32::from(*red) + u32::from(*green) + u32::from(*blue))
        .unwrap()
}

fn near(color: [u8; 4], expected: [u8; 3]) -> bool {
    color.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 3)
}

#[tokio::test]
async fn wmt_01_wmt_04_wmt_06_wmt_26_defaults() {
    let gallery = Gallery::with(WHITE).await;
    let pixels = on_white(&gallery, "watermark/2/text/VUlOOiAxMjM0NTY3OA").await;
    assert_eq!(pixels.size(), (640, 427));
    let (left, top, right, bottom) = letters(&pixels);
    assert!(left > 500 && top > 400, "{left},{top}");
    assert!(right >= 635 && bottom >= 415, "{right},{bottom}");
    let (width, height) = size(&pixels);
    assert!((7..=16).contains(&height) && (60..=120).contains(&width), "{width}x{height}");

    let large = on_white(&gallery, &text("█M", "/fontsize/60")).await;
    assert!(near(darkest(&large), [0x50; 3]), "{:?}", darkest(&large));

    let zeros = on_white(&gallery, &format!("{TEST}/dx/0/dy/0/batch/0/degree/0/shadow/0")).await;
    assert!(zeros == on_white(&gallery, TEST).await);
}

#[tokio::test]
async fn wmt_03_sizes() {
    let gallery = Gallery::with(WHITE).await;
    let at = async |px: u32| size(&on_white(&gallery, &text("Hg", &format!("/fontsize/{px}"))).await);
    let (small, large) = (at(40).await, at(80).await);
    let ratio = f64::from(large.1) / f64::from(small.1);
    assert!((ratio - 2.0).abs() <= 0.15, "{ratio}");
    assert!((30..=55).contains(&small.1), "{small:?}");
}

#[tokio::test]
async fn wmt_05_wmt_07_wmt_21_colours_and_opacity() {
    let gallery = Gallery::with(WHITE).await;
    let colored = async |words: &str| darkest(&on_white(&gallery, &text("MMM", words)).await);
    assert!(near(colored("/fill/I0ZGMDAwMA/dissolve/100/fontsize/40").await, [255, 0, 0]));
    assert!(near(colored("/fill/I0ZGMDAwMA/dissolve/50/fontsize/40").await, [255, 128, 128]));
    let navy = format!("/fill/{}/dissolve/100/fontsize/40", base64url("Navy"));
    assert!(near(colored(&navy).await, [0, 0, 128]));
    // White on white is not seen.
    assert_eq!(colored("/fill/d2hpdGU=/dissolve/100/fontsize/40").await, [255; 4]);
}

#[tokio::test]
async fn wmt_08_offsets_point_inwards() {
    let gallery = Gallery::with(WHITE).await;
    for (rule, place) in
        [("/gravity/northwest/dx/20/dy/20", (20..=30, 20..=40)), ("/gravity/northwest", (0..=8, 0..=14))]
    {
        let (left, top, ..) = letters(&on_white(&gallery, &text("test", rule)).await);
        assert!(place.0.contains(&left) && place.1.contains(&top), "{rule}: {left},{top}");
    }
    let (.., right, bottom) = letters(&on_white(&gallery, &text("test", "/dx/20/dy/30")).await);
    assert!((605..620).contains(&right) && (380..397).contains(&bottom), "{right},{bottom}");
}

#[tokio::test]
async fn wmt_09_wmt_10_tiles() {
    let gallery = Gallery::with(WHITE).await;
    let tiled = on_white(&gallery, &text("test", "/batch/1/degree/45")).await;
    for (left, top) in [(0, 0), (320, 0), (0, 213), (320, 213)] {
        let quarter = tiled.window(left, top, 320, 213);
        assert!(quarter.changed_count(&Pixels::solid(320, 213, [255; 4])) > 500, "{left},{top}");
    }
    let count = async |spacing: u32| {
        let words = format!("/batch/1/spacing/{spacing}");
        on_white(&gallery, &text("test", &words)).await.changed_count(&white())
    };
    let (dense, default, sparse) = (count(0).await, count(10).await, count(100).await);
    assert!(dense > default && default > sparse, "{dense} {default} {sparse}");

    // A turned tile is as dark as an upright one.
    let upright = on_white(&gallery, &text("████", "/batch/1/fontsize/40/dissolve/100")).await;
    let turned = on_white(&gallery, &text("████", "/batch/1/fontsize/40/dissolve/100/degree/30")).await;
    assert_eq!(darkest(&upright), darkest(&turned));
}

#[tokio::test]
async fn wmt_11_shadow() {
    let gallery = Gallery::with(WHITE).await;
    let words = |shadow: u32| format!("/fill/I0ZGMDAwMA/fontsize/60/dissolve/100/shadow/{shadow}");
    let dark = async |shadow: u32| {
        let pixels = on_white(&gallery, &text("Shadow", &words(shadow))).await;
        pixels.iter().filter(|[red, ..]| *red < 60).count()
    };
    let (none, half, full) = (dark(0).await, dark(50).await, dark(100).await);
    assert_eq!((none, half), (0, 0), "half a shadow on white is gray");
    assert!(full > 200, "{full}");
    let faint = on_white(&gallery, &text("Shadow", &words(50))).await;
    assert!(faint.iter().any(|color| near(color, [128; 3])));
    // The shadow lies below and to the right, so that letters move the other way.
    let plain = on_white(&gallery, &text("Shadow", &words(0))).await;
    let (left, top, ..) = letters(&plain);
    let (shadowed_left, shadowed_top, ..) = letters(&faint);
    assert!(left.abs_diff(shadowed_left + 4) <= 1 && top.abs_diff(shadowed_top + 4) <= 1);
}

#[tokio::test]
async fn wmt_13_width_and_height_relative_to_the_picture() {
    let gallery = Gallery::with(WHITE).await;
    let (width, _) = size(&on_white(&gallery, &text("Half of it", "/scatype/1/spcent/500")).await);
    assert!((304..=336).contains(&width), "{width}");
    let (_, height) = size(&on_white(&gallery, &text("█", "/scatype/2/spcent/1000")).await);
    // The block is one em high, and a line of the font 1.448.
    assert!((285..=305).contains(&height), "{height}");
    let (width, height) = size(&on_white(&gallery, &text("test", "/scatype/3/spcent/250")).await);
    assert!((180..=420).contains(&width) && (80..=300).contains(&height), "{width}x{height}");
}

#[tokio::test]
async fn wmt_14_chinese_in_the_default_font_has_a_glyph_for_each_character() {
    let gallery = Gallery::with(WHITE).await;
    let mut glyphs = Vec::new();
    for character in ["数", "据", "万", "象", "\u{10FFFD}"] {
        let words = "/fontsize/100/gravity/northwest/dissolve/100";
        glyphs.push(on_white(&gallery, &text(character, words)).await);
    }
    for (one, other) in (0..glyphs.len()).flat_map(|one| (0..one).map(move |other| (one, other))) {
        assert!(glyphs[one] != glyphs[other], "glyphs {one} and {other} are alike");
    }
    let whole = on_white(&gallery, "watermark/2/text/5pWw5o2u5LiH6LGh/fontsize/100").await;
    let (width, height) = size(&whole);
    assert!((380..=400).contains(&width) && (85..=110).contains(&height), "{width}x{height}");
}

#[tokio::test]
async fn wmt_15_wmt_16_fonts_by_name() {
    let gallery = Gallery::with(WHITE).await;
    let drawn = async |font: &str| {
        let words = format!("/fontsize/60/font/{}", base64url(font));
        on_white(&gallery, &text("Serif 中", &words)).await
    };
    let default = on_white(&gallery, &text("Serif 中", "/fontsize/60")).await;
    let helvetica = on_white(&gallery, &text("Serif 中", "/fontsize/60/font/SGVsdmV0aWNhLmRmb250")).await;
    assert!(helvetica != drawn("simsun宋体.ttc").await);
    assert!(drawn("simsun").await == drawn("SimSun宋体.TTC").await);
    assert!(drawn("ariblk.ttf").await != default);
    for unknown in [".SFUI-Regular", "no such font.ttf", "字"] {
        assert!(drawn(unknown).await == default, "{unknown}");
    }
}

#[tokio::test]
async fn wmt_17_a_font_of_the_operator() {
    let font = Bytes::from_static(include_bytes!(
        "../../../../../calotype-image/fonts/NotoEmoji-Regular.subset.ttf"
    ));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("signs.ttf"), &font).unwrap();
    std::fs::write(folder.path().join("readme.txt"), "no font").unwrap();
    let path = folder.path().to_owned();
    let gallery = Gallery::start_with(move |config| config.pictures.fonts_folder = Some(path)).await;
    gallery.put_fixture(WHITE).await;
    let words = |font: &str| format!("/fontsize/60/font/{}", base64url(font));
    let own = on_white(&gallery, &text("©", &words("signs.ttf"))).await;
    assert!(own == on_white(&gallery, &text("©", &words("Signs"))).await);
    assert!(own != on_white(&gallery, &text("©", &words("tahoma.ttf"))).await);
}

#[tokio::test]
async fn wmt_22_every_frame_is_marked() {
    let gallery = Gallery::with(GIF).await;
    let plain = gallery.get(GIF, "imageMogr2/rotate/0").await.gif();
    let rule = text("████", "/fontsize/40/dissolve/100/fill/I0ZGRkZGRg/gravity/northwest");
    let marked = gallery.get(GIF, &rule).await.gif();
    assert_eq!((marked.frames.len(), &marked.delays_ms), (12, &plain.delays_ms));
    for frame in &marked.frames {
        assert!(frame.at(40, 30).iter().all(|channel| *channel > 240), "{:?}", frame.at(40, 30));
    }
}

#[tokio::test]
async fn wmt_24_wmt_25_several_lines_and_long_ones() {
    let gallery = Gallery::with(WHITE).await;
    let lines = async |written: &str| size(&on_white(&gallery, &text(written, "/fontsize/40")).await);
    let (one, two) = (lines("Hx").await, lines("Hx\nHx").await);
    assert!(two.1 > one.1 + 40 && two.0.abs_diff(one.0) <= 1, "{one:?} {two:?}");
    let (width, _) = lines(&"wide ".repeat(100)).await;
    assert!(width > 600, "{width}");
    let tiled = on_white(&gallery, &text(&"wide ".repeat(200), "/fontsize/300/batch/1/degree/20")).await;
    assert!(tiled.changed_count(&white()) > 10_000);
}

#[tokio::test]
async fn emoji_and_kana_are_drawn() {
    let gallery = Gallery::with(WHITE).await;
    let missing = on_white(&gallery, &text("\u{10FFFD}", "/fontsize/80")).await;
    for character in ["😀", "👍", "か", "カ", "é", "ß", "中"] {
        let drawn = on_white(&gallery, &text(character, "/fontsize/80")).await;
        assert!(drawn != missing && drawn.changed_count(&white()) > 300, "{character}");
    }
}

#[tokio::test]
async fn pipe_03_text_is_not_scaled_with_the_picture_in_front_of_it() {
    let gallery = Gallery::with(WHITE).await;
    let half =
        gallery.get(WHITE, &format!("imageMogr2/thumbnail/!50p|{TEST}/fontsize/40{TO_PNG}")).await.pixels();
    assert_eq!(half.size(), (320, 214));
    let (left, top, right, bottom) = half.changed_box(&Pixels::solid(320, 214, [255; 4])).unwrap();
    assert_eq!(
        (right - left + 1, bottom - top + 1),
        size(&on_white(&gallery, &format!("{TEST}/fontsize/40")).await)
    );
}

#[tokio::test]
async fn req_10_unencoded_padding_inside_of_an_instruction() {
    let gallery = Gallery::with(HD).await;
    let large = gallery.get(HD, "watermark/2/text/5pWw5o2u5LiH6LGh/fill/I0ZGRkZGRg==/fontsize/30").await;
    let same = gallery.get(HD, "watermark/2/text/5pWw5o2u5LiH6LGh/fill/I0ZGRkZGRg/fontsize/30").await;
    let small = gallery.get(HD, "watermark/2/text/5pWw5o2u5LiH6LGh/fill/I0ZGRkZGRg==").await;
    assert!(large.bytes == same.bytes && large.bytes != small.bytes);
}

#[tokio::test]
async fn lim_23_ignore_error_in_a_mark_s_segment() {
    let gallery = Gallery::with(GIF301).await;
    assert_eq!(gallery.refusal(GIF301, TEST).await, "ImageResolutionExceed");
    let kept = gallery.get(GIF301, &format!("{TEST}/ignore-error/1")).await;
    assert!(kept.bytes == fixture(GIF301));
    let kept = gallery.get(GIF301, "watermark/2/text/dGVzdA/fontsize/0/ignore-error/1").await;
    assert!(kept.bytes == fixture(GIF301));
}
