//! QR and bar codes: found, covered, drawn.
//!
//! Spec: spec/ci/extras.md, A1 and A2.

use base64::Engine;
use calotype_protocol::xml::Element;

use crate::pictures::{GIF, Gallery, LAND, Picture, Pixels, QR, fixture, png_of, solid_png};
use crate::support::Reply;

/// What the fixture says, and where: 25 modules of 9 pixels in the middle of 300.
const QR_TEXT: &str = "https://example.test/a";
const QR_CORNERS: [(i32, i32); 4] = [(37, 37), (262, 37), (262, 262), (37, 262)];

/// The codes in an answer: text and corners.
fn codes(answer: &Element) -> Vec<(String, Vec<(i32, i32)>)> {
    let corner = |point: &Element| {
        let (x, y) = point.text().split_once(',').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    let code = |info: &Element| {
        let corners = info.child("CodeLocation").unwrap().children("Point").map(corner).collect();
        (info.text_of("CodeUrl").to_owned(), corners)
    };
    answer.children("QRcodeInfo").map(code).collect()
}

fn texts(answer: &Element) -> Vec<String> {
    codes(answer).into_iter().map(|(text, _)| text).collect()
}

/// The picture inside of an answer.
fn result_image(answer: &Element) -> Option<Picture> {
    let base64 = answer.child("ResultImage")?.text();
    let bytes = base64::engine::general_purpose::STANDARD.decode(base64).unwrap();
    let content_type = if bytes.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
    Some(Picture { content_type: content_type.to_owned(), bytes })
}

async fn recognize(gallery: &Gallery, key: &str, query: &str) -> Element {
    let reply = gallery.ask(key, &format!("ci-process=QRcode{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    assert_eq!(reply.header("Content-Type"), Some("application/xml"));
    let answer = reply.xml();
    assert_eq!(answer.name(), "Response");
    assert_eq!(answer.text_of("CodeStatus"), if codes(&answer).is_empty() { "0" } else { "1" });
    answer
}

async fn generate(gallery: &Gallery, query: &str) -> Reply {
    gallery.bucket.request("GET", &format!("/?ci-process=qrcode-generate{query}")).send().await
}

/// A generated picture, which must come.
async fn generated(gallery: &Gallery, query: &str) -> Picture {
    let reply = generate(gallery, query).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    assert_eq!(reply.header("Content-Type"), Some("application/xml"));
    result_image(&reply.xml()).unwrap()
}

/// Pictures laid side by side on white, each `gap` from its neighbour and from the edge.
fn side_by_side(pictures: &[Pixels], gap: u32) -> Vec<u8> {
    let width = gap + pictures.iter().map(|picture| picture.size().0 + gap).sum::<u32>();
    let height = 2 * gap + pictures.iter().map(|picture| picture.size().1).max().unwrap();
    png_of(width, height, |x, y| {
        let mut left = gap;
        for picture in pictures {
            let (width, height) = picture.size();
            if (left..left + width).contains(&x) && (gap..gap + height).contains(&y) {
                let [red, green, blue, _] = picture.at(x - left, y - gap);
                return [red, green, blue];
            }
            left += width + gap;
        }
        [255; 3]
    })
}

async fn pixels_of(gallery: &Gallery, key: &str) -> Pixels {
    gallery.pixels(key, "imageMogr2/strip").await
}

#[tokio::test]
async fn qr_01_a_code_is_read_and_located() {
    let gallery = Gallery::with(QR).await;
    for query in ["&cover=0", "", "&bar-type=1", "&cover=0&bar-type=0&segment=0&size=1000"] {
        let answer = recognize(&gallery, QR, query).await;
        let found = codes(&answer);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, QR_TEXT);
        for (found, expected) in found[0].1.iter().zip(QR_CORNERS) {
            assert!((found.0 - expected.0).abs() <= 5 && (found.1 - expected.1).abs() <= 5, "{found:?}");
        }
        assert!(answer.child("ResultImage").is_none());
    }
}

#[tokio::test]
async fn qr_02_no_code() {
    let gallery = Gallery::with(LAND).await;
    let answer = recognize(&gallery, LAND, "&cover=1").await;
    assert_eq!(codes(&answer), []);
    assert!(answer.child("ResultImage").is_none(), "nothing is covered");
}

#[tokio::test]
async fn qr_03_covered_codes_cannot_be_read() {
    let gallery = Gallery::with(QR).await;
    gallery.put("code.jpg", gallery.get(QR, "imageMogr2/format/jpg").await.bytes).await;
    for (key, format) in [(QR, "png"), ("code.jpg", "jpeg")] {
        let covered = result_image(&recognize(&gallery, key, "&cover=1").await).unwrap();
        assert_eq!((covered.format(), covered.size()), (format, (300, 300)));
        gallery.put("covered", covered.bytes).await;
        assert_eq!(codes(&recognize(&gallery, "covered", "").await), []);
        let (before, after) = (pixels_of(&gallery, key).await, pixels_of(&gallery, "covered").await);
        let edge = |pixels: &Pixels| pixels.window(0, 0, 300, 24);
        assert!(edge(&before).largest_difference(&edge(&after)) <= 8, "only the code is covered");
    }
}

#[tokio::test]
async fn qr_04_kinds_can_be_left_out() {
    let gallery = Gallery::with(QR).await;
    assert_eq!(codes(&recognize(&gallery, QR, "&bar-type=2").await), []);
    let bars = generated(&gallery, "&qrcode-content=400638133393&mode=1&width=400").await;
    gallery.put("bars.png", bars.bytes).await;
    assert_eq!(codes(&recognize(&gallery, "bars.png", "&bar-type=1").await), []);
    assert_eq!(texts(&recognize(&gallery, "bars.png", "&bar-type=2").await), ["4006381333931"]);
}

#[tokio::test]
async fn qr_05_several_codes() {
    let gallery = Gallery::with(QR).await;
    let other = generated(&gallery, "&qrcode-content=second%20one&width=250").await.pixels();
    let bars = generated(&gallery, "&qrcode-content=400638133393&mode=1&width=300").await.pixels();
    let all = side_by_side(&[pixels_of(&gallery, QR).await, other, bars], 20);
    gallery.put("all.png", all).await;
    let mut found = texts(&recognize(&gallery, "all.png", "").await);
    found.sort();
    assert_eq!(found, ["4006381333931", QR_TEXT, "second one"]);
    let covered = result_image(&recognize(&gallery, "all.png", "&cover=1").await).unwrap();
    gallery.put("covered", covered.bytes).await;
    assert_eq!(codes(&recognize(&gallery, "covered", "").await), []);
    let mut square = texts(&recognize(&gallery, "all.png", "&bar-type=1").await);
    square.sort();
    assert_eq!(square, [QR_TEXT, "second one"]);
}

#[tokio::test]
async fn qr_06_limits_of_the_source() {
    let gallery = Gallery::with(GIF).await;
    gallery.put("50.png", solid_png(50, 50, [255; 3])).await;
    gallery.put("51.png", solid_png(51, 51, [255; 3])).await;
    let mut large = fixture(QR);
    large.resize((3 << 20) + 1, 0);
    gallery.put("large.png", large.clone()).await;
    large.pop();
    gallery.put("3mb.png", large).await;
    for (key, code) in
        [("50.png", "InvalidImageFormat"), ("large.png", "ImageTooLarge"), (GIF, "InvalidImageFormat")]
    {
        let reply = gallery.ask(key, "ci-process=QRcode&cover=0").await;
        assert_eq!(reply.error(), (400, code.to_owned()), "{key}");
        assert!(reply.header("x-errno").or(reply.header("X-ErrNo")).is_some(), "{:?}", reply.headers);
    }
    assert_eq!(codes(&recognize(&gallery, "51.png", "").await), []);
    assert_eq!(texts(&recognize(&gallery, "3mb.png", "").await), [QR_TEXT]);
}

#[tokio::test]
async fn qr_06_bad_parameters() {
    let gallery = Gallery::with(QR).await;
    for query in ["cover=2", "cover=x", "bar-type=3", "bar-type=1/2", "segment=2", "segment=1&size=499"] {
        let refusal = gallery.refusal(QR, &format!("ci-process=QRcode&{query}")).await;
        assert_eq!(refusal, "InvalidArgument", "{query}");
    }
    assert_eq!(gallery.ask("nope.png", "ci-process=QRcode").await.error(), (404, "NoSuchKey".to_owned()));
    assert_eq!(gallery.bucket.get(QR).anonymous().send().await.status, 403);
}

#[tokio::test]
async fn qr_08_a_drawn_code_says_what_it_was_told() {
    let gallery = Gallery::start().await;
    let cases = [
        ("abc", "abc", 300),
        ("%E4%B8%AD%E6%96%87%26%3Ca%3E", "中文&<a>", 301),
        ("0123456789", "0123456789", 50),
    ];
    for (query, text, width) in cases {
        let drawn = generated(&gallery, &format!("&qrcode-content={query}&mode=0&width={width}")).await;
        assert_eq!((drawn.format(), drawn.size()), ("png", (width, width)));
        // Sources have to be a little larger than the smallest picture that can be drawn.
        gallery.put("code.png", side_by_side(&[drawn.pixels()], 10)).await;
        assert_eq!(texts(&recognize(&gallery, "code.png", "").await), [text]);
    }
}

#[tokio::test]
async fn qr_09_a_drawn_bar_code_has_its_check_digit() {
    let gallery = Gallery::start().await;
    for (digits, whole, width) in
        [("400638133393", "4006381333931", 300), ("590123412345", "5901234123457", 113)]
    {
        let query = format!("&qrcode-content={digits}&mode=1&width={width}");
        let drawn = generated(&gallery, &query).await;
        assert_eq!(drawn.size(), (width, (4 * width + 5) / 10));
        gallery.put("bars.png", side_by_side(&[drawn.pixels()], 10)).await;
        assert_eq!(texts(&recognize(&gallery, "bars.png", "").await), [whole]);
    }
}

#[tokio::test]
async fn qr_10_what_cannot_be_drawn() {
    let gallery = Gallery::start().await;
    let long = "x".repeat(3000);
    for query in [
        "&qrcode-content=40063813339&mode=1&width=300".to_owned(),
        "&qrcode-content=4006381333931&mode=1&width=300".to_owned(),
        "&qrcode-content=40063813339a&mode=1&width=300".to_owned(),
        "&qrcode-content=400638133393&mode=1&width=60".to_owned(),
        "&qrcode-content=&mode=0&width=300".to_owned(),
        "&mode=0&width=300".to_owned(),
        "&qrcode-content=abc&mode=2&width=300".to_owned(),
        "&qrcode-content=abc&mode=0".to_owned(),
        "&qrcode-content=abc&width=49".to_owned(),
        "&qrcode-content=abc&width=2001".to_owned(),
        format!("&qrcode-content={long}&width=2000"),
        format!("&qrcode-content={}&width=50", &long[..400]),
    ] {
        let reply = generate(&gallery, &query).await;
        assert_eq!(reply.error(), (400, "InvalidArgument".to_owned()), "{query}");
    }
    let target = "/?ci-process=qrcode-generate&qrcode-content=abc&width=300";
    assert_eq!(gallery.bucket.request("GET", target).anonymous().send().await.status, 403);
}

#[tokio::test]
async fn qr_11_a_small_code_in_a_large_picture() {
    let gallery = Gallery::start().await;
    let small = generated(&gallery, "&qrcode-content=here&width=50").await.pixels();
    let (left, top) = (2475, 1230);
    let large = png_of(3000, 3000, |x, y| {
        if (left..left + 50).contains(&x) && (top..top + 50).contains(&y) {
            let [red, green, blue, _] = small.at(x - left, y - top);
            return [red, green, blue];
        }
        [255, 255, 250]
    });
    gallery.put("large.png", large).await;
    let found = codes(&recognize(&gallery, "large.png", "&segment=1&size=500").await);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "here");
    let (x, y) = found[0].1[0];
    // Around the 21 modules of the code are 14 white pixels.
    assert!(x.abs_diff(left as i32 + 14) <= 3 && y.abs_diff(top as i32 + 14) <= 3, "{x},{y}");
    let refusal = gallery.refusal("large.png", "ci-process=QRcode&segment=1&size=499").await;
    assert_eq!(refusal, "InvalidArgument");
}
