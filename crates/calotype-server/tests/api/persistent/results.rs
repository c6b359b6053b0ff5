//! What an upload answers, and what is stored then.

use super::{image_info, keys, objects, operations, put, succeeded, upload};
use crate::pictures::{EXIF, GIF, GIF301, Gallery, LAND, ORI6, Picture, SMALL, TXT, fixture};
use crate::support::{Reply, content_md5, md5_hex};

fn picture(reply: Reply) -> Picture {
    assert_eq!(reply.status, 200);
    Picture { content_type: reply.header("Content-Type").unwrap_or_default().to_owned(), bytes: reply.body }
}

#[tokio::test]
async fn pers_01_pers_02_pers_03_pers_06_one_rule() {
    let gallery = Gallery::start().await;
    let result =
        upload(&gallery, "p1/land.jpg", fixture(LAND), &[("format.png", "imageView2/format/png")]).await;

    assert_eq!(result.name(), "UploadResult");
    let parts: Vec<_> = result.elements().iter().map(|element| element.name().to_owned()).collect();
    assert_eq!(parts, ["OriginalInfo", "ProcessResults"]);
    let original = result.child("OriginalInfo").unwrap();
    assert_eq!(original.text_of("Key"), "p1/land.jpg");
    assert_eq!(original.text_of("Location"), format!("{}/p1/land.jpg", gallery.bucket.host()));
    let head = gallery.bucket.head("p1/land.jpg").send().await;
    assert_eq!(Some(original.text_of("ETag")), head.header("ETag"));
    assert_eq!(original.text_of("ETag"), format!("\"{}\"", md5_hex(&fixture(LAND))));

    let [object] = objects(&result)[..] else { panic!("one result") };
    let stored = picture(gallery.bucket.get("p1/format.png").send().await);
    assert_eq!((stored.format(), stored.size()), ("png", (640, 427)));
    for (name, expected) in [
        ("Key", "p1/format.png".to_owned()),
        ("Location", format!("{}/p1/format.png", gallery.bucket.host())),
        ("Format", "png".to_owned()),
        ("Width", "640".to_owned()),
        ("Height", "427".to_owned()),
        ("Size", stored.bytes.len().to_string()),
        ("Quality", "75".to_owned()),
        ("FrameCount", "1".to_owned()),
        ("ETag", format!("\"{}\"", md5_hex(&stored.bytes))),
        ("Md5", md5_hex(&stored.bytes)),
    ] {
        assert_eq!(object.text_of(name), expected, "{name}");
    }
    assert!(gallery.bucket.content("p1/land.jpg").await.unwrap() == fixture(LAND));
}

