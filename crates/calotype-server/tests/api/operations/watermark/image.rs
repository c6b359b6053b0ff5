//! What an image mark looks like on a picture: size, place, opacity, tiles.

use super::base64url;
use crate::pictures::{BIGMARK, GIF, Gallery, LAND, MARK, Pixels, SMALL, WHITE, fixture, png_of};

const BLUE: [u8; 4] = [0, 0, 255, 255];
const TO_PNG: &str = "|imageMogr2/format/png";

/// A rule that draws a stored mark.
fn mark(key: &str, words: &str) -> String {
    format!("watermark/1/image_key/{}{words}", base64url(key))
}

/// A picture and the marks, in one bucket.
async fn gallery(source: &str) -> Gallery {
    let gallery = Gallery::with(source).await;
    gallery.put_fixture(MARK).await;
    gallery.put_fixture(BIGMARK).await;
    gallery
}

/// White with a mark on it.
async fn on_white(gallery: &Gallery, key: &str, words: &str) -> Pixels {
    gallery.get(WHITE, &(mark(key, words) + TO_PNG)).await.pixels()
}

/// Left, top, width and height of what changed on white.
fn changed(pixels: &Pixels) -> (u32, u32, u32, u32) {
    let (width, height) = pixels.size();
    let white = Pixels::solid(width, height, [255; 4]);
    let (left, top, right, bottom) = pixels.changed_box(&white).expect("a mark");
    (left, top, right - left + 1, bottom - top + 1)
}

#[tokio::test]
async fn wmi_01_wmi_02_a_mark_is_in_the_bottom_right_corner_and_shows_nine_tenths() {
    let gallery = gallery(LAND).await;
    let before = gallery.pixels(LAND, "imageMogr2/rotate/0").await;
    let after = gallery.get(LAND, &(mark(MARK, "") + TO_PNG)).await.pixels();
    assert_eq!(after.changed_box(&before), Some((540, 387, 639, 426)));
    assert_eq!(after.changed_count(&before), 100 * 40);

    gallery.put_fixture(WHITE).await;
    let [red, green, blue, alpha] = on_white(&gallery, MARK, "").await.at(600, 400);
    assert!(red.abs_diff(0x19) <= 2 && green.abs_diff(0x19) <= 2, "{red} {green}");
    assert_eq!((blue, alpha), (255, 255));
}

#[tokio::test]
async fn wmi_03_wmi_05_wmi_06_wmi_07_wmi_08_places() {
    let gallery = gallery(WHITE).await;
    for (words, corner) in [
        ("/gravity/northwest", (0, 0)),
        ("/gravity/North", (270, 0)),
        ("/gravity/northeast", (540, 0)),
        ("/gravity/west", (0, 193)),
        ("/gravity/Center", (270, 193)),
        ("/gravity/east", (540, 193)),
        ("/gravity/southwest", (0, 387)),
        ("/gravity/south", (270, 387)),
        ("/gravity/SouthEast", (540, 387)),
        ("/gravity/northwest/dx/10/dy/20", (10, 20)),
        ("/dx/10/dy/20", (530, 367)),
        ("/gravity/center/dx/50/dy/50", (270, 193)),
        ("/gravity/north/dx/50/dy/7", (270, 7)),
    ] {
        let pixels = on_white(&gallery, MARK, &format!("{words}/dissolve/100")).await;
        assert_eq!(changed(&pixels), (corner.0, corner.1, 100, 40), "{words}");
        assert!(pixels.window(corner.0, corner.1, 100, 40).iter().all(|pixel| pixel == BLUE), "{words}");
    }
}

#[tokio::test]
async fn wmi_09_wmi_10_wmi_11_sizes_relative_to_the_picture() {
    let gallery = gallery(WHITE).await;
    for (words, size) in [
        ("/scatype/1/spcent/250", (160, 64)),
        ("/scatype/2/spcent/100", (108, 43)),
        ("/scatype/3/spcent/100", (261, 105)),
        ("/spcent/1000/scatype/1", (640, 256)),
    ] {
        let (left, top, width, height) = changed(&on_white(&gallery, MARK, words).await);
        assert_eq!((width, height), size, "{words}");
        assert_eq!((left + width, top + height), (640, 427), "{words}");
    }
}

