//! SVG: packed for anybody, drawn for results that are stored; and HEIC, which is refused.
//!
//! Spec: spec/ci/format.md, 6; spec/ci/README.md, 5.

use calotype_protocol::xml::Element;

use crate::pictures::{Gallery, LAND, Picture, fixture};
use crate::support::Reply;

const DRAWING: &str = "drawing.svg";

async fn make(gallery: &Gallery, source: Vec<u8>, rule: &str, target: &str) -> Reply {
    let rules = format!(r#"{{"is_pic_info":1,"rules":[{{"fileid":"/{target}","rule":"{rule}"}}]}}"#);
    gallery.bucket.put("in.svg", source).header("Pic-Operations", rules).send().await
}

/// Pixels of a drawing that was drawn by a rule.
async fn drawn(gallery: &Gallery, source: Vec<u8>, rule: &str) -> Picture {
    let reply = make(gallery, source, rule, "out.png").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    Picture { content_type: "image/png".into(), bytes: gallery.bucket.content("out.png").await.unwrap() }
}

#[tokio::test]
async fn mogr_fmt_28_a_packed_drawing_looks_the_same() {
    let gallery = Gallery::with(DRAWING).await;
    let reply = gallery.ask(DRAWING, "imageMogr2/format/svgc").await;
    assert_eq!((reply.status, reply.header("Content-Type")), (200, Some("image/svg+xml")));
    assert_eq!(reply.header("Content-Security-Policy"), Some("sandbox"));
    let source = fixture(DRAWING);
    assert!(reply.body.len() < source.len(), "{} of {}", reply.body.len(), source.len());
    assert_eq!(Element::parse(&reply.body).unwrap().name(), "svg");
    let packed = reply.body;
    let rule = "imageMogr2/thumbnail/400x";
    let (before, after) =
        (drawn(&gallery, source, rule).await.pixels(), drawn(&gallery, packed.clone(), rule).await.pixels());
    assert!(before.largest_difference(&after) <= 1);
    // What cannot be packed any more is returned as it is.
    gallery.put("packed.svg", packed.clone()).await;
    assert!(gallery.ask("packed.svg", "imageMogr2/format/svgc").await.body == packed);
}

#[tokio::test]
async fn mogr_fmt_28_a_stored_result_tells_the_size_of_the_drawing() {
    let gallery = Gallery::start().await;
    let reply = make(&gallery, fixture(DRAWING), "imageMogr2/format/svgc", "out.svg").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let document = reply.xml();
    let info = document.child("OriginalInfo").and_then(|original| original.child("ImageInfo")).unwrap();
    for (name, value) in [
        ("Format", "SVG"),
        ("Width", "200"),
        ("Height", "100"),
        ("Quality", "100"),
        ("Ave", "0xffffff"),
        ("FrameCount", "1"),
    ] {
        assert_eq!(info.text_of(name), value, "{name}");
    }
    let object = document.child("ProcessResults").and_then(|results| results.child("Object")).unwrap();
    assert_eq!(
        (object.text_of("Format"), object.text_of("Width"), object.text_of("Quality")),
        ("svg", "200", "100")
    );
    let info = gallery.ask("out.svg", "imageInfo").await;
    assert!(info.text().contains(r#""format": "svg", "width": "200", "height": "100""#), "{}", info.text());
}

#[tokio::test]
async fn mogr_fmt_29_only_drawings_are_packed_and_nothing_else_happens_to_them() {
    let gallery = Gallery::with(LAND).await;
    assert_eq!(gallery.refusal(LAND, "imageMogr2/format/svgc").await, "InvalidImageFormat");
    gallery.put_fixture(DRAWING).await;
    assert_eq!(gallery.refusal(DRAWING, "imageMogr2/rotate/90/format/svgc").await, "InvalidArgument");
    let bomb = b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>";
    gallery.put("bomb.svg", bomb.to_vec()).await;
    assert_eq!(gallery.refusal("bomb.svg", "imageMogr2/format/svgc").await, "InvalidImageFormat");
}

#[tokio::test]
async fn mogr_fmt_28_a_drawing_is_drawn_where_the_result_is_stored() {
    let gallery = Gallery::start().await;
    let picture = drawn(&gallery, fixture(DRAWING), "imageMogr2/thumbnail/!50p").await;
    assert_eq!(picture.size(), (100, 50));
    let pixels = picture.pixels();
    assert_eq!((pixels.at(25, 25), pixels.at(75, 25)), ([255, 0, 0, 255], [0, 0, 255, 255]));
    assert_eq!(pixels.at(1, 1)[3], 0);
    let reply = make(&gallery, fixture(DRAWING), "imageMogr2/format/jpg", "out.jpg").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let jpeg = Picture {
        content_type: "image/jpeg".into(),
        bytes: gallery.bucket.content("out.jpg").await.unwrap(),
    };
    assert_eq!((jpeg.format(), jpeg.size()), ("jpeg", (200, 100)));
    // A download asks for something else than what is stored.
    assert_eq!(gallery.refusal("in.svg", "imageMogr2/thumbnail/!50p").await, "InvalidImageFormat");
    assert_eq!(gallery.refusal("in.svg", "imageMogr2/rotate/90|imageInfo").await, "InvalidImageFormat");
    let endless = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
    let reply = make(&gallery, endless, "imageMogr2/format/png", "none.png").await;
    assert_eq!(reply.error(), (400, "InvalidImageFormat".to_owned()));
}

#[tokio::test]
async fn mogr_fmt_25_heic_is_refused_by_name() {
    let gallery = Gallery::start().await;
    let heic = [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], &[0; 200]].concat();
    gallery.put("photo.heic", heic.clone()).await;
    let reply = gallery.ask("photo.heic", "imageMogr2/thumbnail/100x").await;
    assert_eq!(reply.error(), (501, "NotImplemented".to_owned()));
    assert!(reply.xml().text_of("Message").contains("heif"), "{}", reply.text());
    let refused = make(&gallery, heic.clone(), "imageMogr2/thumbnail/100x", "out.jpg").await;
    assert_eq!(refused.error().0, 501);
    let ignored = gallery.ask("photo.heic", "imageMogr2/thumbnail/100x/ignore-error/1").await;
    assert!(ignored.status == 200 && ignored.body == heic);
}