#[tokio::test]
async fn pers_04_pers_05_image_info_when_asked_for() {
    let gallery = Gallery::start().await;
    let rules = [("a.png", "imageMogr2/thumbnail/10x")];
    let result = upload(&gallery, "a.jpg", fixture(LAND), &rules).await;
    let info = image_info(&result).unwrap();
    for (name, value) in
        [("Format", "JPEG"), ("Width", "640"), ("Height", "427"), ("Orientation", "0"), ("FrameCount", "1")]
    {
        assert_eq!(info.text_of(name), value, "{name}");
    }
    let quality: i32 = info.text_of("Quality").parse().unwrap();
    assert!((quality - 75).abs() <= 2, "{quality}");
    let digits = info.text_of("Ave").strip_prefix("0x").unwrap();
    assert!(digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{digits}");

    let rules = r#"[{"fileid":"a.png","rule":"imageMogr2/thumbnail/10x"}]"#;
    for silent in [format!(r#"{{"is_pic_info":0,"rules":{rules}}}"#), format!(r#"{{"rules":{rules}}}"#)] {
        let reply = gallery.bucket.put("a.jpg", fixture(LAND)).header("Pic-Operations", &silent).send().await;
        assert!(image_info(&succeeded(reply)).is_none(), "{silent}");
    }
}

#[tokio::test]
async fn pers_07_three_rules_in_order() {
    let gallery = Gallery::start().await;
    let rules = [
        ("big.png", "imageMogr2/thumbnail/!100p/format/png"),
        ("small.jpg", "imageMogr2/thumbnail/50x"),
        ("middle.webp", "imageMogr2/thumbnail/200x/format/webp"),
    ];
    let result = upload(&gallery, "a.jpg", fixture(LAND), &rules).await;
    assert_eq!(keys(&result), ["big.png", "small.jpg", "middle.webp"]);
    let widths: Vec<_> = objects(&result).iter().map(|object| object.text_of("Width").to_owned()).collect();
    assert_eq!(widths, ["640", "50", "200"]);
    assert_eq!(gallery.bucket.keys().await, ["a.jpg", "big.png", "middle.webp", "small.jpg"]);
    for (key, format) in [("big.png", "png"), ("small.jpg", "jpeg"), ("middle.webp", "webp")] {
        assert_eq!(picture(gallery.bucket.get(key).send().await).format(), format);
    }
}

#[tokio::test]
async fn pers_08_five_rules_are_allowed() {
    let gallery = Gallery::start().await;
    let rules: Vec<_> = ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"]
        .into_iter()
        .map(|fileid| (fileid, "imageMogr2/thumbnail/50x"))
        .collect();
    assert_eq!(objects(&upload(&gallery, "a.jpg", fixture(LAND), &rules).await).len(), 5);
}

#[tokio::test]
async fn pers_16_a_result_takes_the_place_of_the_source() {
    let gallery = Gallery::start().await;
    for fileid in ["a.png", "/a.png"] {
        let result = upload(&gallery, "a.png", fixture(SMALL), &[(fileid, "imageMogr2/thumbnail/50x")]).await;
        let etag = result.child("OriginalInfo").unwrap().text_of("ETag").to_owned();
        assert_eq!(etag, objects(&result)[0].text_of("ETag"));
        assert_eq!(gallery.bucket.head("a.png").send().await.header("ETag"), Some(etag.as_str()));
        assert_eq!(picture(gallery.bucket.get("a.png").send().await).size(), (50, 30));
        assert_eq!(image_info(&result).unwrap().text_of("Width"), "100");
    }
    assert_eq!(gallery.bucket.keys().await, ["a.png"]);
}

#[tokio::test]
async fn pers_17_extension_does_not_matter() {
    let gallery = Gallery::start().await;
    upload(&gallery, "a.jpg", fixture(LAND), &[("test.jpg", "imageMogr2/thumbnail/50x/format/png")]).await;
    let stored = picture(gallery.bucket.get("test.jpg").send().await);
    assert_eq!((stored.format(), stored.content_type.as_str()), ("png", "image/png"));
}

#[tokio::test]
async fn pers_19_pipe_19_a_pipeline_in_a_rule() {
    let gallery = Gallery::start().await;
    for pipe in ["|", "%7C"] {
        let rule = format!("imageMogr2/thumbnail/!50p{pipe}imageMogr2/rotate/90");
        let result = upload(&gallery, "a.jpg", fixture(LAND), &[("b.jpg", &rule)]).await;
        let object = objects(&result)[0];
        assert_eq!((object.text_of("Width"), object.text_of("Height")), ("214", "320"));
    }
}

#[tokio::test]
async fn pipe_20_blanks_around_a_rule() {
    let gallery = Gallery::start().await;
    let result = upload(&gallery, "a.jpg", fixture(LAND), &[("b.jpg", " imageMogr2/rotate/90 ")]).await;
    assert_eq!(objects(&result)[0].text_of("Width"), "427");
}

#[tokio::test]
async fn pers_23_no_rules() {
    let gallery = Gallery::start().await;
    let header = r#"{"is_pic_info":1}"#;
    let reply = gallery.bucket.put("a.jpg", fixture(LAND)).header("Pic-Operations", header).send().await;
    let result = succeeded(reply);
    assert_eq!(image_info(&result).unwrap().text_of("Width"), "640");
    assert!(objects(&result).is_empty());
    assert!(gallery.bucket.content("a.jpg").await.unwrap() == fixture(LAND));

    // Without questions any body will do.
    let reply = gallery.bucket.put("a.txt", fixture(TXT)).header("Pic-Operations", "{}").send().await;
    assert!(image_info(&succeeded(reply)).is_none());
    assert!(gallery.bucket.content("a.txt").await.unwrap() == fixture(TXT));
}

#[tokio::test]
async fn pers_28_ignore_error_stores_a_copy() {
    let gallery = Gallery::start().await;
    let rules =
        [("copy.png", "imageMogr2/ignore-error/1/format/png"), ("one.png", "imageMogr2/frame/1/format/png")];
    let result = upload(&gallery, "a.gif", fixture(GIF301), &rules[..1]).await;
    let object = objects(&result)[0];
    let facts = [object.text_of("Format"), object.text_of("Width"), object.text_of("Height")];
    assert_eq!(facts, ["gif", "10", "10"]);
    let stored = picture(gallery.bucket.get("copy.png").send().await);
    assert!(stored.bytes == fixture(GIF301));
    assert_eq!(stored.content_type, "image/gif");
    // Rules that can be carried out are, beside one that cannot.
    let result = upload(&gallery, "a.gif", fixture(GIF301), &rules).await;
    assert_eq!(objects(&result)[1].text_of("Format"), "png");
}

#[tokio::test]
async fn pers_29_rules_read_the_same_source() {
    let gallery = Gallery::start().await;
    let rules = [("a.jpg", "imageMogr2/thumbnail/50x"), ("b.jpg", "imageMogr2/rotate/90")];
    let result = upload(&gallery, "a.jpg", fixture(LAND), &rules).await;
    assert_eq!(objects(&result)[1].text_of("Height"), "640");
    assert_eq!(picture(gallery.bucket.get("b.jpg").send().await).size(), (427, 640));
}

#[tokio::test]
async fn pers_39_pers_40_headers_of_the_answer() {
    let gallery = Gallery::start().await;
    let plain = gallery.bucket.put("plain.jpg", fixture(LAND)).send().await;
    let reply =
        put(&gallery.bucket, "a.jpg", fixture(LAND), &[("b.jpg", "imageMogr2/rotate/90")]).send().await;
    assert_eq!(reply.header("Content-Type"), Some("application/xml"));
    for name in ["ETag", "x-cos-hash-crc64ecma"] {
        assert!(reply.header(name).is_some(), "{name}");
        assert_eq!(reply.header(name), plain.header(name), "{name}");
    }
    assert!(reply.header("x-cos-request-id").is_some());
}

#[tokio::test]
async fn pers_43_attributes_stay_with_the_original() {
    let gallery = Gallery::start().await;
    let request = put(&gallery.bucket, "a.jpg", fixture(LAND), &[("b.jpg", "imageMogr2/thumbnail/9x")])
        .header("x-cos-meta-place", "harbour")
        .header("x-cos-acl", "public-read")
        .header("x-cos-storage-class", "STANDARD_IA")
        .header("Cache-Control", "no-cache")
        .header("Content-Type", "image/x-own");
    succeeded(request.send().await);

    let original = gallery.bucket.head("a.jpg").send().await;
    assert_eq!(original.header("x-cos-meta-place"), Some("harbour"));
    assert_eq!(original.header("x-cos-storage-class"), Some("STANDARD_IA"));
    assert_eq!(original.header("Content-Type"), Some("image/x-own"));
    assert_eq!(gallery.bucket.get("a.jpg").anonymous().send().await.status, 200);

    let result = gallery.bucket.head("b.jpg").send().await;
    for name in ["x-cos-meta-place", "x-cos-storage-class", "Cache-Control"] {
        assert_eq!(result.header(name), None, "{name}");
    }
    assert_eq!(result.header("Content-Type"), Some("image/jpeg"));
    assert_eq!(gallery.bucket.get("b.jpg").anonymous().send().await.status, 403);
}

#[tokio::test]
async fn pers_42_a_matching_digest_is_accepted() {
    let gallery = Gallery::start().await;
    let request = put(&gallery.bucket, "a.jpg", fixture(LAND), &[("b.jpg", "imageMogr2/thumbnail/9x")]);
    succeeded(request.header("Content-MD5", content_md5(&fixture(LAND))).send().await);
}

#[tokio::test]
async fn pers_44_pers_45_pers_47_facts_of_other_sources() {
    let gallery = Gallery::start().await;
    let rules = [("one.jpg", "imageMogr2/format/jpg")];
    let turned = upload(&gallery, "a.jpg", fixture(ORI6), &rules).await;
    assert_eq!(image_info(&turned).unwrap().text_of("Orientation"), "6");

    let png = upload(&gallery, "a.png", fixture(SMALL), &rules).await;
    let info = image_info(&png).unwrap();
    let facts = [info.text_of("Format"), info.text_of("Quality"), info.text_of("Orientation")];
    assert_eq!(facts, ["PNG", "100", "0"]);

    let gif = upload(&gallery, "a.gif", fixture(GIF), &rules).await;
    assert_eq!(image_info(&gif).unwrap().text_of("FrameCount"), "12");
    assert_eq!(objects(&gif)[0].text_of("FrameCount"), "1");
}

#[tokio::test]
async fn pers_46_quality_of_a_png_is_that_of_its_source() {
    let gallery = Gallery::start().await;
    let result = upload(&gallery, "a.jpg", fixture(EXIF), &[("b.png", "imageMogr2/format/png")]).await;
    let quality: i32 = objects(&result)[0].text_of("Quality").parse().unwrap();
    assert!((quality - 80).abs() <= 2, "{quality}");
}

#[tokio::test]
async fn pers_51_tolerant_json() {
    let gallery = Gallery::start().await;
    let header = r#" { "is_pic_info" : "1", "color": [1], "rules" : [ { "fileid" : "b.jpg" , "rule" : "imageMogr2/rotate/90", "x": null } ] } "#;
    let reply = gallery.bucket.put("a.jpg", fixture(LAND)).header("Pic-Operations", header).send().await;
    let result = succeeded(reply);
    assert!(image_info(&result).is_some());
    assert_eq!(keys(&result), ["b.jpg"]);
}

#[tokio::test]
async fn equal_rules_make_equal_bytes_on_upload_and_download() {
    let gallery = Gallery::start().await;
    let rule = "imageMogr2/thumbnail/100x/format/webp";
    let header = operations(0, &[("b.webp", rule)]);
    succeeded(gallery.bucket.put("a.jpg", fixture(LAND)).header("Pic-Operations", header).send().await);
    let stored = gallery.bucket.content("b.webp").await.unwrap();
    assert!(gallery.get("a.jpg", rule).await.bytes == stored);
}