#[tokio::test]
async fn wmi_14_wmi_15_wmi_16_marks_larger_than_the_picture() {
    let gallery = gallery(WHITE).await;
    let whole = gallery.get(BIGMARK, "imageMogr2/format/png").await.pixels();
    let full = "/dissolve/100";

    let scaled = on_white(&gallery, BIGMARK, &format!("/blogo/1{full}")).await;
    assert_eq!(scaled.at(70, 213), [255; 4], "a strip on the left stays free");
    let expected = gallery.pixels(BIGMARK, "imageMogr2/thumbnail/569x427!").await;
    assert!(scaled.window(71, 0, 569, 427).largest_difference(&expected) <= 1);

    let cropped = on_white(&gallery, BIGMARK, &format!("/blogo/2{full}")).await;
    assert!(cropped == whole.window(80, 86, 640, 427));

    let clipped = on_white(&gallery, BIGMARK, full).await;
    assert!(clipped == whole.window(160, 173, 640, 427));
}

#[tokio::test]
async fn wmi_17_wmi_18_tiles_and_gaps() {
    let gallery = gallery(WHITE).await;
    for (words, period) in [("/batch/1/spacing/0", (100, 40)), ("/batch/1/spacing/50", (150, 60))] {
        gallery.put("two.png", two_colours()).await;
        let pixels = on_white(&gallery, "two.png", &format!("{words}/dissolve/100")).await;
        let (column, row) = period;
        for (x, y) in [(10, 10), (500, 20), (30, 400), (600, 410), (333, 222)] {
            assert_eq!(pixels.at(x, y), pixels.at((x + column) % (4 * column), y), "{words}: {x},{y}");
            assert_eq!(pixels.at(x, y), pixels.at(x, if y >= row { y - row } else { y + row }), "{words}");
        }
        // One tile is where a single mark would be.
        assert_eq!((pixels.at(540, 400), pixels.at(639, 400)), ([255, 0, 0, 255], BLUE), "{words}");
        assert_eq!(pixels.at(539, 400) == [255; 4], column > 100, "{words}");
        let white = Pixels::solid(640, 427, [255; 4]);
        for (left, top) in [(0, 0), (320, 0), (0, 213), (320, 213)] {
            let quarter = pixels.window(left, top, 320, 213);
            assert!(quarter.changed_count(&white.window(left, top, 320, 213)) > 10_000, "{words}");
        }
    }
}

/// Red on the left, blue on the right.
fn two_colours() -> Vec<u8> {
    png_of(100, 40, |x, _| if x < 50 { [255, 0, 0] } else { [0, 0, 255] })
}

#[tokio::test]
async fn wmi_19_wmi_20_tiles_are_turned_and_a_single_mark_is_not() {
    let gallery = gallery(WHITE).await;
    gallery.put("two.png", two_colours()).await;
    let tiled = on_white(&gallery, "two.png", "/batch/1/degree/90/spacing/100/dissolve/100").await;
    // The left half has become the upper one; a tile is 40 wide and 100 high, the gaps are those of the mark.
    let last = tiled.window(600, 327, 40, 100);
    assert!(last.window(0, 0, 40, 50).iter().all(|pixel| pixel == [255, 0, 0, 255]));
    assert!(last.window(0, 50, 40, 50).iter().all(|pixel| pixel == BLUE));
    assert_eq!((tiled.at(599, 400), tiled.at(500, 400), tiled.at(499, 400)), ([255; 4], [255; 4], BLUE));

    let plain = on_white(&gallery, MARK, "").await;
    assert!(on_white(&gallery, MARK, "/degree/45").await == plain);
    assert!(on_white(&gallery, MARK, "/batch/0/degree/45/dx/0/dy/0").await == plain);

    let slanted = on_white(&gallery, MARK, "/batch/1/degree/45/dissolve/100").await;
    assert!(slanted.iter().any(|pixel| pixel == BLUE) && slanted.iter().any(|pixel| pixel == [255; 4]));
}

