//! The label of generated content, written and read.
//!
//! Spec: spec/ci/format.md, 7.

use calotype_image::{ImageFormat, metadata};

use crate::pictures::{GIF, Gallery, LAND, fixture};

const LABEL: &str = "AIGCMetadata/Label/MQ/ContentProducer/YWJj";

/// What the service says about the label of an object.
async fn label_of(gallery: &Gallery, key: &str) -> String {
    let target = format!("/{key}?ci-process=ImageAIGCMetadata");
    let reply = gallery.bucket.request("GET", &target).send().await;
    assert_eq!((reply.status, reply.header("Content-Type")), (200, Some("application/json")), "{key}");
    let answer: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    answer["AIGC"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn mogr_meta_01_mogr_meta_02_every_format_with_a_place_bears_the_label() {
    let gallery = Gallery::with(LAND).await;
    assert_eq!(label_of(&gallery, LAND).await, "");
    for format in ["jpg", "png", "gif", "webp", "tiff"] {
        let picture = gallery.get(LAND, &format!("imageMogr2/{LABEL}/strip/format/{format}")).await;
        let detected = ImageFormat::detect(&picture.bytes).unwrap();
        let packet = metadata::read(detected, &picture.bytes).xmp.expect(format);
        let packet = String::from_utf8(packet).unwrap();
        assert!(packet.contains("http://www.tc260.org.cn/ns/AIGC/1.0/") && packet.contains("TC260:AIGC"));
        assert_eq!(picture.size(), (640, 427));
        gallery.put(format, picture.bytes).await;
        let json = label_of(&gallery, format).await;
        let label: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((label["Label"].as_str(), label["ContentProducer"].as_str()), (Some("1"), Some("abc")));
        assert_eq!(label["ProduceID"].as_str(), Some(""), "{json}");
    }
}

#[tokio::test]
async fn mogr_meta_01_an_animation_keeps_its_frames_and_a_new_label_takes_the_place_of_the_old() {
    let gallery = Gallery::with(GIF).await;
    let once = gallery.get(GIF, &format!("imageMogr2/{LABEL}")).await;
    assert_eq!(once.gif().frames.len(), 12);
    gallery.put("once.gif", once.bytes).await;
    let twice = gallery.get("once.gif", "imageMogr2/AIGCMetadata/Label/Mg").await;
    gallery.put("twice.gif", twice.bytes).await;
    assert!(label_of(&gallery, "twice.gif").await.starts_with(r#"{"Label":"2","ContentProducer":"""#));
}

#[tokio::test]
async fn mogr_meta_01_the_answer_repeats_the_label() {
    let gallery = Gallery::start().await;
    let rules = format!(r#"{{"rules":[{{"fileid":"/out.jpg","rule":"imageMogr2/{LABEL}"}}]}}"#);
    let reply = gallery.bucket.put("in.jpg", fixture(LAND)).header("Pic-Operations", rules).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let document = reply.xml();
    let object = document.child("ProcessResults").and_then(|results| results.child("Object")).unwrap();
    let label = object.child("AIGCMetadata").unwrap();
    assert_eq!((label.text_of("Label"), label.text_of("ContentProducer")), ("1", "abc"));
    assert_eq!(label.elements().len(), 7);
    assert!(label_of(&gallery, "out.jpg").await.contains("abc"));
}

#[tokio::test]
async fn mogr_meta_01_a_format_without_a_place_is_an_error() {
    let gallery = Gallery::with(LAND).await;
    for format in ["bmp", "avif"] {
        let refusal = gallery.refusal(LAND, &format!("imageMogr2/{LABEL}/format/{format}")).await;
        assert_eq!(refusal, "InvalidArgument", "{format}");
    }
    gallery.put("text.txt", b"no picture".to_vec()).await;
    let reply = gallery.bucket.request("GET", "/text.txt?ci-process=ImageAIGCMetadata").send().await;
    assert_eq!(reply.error(), (400, "InvalidImageFormat".to_owned()));
}