#[tokio::test]
async fn wmi_04_wmi_12_wmi_13_wmi_21_wmi_37_wmi_38_values_out_of_range() {
    let gallery = gallery(LAND).await;
    for words in [
        "/dissolve/0",
        "/dissolve/101",
        "/scatype/1/spcent/1001",
        "/scatype/2/spcent/1001",
        "/scatype/3/spcent/251",
        "/scatype/1/spcent/0",
        "/scatype/1",
        "/spcent/100",
        "/batch/1/spacing/101",
        "/degree/361",
        "/blogo/3",
        "/gravity/middle",
        "/dissolve/50/dissolve/50",
        "/nothing/1",
        "/image/aHR0cDovL2E",
    ] {
        assert_eq!(gallery.refusal(LAND, &mark(MARK, words)).await, "InvalidArgument", "{words}");
    }
    for rule in ["watermark/1", "watermark/9/text/dGVzdA", "watermark", "watermark/1/gravity/north"] {
        assert_eq!(gallery.refusal(LAND, rule).await, "InvalidArgument", "{rule}");
    }
    for (permille, scatype) in [(1_000, 1), (1_000, 2), (250, 3)] {
        gallery.get(LAND, &mark(MARK, &format!("/scatype/{scatype}/spcent/{permille}"))).await;
    }
}

#[tokio::test]
async fn wmi_22_transparent_parts_of_a_mark_show_the_picture() {
    let gallery = gallery(WHITE).await;
    gallery.put_fixture("alpha_300x200.png").await;
    let shown = gallery.get("alpha_300x200.png", "imageMogr2/format/png").await.pixels();
    let pixels = on_white(&gallery, "alpha_300x200.png", "/dissolve/100/gravity/northwest").await;
    assert_eq!((shown.at(10, 100)[3], pixels.at(10, 100)), (0, [255; 4]));
    assert_eq!((shown.at(290, 100)[3], pixels.at(290, 100)), (255, shown.at(290, 100)));
}

#[tokio::test]
async fn wmi_33_wmi_34_several_marks() {
    let gallery = gallery(WHITE).await;
    let two = format!("{}|{}", mark(MARK, "/gravity/northwest"), mark(BIGMARK, "/scatype/1/spcent/100"));
    let pixels = gallery.get(WHITE, &(two + TO_PNG)).await.pixels();
    assert!(pixels.at(5, 5) != [255; 4] && pixels.at(600, 400) != [255; 4]);
    assert_eq!(changed(&pixels), (0, 0, 640, 427));

    let eleven: Vec<String> = (0..11).map(|number| mark(&format!("{number}.png"), "")).collect();
    assert_eq!(gallery.refusal(WHITE, &eleven.join("|")).await, "InvalidArgument");
}

#[tokio::test]
async fn wmi_35_wmi_36_every_frame_is_marked_and_the_format_stays() {
    let gallery = gallery(GIF).await;
    let plain = gallery.get(GIF, "imageMogr2/rotate/0").await.gif();
    let marked = gallery.get(GIF, &mark(MARK, "/dissolve/100")).await.gif();
    assert_eq!((marked.frames.len(), &marked.delays_ms), (12, &plain.delays_ms));
    for (marked, plain) in marked.frames.iter().zip(&plain.frames) {
        let corner = marked.window(100, 60, 100, 40);
        assert!(corner.largest_difference(&Pixels::solid(100, 40, BLUE)) <= 8);
        assert!(marked.window(0, 0, 100, 100).mean_difference(&plain.window(0, 0, 100, 100)) < 6.0);
    }
    gallery.put_fixture(SMALL).await;
    assert_eq!(gallery.get(SMALL, &mark(MARK, "")).await.format(), "png");
}

#[tokio::test]
async fn mogr_cut_10_a_mark_on_a_part_of_the_picture() {
    let gallery = gallery(LAND).await;
    let cut = "imageMogr2/cut/400x400x0x0";
    let before = gallery.pixels(LAND, cut).await;
    let after = gallery.get(LAND, &format!("{cut}|{}{TO_PNG}", mark(MARK, ""))).await.pixels();
    assert_eq!((after.size(), after.changed_box(&before)), ((400, 400), Some((300, 360, 399, 399))));
}

#[tokio::test]
async fn wmi_29_marks_that_are_no_still_picture() {
    let gallery = gallery(LAND).await;
    gallery.put_fixture(GIF).await;
    gallery.put("text.txt", b"no picture".to_vec()).await;
    gallery.put("cut.png", fixture(MARK)[..60].to_vec()).await;
    for key in [GIF, "text.txt", "cut.png"] {
        assert_eq!(gallery.refusal(LAND, &mark(key, "")).await, "InvalidImageSource", "{key}");
    }
}
